#include "domain/evidence/counters.h"

#include <algorithm>
#include <cmath>

namespace pawl::domain {
namespace {

constexpr double kLargestCounter = 1e15;

// Sums of scores are added up in floating point by the scorer, so a tiny excess is rounding and not a restart.
bool at_most(double small, double large) { return small <= large + 1e-9 * (1 + std::fabs(large)); }

ArmCounts difference(const Reading& now, const Reading& before) {
  ArmCounts delta{now.total.n - before.total.n, now.total.sum - before.total.sum, now.total.sumsq - before.total.sumsq};
  if (!now.has_squares || !before.has_squares) delta.sumsq = delta.sum;
  return delta;
}

bool possible(const ArmCounts& delta, bool nested) {
  if (delta.n < 0 || delta.sum < 0 || delta.sumsq < 0) return false;
  return !nested || (at_most(delta.sumsq, delta.sum) && at_most(delta.sum, delta.n));
}

}  // namespace

bool believable_counter(double value) { return std::isfinite(value) && value >= 0 && value <= kLargestCounter; }

const std::optional<Reading>& PodCounters::last(std::uint32_t group) const {
  static const std::optional<Reading> none;
  return group < last_.size() ? last_[group] : none;
}

void PodCounters::remember(const Reading& reading) {
  if (reading.group >= last_.size()) last_.resize(reading.group + 1);
  last_[reading.group] = reading;
}

bool PodCounters::restarted(std::span<const Reading> exposition) const {
  return std::ranges::any_of(exposition, [&](const Reading& now) {
    const std::optional<Reading>& before = last(now.group);
    return before && !possible(difference(now, *before), now.nested);
  });
}

std::vector<ArmCounts> PodCounters::advance(std::span<const Reading> exposition) {
  if (restarted(exposition)) last_.clear();
  std::vector<ArmCounts> gained;
  gained.reserve(exposition.size());
  for (const Reading& now : exposition) {
    const Reading zero{.group = now.group, .total = {}, .has_squares = now.has_squares, .nested = now.nested};
    gained.push_back(difference(now, last(now.group).value_or(zero)));
    remember(now);
  }
  return gained;
}

void PodCounters::baseline(std::span<const Reading> exposition) {
  for (const Reading& reading : exposition) remember(reading);
}

}  // namespace pawl::domain

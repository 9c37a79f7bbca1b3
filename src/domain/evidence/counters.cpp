#include "domain/evidence/counters.h"

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

// Both maps are in order and mostly of the same groups: walking them side by side spares a search for each.
bool PodCounters::restarted(const std::map<std::string, Reading>& exposition) const {
  auto before = last_.begin();
  for (const auto& [group, reading] : exposition) {
    while (before != last_.end() && before->first < group) ++before;
    const bool known = before != last_.end() && before->first == group;
    if (known && !possible(difference(reading, before->second), reading.nested)) return true;
  }
  return false;
}

std::map<std::string, ArmCounts> PodCounters::advance(const std::map<std::string, Reading>& exposition) {
  if (restarted(exposition)) last_.clear();
  std::map<std::string, ArmCounts> gained;
  auto before = last_.begin();
  for (const auto& [group, reading] : exposition) {
    while (before != last_.end() && before->first < group) ++before;
    if (before == last_.end() || before->first != group) {
      Reading zero;
      zero.has_squares = reading.has_squares;
      before = last_.emplace_hint(before, group, zero);
    }
    gained.emplace_hint(gained.end(), group, difference(reading, before->second));
    before->second = reading;
  }
  return gained;
}

void PodCounters::baseline(const std::map<std::string, Reading>& exposition) {
  for (const auto& [group, reading] : exposition) last_[group] = reading;
}

}  // namespace pawl::domain

#include "adapters/share_meter.h"

#include <cmath>

namespace pawl::adapters {
namespace {

constexpr Duration kSettle{1'000};
constexpr std::size_t kSamplesMax = 4'096;
constexpr double kAboutZero = 0.001;

}  // namespace

void ShareMeter::add(bool canary, const std::vector<domain::Sample>& samples) {
  Counts& counts = canary ? canary_ : stable_;
  for (const domain::Sample& sample : samples) {
    if (std::isfinite(sample.value) && sample.value >= 0) counts.emplace(sample.at, sample.value);
  }
  while (counts.size() > kSamplesMax) counts.erase(counts.begin());
}

/// A backend that was never asked has no series yet: that is zero, once the other arm proves that scrapes arrive.
std::optional<double> ShareMeter::increase(const Counts& counts, Instant since) {
  const auto first = counts.lower_bound(since);
  if (first == counts.end() || std::next(first) == counts.end()) return std::nullopt;
  const double difference = counts.rbegin()->second - first->second;
  return difference >= 0 ? difference : counts.rbegin()->second;  // a restarted gateway counts from zero
}

domain::MeasuredShare ShareMeter::measure(const std::vector<domain::ShareChange>& changes, bool configured) const {
  domain::MeasuredShare out;
  out.configured = configured;
  if (!configured || changes.empty()) return out;
  const Instant since = changes.back().at + kSettle;
  const auto stable = increase(stable_, since);
  const auto canary = canary_.empty() ? std::optional<double>{0} : increase(canary_, since);
  if (!canary || !(stable || !canary_.empty())) return out;
  const double total = stable.value_or(0) + *canary;
  if (total > 0) out.basis_points = static_cast<int>(std::lround(*canary / total * domain::kWholeShare));
  out.about_zero = *canary <= kAboutZero * total || *canary == 0;
  return out;
}

}  // namespace pawl::adapters

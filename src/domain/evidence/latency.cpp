#include "domain/evidence/latency.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace pawl::domain {
namespace {

constexpr double kSameBound = 1e-9;  // relative: 2.5 * 1.2 is meant to be 3

}  // namespace

std::optional<double> bucket_bound(std::string_view le) {
  if (le == "+Inf") return std::numeric_limits<double>::infinity();
  double bound = 0;
  const auto [end, error] = std::from_chars(le.data(), le.data() + le.size(), bound);
  if (error != std::errc{} || end != le.data() + le.size() || !std::isfinite(bound)) return std::nullopt;
  return bound;
}

std::optional<Block> in_time(const LatencyCounts& counts, double le, double tolerance) {
  const auto stable = counts.lower_bound(le * (1 - kSameBound));
  const auto canary = counts.lower_bound(le * tolerance * (1 - kSameBound));
  const auto all = counts.find(std::numeric_limits<double>::infinity());
  if (all == counts.end() || stable == counts.end() || canary == counts.end()) return std::nullopt;
  if (stable->first > le * (1 + kSameBound) || canary == all) return std::nullopt;
  const double served_canary = all->second.canary.n;
  const double served_stable = all->second.stable.n;
  return Block{binary_counts(served_canary, std::min(canary->second.canary.n, served_canary)),
               binary_counts(served_stable, std::min(stable->second.stable.n, served_stable))};
}

}  // namespace pawl::domain

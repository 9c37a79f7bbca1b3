#include "bench/peers/kayenta.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace pawl::peers {
namespace {

constexpr double kTwoSided98 = 2.3263478740408408;
constexpr double kTolerance = 0.25;
constexpr double kPass = 95;
constexpr double kMarginal = 75;

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Where a falling function crosses zero in [low, high]; the nearer end when it does not.
template <class Falling>
double crossing(double low, double high, const Falling& f) {
  constexpr double kClose = 1e-4;
  if (f(low) <= 0) return low;
  if (f(high) >= 0) return high;
  while (high - low > kClose) {
    const double middle = low + (high - low) / 2;
    (f(middle) > 0 ? low : high) = middle;
  }
  return low + (high - low) / 2;
}

}  // namespace

double mann_whitney_z(std::span<const double> x, std::span<const double> y, double shift) {
  struct Point {
    double value = 0;
    bool of_x = false;
  };
  std::vector<Point> all;
  all.reserve(x.size() + y.size());
  for (const double value : x) all.push_back({value - shift, true});
  for (const double value : y) all.push_back({value, false});
  std::ranges::sort(all, {}, &Point::value);
  double rank_sum = 0;
  double ties = 0;
  for (std::size_t i = 0; i < all.size();) {
    std::size_t end = i;
    double of_x = 0;
    for (; end < all.size() && all[end].value == all[i].value; ++end) of_x += all[end].of_x ? 1 : 0;
    const double tied = static_cast<double>(end - i);
    rank_sum += of_x * (static_cast<double>(i) + (tied + 1) / 2);
    ties += tied * tied * tied - tied;
    i = end;
  }
  const double n = static_cast<double>(x.size());
  const double m = static_cast<double>(y.size());
  const double excess = rank_sum - n * (n + 1) / 2 - n * m / 2;
  const double variance = n * m / 12 * (n + m + 1 - ties / ((n + m) * (n + m - 1)));
  if (variance <= 0) return 0;
  const double correction = excess > 0 ? 0.5 : excess < 0 ? -0.5 : 0;
  return (excess - correction) / std::sqrt(variance);
}

Shift hodges_lehmann(std::span<const double> x, std::span<const double> y, double z) {
  const double low = std::ranges::min(x) - std::ranges::max(y);
  const double high = std::ranges::max(x) - std::ranges::min(y);
  const auto at = [&](double level) {
    return crossing(low, high, [&](double shift) { return mann_whitney_z(x, y, shift) + level; });
  };
  return {at(z), at(0)};
}

bool kayenta_low(std::span<const double> canary, std::span<const double> baseline) {
  if (canary.size() < 2 || baseline.size() < 2 || mean(canary) > mean(baseline)) return false;
  // The limit is below zero exactly if the statistic at zero says so: this saves the search in most cases.
  if (mann_whitney_z(canary, baseline, 0) + kTwoSided98 >= 0) return false;
  const Shift shift = hodges_lehmann(canary, baseline, kTwoSided98);
  return shift.upper < -kTolerance * std::fabs(shift.estimate);
}

Kayenta::Kayenta(KayentaConfig config) : config_(config) {
  for (int i = 1; i <= config_.looks; ++i) {
    looks_.push_back(static_cast<int>(std::lround(static_cast<double>(i) * config_.scrapes / config_.looks)));
  }
}

bool Kayenta::look(std::span<const domain::Block> blocks) {
  point_.resize(blocks.size());
  metrics_.resize(blocks.size());
  for (std::size_t k = 0; k < blocks.size(); ++k) point_[k] += blocks[k];
  if (++scrapes_ % config_.point == 0) finish_points();
  if (look_ >= looks_.size() || scrapes_ < looks_[look_]) return false;
  ++look_;
  return judge(look_ == looks_.size());
}

// A point without interactions is not a number, and those are removed before judging.
void Kayenta::finish_points() {
  for (std::size_t k = 0; k < point_.size(); ++k) {
    const auto& [canary, baseline] = point_[k];
    if (canary.n > 0) metrics_[k].canary.push_back(100 * canary.sum / canary.n);
    if (baseline.n > 0) metrics_[k].baseline.push_back(100 * baseline.sum / baseline.n);
    point_[k] = {};
  }
}

bool Kayenta::judge(bool last) const {
  const auto low = std::ranges::count_if(metrics_, [](const Metric& m) { return kayenta_low(m.canary, m.baseline); });
  if (config_.all_critical) return low > 0;
  const double score = 100.0 * static_cast<double>(static_cast<std::ptrdiff_t>(metrics_.size()) - low) /
                       static_cast<double>(metrics_.size());
  return score < kMarginal || (last && score < kPass);
}

}  // namespace pawl::peers

// What not to do: compare the running totals of both arms. Valid while the share and the rates stand still, and wrong
// in every run once the share ramps while the rates drift.
#pragma once

#include <cmath>

#include "statistics/pawl_rule.h"

namespace pawl::statistics {

/// One-sided normal mixture (mSPRT; Johari et al., arXiv 1512.04922) on totals, mean over the capabilities.
class PooledTotals : public Rule {
 public:
  explicit PooledTotals(int capabilities) : totals_(static_cast<std::size_t>(capabilities)) {}
  bool look(std::span<const domain::Block> blocks) override {
    constexpr double kSpread = 0.06;  // standard deviation of the differences that are expected
    constexpr double kLeast = 20;
    double mean = 0;
    for (std::size_t k = 0; k < blocks.size(); ++k) {
      domain::Block& all = totals_[k];
      all += blocks[k];
      const auto& [canary, stable] = all;
      if (canary.n < kLeast || stable.n < kLeast) {
        mean += 1 / static_cast<double>(blocks.size());
        continue;
      }
      const double pc = (canary.sum + 0.5) / (canary.n + 1);
      const double ps = (stable.sum + 0.5) / (stable.n + 1);
      const double v = pc * (1 - pc) / canary.n + ps * (1 - ps) / stable.n;
      const double t = kSpread * kSpread;
      const double d = stable.sum / stable.n - canary.sum / canary.n;
      const double normal = 0.5 * std::erfc(-d * kSpread / std::sqrt(v * (v + t)) / std::sqrt(2.0));
      mean += 2 * std::sqrt(v / (v + t)) * std::exp(std::fmin(600.0, t * d * d / (2 * v * (v + t)))) * normal /
              static_cast<double>(blocks.size());
    }
    return mean >= 1 / kAlpha;
  }

 private:
  std::vector<domain::Block> totals_;
};

}  // namespace pawl::statistics

// Kayenta's default judge, from its documentation: a metric is Low when the upper limit of the 98 % Mann-Whitney
// interval of the shift lies below minus a quarter of the estimated shift, and its mean is not above the baseline's.
// The score is the percentage of metrics that pass: below 75 fails at any look, below 95 at the last one. A metric may
// be critical: then it alone fails the canary.
#pragma once

#include <span>
#include <vector>

#include "statistics/rule.h"

namespace pawl::peers {

/// z of the Mann-Whitney rank sum of x - shift against y, with the corrections for ties and continuity. Falls as the
/// shift grows. Neither may be empty.
double mann_whitney_z(std::span<const double> x, std::span<const double> y, double shift);

struct Shift {
  double upper = 0;     ///< limit of the Hodges-Lehmann interval
  double estimate = 0;  ///< of how far x lies above y
};
/// By bisection on `mann_whitney_z`; `z` is the two-sided quantile, 2.326 for 98 %.
Shift hodges_lehmann(std::span<const double> x, std::span<const double> y, double z);

/// Is the canary's metric Low? Points are percentages. Fewer than two points of an arm decide nothing.
bool kayenta_low(std::span<const double> canary, std::span<const double> baseline);

struct KayentaConfig {
  int point = statistics::kMinute;  ///< scrapes that one point of a series covers
  int looks = 10;                   ///< evenly over the horizon; each looks back to the beginning
  bool all_critical = false;
  int scrapes = 0;  ///< the horizon
};

class Kayenta : public statistics::Rule {
 public:
  explicit Kayenta(KayentaConfig config);
  bool look(std::span<const domain::Block> blocks) override;

 private:
  void finish_points();
  [[nodiscard]] bool judge(bool last) const;

  struct Metric {
    std::vector<double> canary;
    std::vector<double> baseline;
  };
  KayentaConfig config_;
  std::vector<int> looks_;  // scrapes
  std::size_t look_ = 0;
  int scrapes_ = 0;
  std::vector<domain::Block> point_;
  std::vector<Metric> metrics_;
};

}  // namespace pawl::peers

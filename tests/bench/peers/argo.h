// An AnalysisRun of Argo Rollouts, from its documentation: each metric is measured at an interval; a measurement fails
// when its condition is false, and a missing number compares false. A metric fails when more than `failureLimit` of its
// measurements did, ever; one failed metric aborts the rollout.
#pragma once

#include <optional>
#include <vector>

#include "bench/peers/windows.h"
#include "statistics/rule.h"

namespace pawl::peers {

struct ArgoConfig {
  int window = 5 * statistics::kMinute;    ///< scrapes that a query looks back over
  int interval = 5 * statistics::kMinute;  ///< scrapes between two measurements
  int failure_limit = 3;
  /// Least pass rate of the canary; without it the canary is compared with stable.
  std::optional<double> threshold = 0.85;
  double tolerance = 0.05;            ///< how far below stable the canary may be
  bool wait_for_full_window = false;  ///< kinder than Argo is
};

/// How much the condition is missed by: above 0 the measurement failed. Infinite without data.
double argo_shortfall(const domain::Block& sums, const ArgoConfig& config);

class Argo : public statistics::Rule {
 public:
  explicit Argo(ArgoConfig config) : config_(config), window_(config.window) {}
  bool look(std::span<const domain::Block> blocks) override;

 private:
  ArgoConfig config_;
  SlidingWindow window_;
  std::vector<int> failed_;
};

/// Never aborts, but notes the largest tolerance (against stable) at which Argo would have: any below it would have
/// too.
class ArgoTuning : public statistics::Rule {
 public:
  explicit ArgoTuning(ArgoConfig config) : config_(config), window_(config.window) {}
  bool look(std::span<const domain::Block> blocks) override;
  [[nodiscard]] double critical() const;

 private:
  ArgoConfig config_;
  SlidingWindow window_;
  std::vector<std::vector<double>> largest_;  // by capability: the failureLimit + 1 largest shortfalls, descending
};

}  // namespace pawl::peers

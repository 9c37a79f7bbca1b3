// Flagger's analysis, from its documentation: every interval the metrics are checked in order; the first that is below
// its threshold, or has no data, is one failed check. Failed checks are never forgiven. Rollback at `failed_checks`.
#pragma once

#include <optional>
#include <vector>

#include "bench/peers/windows.h"
#include "statistics/rule.h"

namespace pawl::peers {

struct FlaggerConfig {
  int window = statistics::kMinute;    ///< scrapes that a metric looks back over
  double threshold = 0.85;             ///< least pass rate
  int failed_checks = 5;               ///< checks that must fail
  int interval = statistics::kMinute;  ///< scrapes between two checks
  bool aggregate = false;              ///< one metric over all capabilities instead of one for each
  bool wait_for_full_window = false;   ///< kinder than Flagger is: no check on half a window
};

/// The lowest pass rate that a check sees; below zero when a metric has no data, which counts as failed.
double flagger_worst(std::span<const domain::Block> sums, bool aggregate);

class Flagger : public statistics::Rule {
 public:
  explicit Flagger(FlaggerConfig config) : config_(config), window_(config.window) {}
  bool look(std::span<const domain::Block> blocks) override;

 private:
  FlaggerConfig config_;
  SlidingWindow window_;
  int failed_ = 0;
};

/// Never rolls back, but notes the smallest threshold at which Flagger would have: for finding, on healthy streams, the
/// highest threshold that keeps false rollbacks rare. Only an oracle can do this: it needs the true base rate.
class FlaggerTuning : public statistics::Rule {
 public:
  explicit FlaggerTuning(FlaggerConfig config) : config_(config), window_(config.window) {}
  bool look(std::span<const domain::Block> blocks) override;
  /// Any threshold above it would have rolled back.
  [[nodiscard]] double critical() const;

 private:
  FlaggerConfig config_;
  SlidingWindow window_;
  std::vector<double> lowest_;  // the `failed_checks` lowest, ascending
};

}  // namespace pawl::peers

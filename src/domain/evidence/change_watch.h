// Watching for a change that may begin at any time, with no end in sight (canary-statistics 1.v). A rollout has a
// beginning and an end, so its test bounds the probability of a false alarm; a watch that never ends can only bound how
// often one comes: one in `blocks_between_alarms` blocks on average, or fewer.
#pragma once

#include "domain/evidence/log_space.h"

namespace pawl::domain {

/// Which statistic a watch keeps. Both take the log e-value of one block after the other.
enum class WatchRule {
  ShiryaevRoberts,  ///< R <- e (R + 1): the sum over every possible beginning of the change
  Cusum,            ///< C <- e max(C, 1): the likeliest beginning alone
};

/// Not thread-safe; the same blocks in the same order give the same bits.
class ChangeWatch {
 public:
  ChangeWatch() = default;
  explicit ChangeWatch(WatchRule rule) : rule_(rule) {}

  /// `log_e`: natural logarithm of an e-value of "nothing changed in this block".
  void add(double log_e);
  /// Goes on as if this had been reached.
  void begin_at(double log_statistic) { log_statistic_ = log_statistic; }
  /// log R, or log C; log(0) before the first block.
  [[nodiscard]] double log_statistic() const { return log_statistic_; }
  /// The mean number of blocks to a false alarm is at least `blocks_between_alarms` (>= 1).
  [[nodiscard]] bool alarmed(double blocks_between_alarms) const;

 private:
  WatchRule rule_ = WatchRule::ShiryaevRoberts;
  double log_statistic_ = kLogZero;
};

}  // namespace pawl::domain

// Events that have an exposure but no outcome per interaction, such as retries: "do they come more often on the
// canary?" (canary-statistics 1.iii). H0: rate_canary <= factor * rate_stable. Conditional on a block's total the
// canary's share of the events is binomial, so any intensity common to both arms may come and go.
#pragma once

#include <array>

namespace pawl::domain {

struct EventBlock {
  double canary_exposure = 0;  ///< interactions
  double canary_events = 0;
  double stable_exposure = 0;
  double stable_events = 0;

  EventBlock& operator+=(const EventBlock& other);
  [[nodiscard]] bool complete() const { return canary_exposure > 0 && stable_exposure > 0; }
};

/// The test process. Not thread-safe; the same blocks in the same order give the same bits.
class EventRate {
 public:
  /// factor >= 1 is tolerated; log e is divided by phi >= 1.
  explicit EventRate(double factor, double phi = 1);
  /// A block without exposure of one arm is carried into the next one.
  void add(const EventBlock& block);
  void drop_carried() { carried_ = {}; }
  [[nodiscard]] double log_e() const { return log_e_; }
  /// Of all complete blocks.
  [[nodiscard]] const EventBlock& totals() const { return totals_; }

 private:
  double factor_;
  double phi_;
  std::array<double, 6> wealth_{};
  EventBlock carried_;
  EventBlock totals_;
  double log_e_ = 0;
};

}  // namespace pawl::domain

// The promote test: "is the canary proven to have lost less than the margin?" (canary-statistics 2).
// H0: mean_canary <= mean_stable - margin; a large e-value speaks for the canary.
#pragma once

#include <array>
#include <cstddef>

#include "domain/evidence/payoff.h"

namespace pawl::domain {

/// Sizes of gain over the margin that are bet on at once.
inline constexpr std::size_t kGains = 3;

struct NonInferiorityConfig {
  double margin = 0.05;  ///< largest acceptable loss in mean score, (0,1); 0 with a unit: none
  std::array<double, kGains> regained{0.5, 1, 1.5};  ///< bets: half the margin lost, equal, better by half a margin
  double unit = 0;                                   ///< what the bets are multiples of; 0: the margin
  double memory = 2000;
  double phi = 1;
  double cap = 0.95;
  History history{};
};

/// For a margin of which only `left` may be used, [0, margin): bets on equal, better by half the margin, and better by
/// all of it. A bet on less than a quarter of the margin would need more traffic than anybody has.
NonInferiorityConfig narrowed_config(double margin, double left);

/// The process. Not thread-safe; reproducible bit for bit.
class NonInferiority {
 public:
  explicit NonInferiority(const NonInferiorityConfig& config);
  void add(const Block& block);
  void drop_carried() { carried_ = {}; }
  [[nodiscard]] double log_e() const { return log_e_; }
  /// The largest log e so far: the proof counts once it was reached.
  [[nodiscard]] double best_log_e() const { return best_; }

 private:
  [[nodiscard]] Bet bet(double regained, const Block& block) const;
  [[nodiscard]] double log_payoff(const Bet& bet, const Block& block) const;

  NonInferiorityConfig config_;
  ArmMemory stable_;
  ArmMemory canary_;
  std::array<double, kGains> wealth_{};
  bool graded_ = false;
  Block carried_;
  double log_e_ = 0;
  double best_ = 0;
};

}  // namespace pawl::domain

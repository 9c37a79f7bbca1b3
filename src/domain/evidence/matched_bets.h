// MB2: "has the canary dropped below stable by more than the tolerance?", valid at every look
// (canary-statistics 1.i and 1.ii). H0: mean_canary >= mean_stable - tolerance.
#pragma once

#include <array>
#include <cstddef>

#include "domain/evidence/payoff.h"

namespace pawl::domain {

/// Sizes of effect that are bet on at once.
inline constexpr std::size_t kEffects = 4;

struct MatchedBetsConfig {
  double tolerance = 0;  ///< drop in mean score that counts as no regression, [0,1)
  std::array<double, kEffects> log_odds_drops{0.25, 0.5, 1, 2};  ///< bet on while scores are pass/fail
  std::array<double, kEffects> deviations{0.08, 0.16, 0.32,
                                          0.64};  ///< the same in standard deviations, for graded scores
  double start_mass = 0.75;  ///< prior mass on "regressed from the start"; the rest is spread over later starts
  double planned = 3000;     ///< canary scores over which later starts are spread
  double memory = 2000;      ///< scores of stable the plug-in remembers
  double phi = 1;            ///< over-dispersion: log e is divided by it; at least 1
  double cap = 0.95;         ///< largest share of wealth one score may cost, (0,1)
  History history{};
  bool graded = false;  ///< bet on graded scores from the first block; otherwise after the first graded block
};

/// The pass/fail bet against a drop of `eta` in log odds, given the plug-in mean of stable.
Bet drop_bet(double stable_mean, double tolerance, double eta, double n_canary, double n_stable, double cap);
/// log e of a pass/fail block under that bet.
double drop_payoff(const Bet& bet, const Block& block);

/// The test process. Not thread-safe; the same blocks in the same order give the same bits.
class MatchedBets {
 public:
  explicit MatchedBets(const MatchedBetsConfig& config);
  /// Blocks without one of the arms are carried into the next one: the choice depends on counts only.
  void add(const Block& block);
  /// Forgets a carried half block: no block may span a change of weight.
  void drop_carried() { carried_ = {}; }
  /// Current log e-value; 0 before any data.
  [[nodiscard]] double log_e() const { return log_e_; }

 private:
  [[nodiscard]] Bet graded_bet(double deviations, const Block& block) const;
  [[nodiscard]] double log_payoff(std::size_t j, const Block& block) const;
  void bet_on(const Block& block);

  MatchedBetsConfig config_;
  std::array<double, kEffects> odds_ratios_{};
  ArmMemory stable_;
  ArmMemory canary_;
  std::array<double, kEffects> wealth_;
  double rest_;
  bool graded_;
  Block carried_;
  double log_e_ = 0;
};

}  // namespace pawl::domain

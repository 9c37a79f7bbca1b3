// One question about the canary, "worse than stable?" and "no worse than the margin?", with everything that is known
// about it. It holds numbers only: its name belongs to whoever asks.
#pragma once

#include <optional>

#include "domain/evidence/intervals.h"
#include "domain/evidence/matched_bets.h"
#include "domain/evidence/non_inferiority.h"

namespace pawl::domain {

/// What may differ from question to question.
struct HypothesisConfig {
  double margin = 0.05;            ///< largest loss a promotion may accept, (0,1)
  std::optional<double> narrowed;  ///< what the loss ledger leaves of the margin, [0, margin)
  double tolerance = 0;            ///< drop that counts as no regression, [0, margin)
  double planned = 3000;           ///< canary scores over which later starts of a regression are spread
  double start_mass = 0.75;
  double memory = 2000;
  double phi = 1;
  double cap = 0.95;
  History history{};  ///< of stable, from before the trial
};

/// Not thread-safe. Adding allocates nothing.
class Hypothesis {
 public:
  explicit Hypothesis(const HypothesisConfig& config);

  /// Joins the block to what was carried. What it returns has both arms and can be bet on; half a block waits.
  std::optional<Block> gather(const Block& block);
  /// Bets on a block with both arms.
  void bet(const Block& block);
  void drop_carried() { carried_ = {}; }

  [[nodiscard]] double log_e() const { return regression_.log_e(); }
  [[nodiscard]] double log_e_noninferior() const { return promotion_.log_e(); }
  [[nodiscard]] double best_noninferior() const { return promotion_.best_log_e(); }
  /// Of all complete blocks.
  [[nodiscard]] const Block& totals() const { return totals_; }
  [[nodiscard]] const StratifiedDifference& difference() const { return difference_; }

 private:
  MatchedBets regression_;
  NonInferiority promotion_;
  StratifiedDifference difference_;
  Block totals_;
  Block carried_;
};

static_assert(sizeof(Hypothesis) <= 1024, "a thousand hypotheses must fit into a megabyte");

}  // namespace pawl::domain

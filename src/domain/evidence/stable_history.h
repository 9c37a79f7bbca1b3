// What stable scored before a trial. The bets begin with it as if it had been seen a little: a wrong guess of stable's
// mean costs speed, never validity, so it may come from any source (canary-statistics 1.i).
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "domain/evidence/payoff.h"

namespace pawl::domain {

/// Stable's scores from before the trial, by capability.
using StableHistory = std::map<std::string, History, std::less<>>;

/// Scores as pseudo scores: however many there were, they are worth at most 200. n > 0.
///
/// The mean is theirs alone. The variance is that of them and of the two scores that the bets begin with where nothing
/// is known (History: one pass, one fail): v = (q + 1)/(n + 2) - ((s + 1)/(n + 2))^2 for n <= 200 pseudo scores with
/// sum s and sum of squares q. Bets on graded scores use it to choose how large a drop to bet on, D = d sqrt(v), and
/// how much. Any choice made before the scores is valid (canary-statistics 1.i and 1.ii), so this is about power alone:
/// what never failed has a variance of 0, and a bet on a drop of nothing wins nothing, however much the canary loses.
/// That one fail might have been is what keeps the bet alive, and the trial's own scores soon outweigh it.
History pseudo_scores(const ArmCounts& scores);

/// What stable scored in some time before a trial, by capability and by evaluator and version.
struct PastScores {
  std::string capability;
  std::string stratum;
  ArmCounts counts;  ///< estimates: need not be whole, nor fit together exactly
};

/// Of several evaluators of a capability the one with most scores counts. Fewer than two scores are no history.
StableHistory stable_history(const std::vector<PastScores>& past);

}  // namespace pawl::domain

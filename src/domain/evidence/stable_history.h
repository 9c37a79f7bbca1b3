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

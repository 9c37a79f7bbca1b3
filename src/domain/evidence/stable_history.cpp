#include "domain/evidence/stable_history.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace pawl::domain {
namespace {

constexpr double kMostPseudoScores = 200;  // what stable was is a hint, however long it was seen
constexpr double kFewestScores = 2;
// Bets on graded scores look for drops of some deviations of stable. What has never failed has none, and a bet on a
// drop of nothing wins nothing, however much the canary loses.
constexpr double kLeastVariance = 0.02;

}  // namespace

History pseudo_scores(const ArmCounts& scores) {
  const double mean = scores.sum / scores.n;
  return {.n = std::min(scores.n, kMostPseudoScores),
          .mean = mean,
          .variance = std::clamp(scores.sumsq / scores.n - mean * mean, 0.0, std::max(0.0, mean * (1 - mean)))};
}

StableHistory stable_history(const std::vector<PastScores>& past) {
  std::map<std::string, const PastScores*> most;
  for (const PastScores& scores : past) {
    const auto [found, fresh] = most.try_emplace(scores.capability, &scores);
    const auto rank = [](const PastScores& s) { return std::tie(s.counts.n, s.stratum); };
    if (!fresh && rank(scores) > rank(*found->second)) found->second = &scores;
  }
  StableHistory history;
  for (const auto& [capability, scores] : most) {
    ArmCounts counts = scores->counts;
    if (!std::isfinite(counts.n) || !std::isfinite(counts.sum) || !std::isfinite(counts.sumsq)) continue;
    if (counts.n < kFewestScores) continue;
    counts.sum = std::clamp(counts.sum, 0.0, counts.n);
    // Of an n that is not whole the least may round to a little more than the sum itself.
    counts.sumsq = std::clamp(counts.sumsq, std::min(counts.sum * counts.sum / counts.n, counts.sum), counts.sum);
    History scored = pseudo_scores(counts);
    scored.variance = std::max(scored.variance, kLeastVariance);
    history.emplace(capability, scored);
  }
  return history;
}

}  // namespace pawl::domain

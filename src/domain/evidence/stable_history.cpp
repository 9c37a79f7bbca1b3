#include "domain/evidence/stable_history.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace pawl::domain {
namespace {

constexpr double kMostPseudoScores = 200;  // what stable was is a hint, however long it was seen
constexpr double kFewestScores = 2;

}  // namespace

History pseudo_scores(const ArmCounts& scores) {
  const double n = std::min(scores.n, kMostPseudoScores);
  const double mean = scores.sum / scores.n;
  const double square = std::max(std::min(scores.sumsq / scores.n, mean), mean * mean);
  const History start;  // one pass and one fail
  const double kept_mean = (n * mean + start.n * start.mean) / (n + start.n);
  const double kept_square = (n * square + start.n * (start.variance + start.mean * start.mean)) / (n + start.n);
  return {.n = n, .mean = mean, .variance = kept_square - kept_mean * kept_mean};
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
    history.emplace(capability, pseudo_scores(counts));
  }
  return history;
}

}  // namespace pawl::domain

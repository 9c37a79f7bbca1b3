#include "domain/rollout/stable_reference.h"

#include "domain/evidence/trial.h"

namespace pawl::domain {

StableReference stable_reference(const RolloutStatus& status) {
  if (!status.stable || status.candidate) return {};
  const bool was_the_candidate = !status.history.empty() && status.history.back().outcome == Outcome::Promoted &&
                                 status.history.back().revision == *status.stable;
  StableReference out;
  for (const ScoreRow& row : status.scoreboard) {
    if (row.capability == kErrors || row.capability == kCoverage || row.capability == kAggregate) continue;
    const ScoreReference reference = was_the_candidate
                                         ? ScoreReference{row.canary_mean, static_cast<double>(row.canary_n)}
                                         : ScoreReference{row.stable_mean, static_cast<double>(row.stable_n)};
    if (reference.n > 0) out[row.capability] = reference;
  }
  return out;
}

StableWatchPolicy stable_watch_policy(const RolloutSpec& spec) {
  StableWatchPolicy policy;
  policy.default_margin = spec.analysis.margin;
  for (const CapabilitySpec& c : spec.evidence.capabilities) {
    if (c.margin) policy.margins[c.name] = *c.margin;
  }
  return policy;
}

}  // namespace pawl::domain

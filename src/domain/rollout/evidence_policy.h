// What a rollout's spec asks of its evidence.
#pragma once

#include <string>
#include <vector>

#include "domain/evidence/policy.h"
#include "domain/rollout/loss_budget.h"
#include "domain/rollout/observation.h"

namespace pawl::domain {

/// Capabilities that the spec lists are required; others are judged too, as they are found. `touched` are those that
/// the self-edit means to change. `narrowed`: margins that the loss ledger leaves, as `narrowed_margins` or a
/// decision's record has them.
EvidencePolicy evidence_policy(const RolloutSpec& spec, std::vector<std::string> touched = {},
                               const std::vector<NarrowedMargin>& narrowed = {});
/// The same of the parts that a decision's record keeps.
EvidencePolicy evidence_policy(const AnalysisSpec& analysis, const EvidenceSpec& evidence,
                               const std::vector<BreakerSpec>& breakers, std::vector<std::string> touched,
                               const std::vector<NarrowedMargin>& narrowed);

/// What the author of a revision claims to improve. A revision that is gone claims nothing.
std::vector<std::string> claimed(const Observation& seen, const std::string& digest);

/// Whether a breaker looks at how long answers take: only then are those counters read.
bool times_answers(const std::vector<BreakerSpec>& breakers);

}  // namespace pawl::domain

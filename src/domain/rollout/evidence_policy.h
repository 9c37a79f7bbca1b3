// What a rollout's spec asks of its evidence.
#pragma once

#include "domain/evidence/policy.h"
#include "domain/rollout/loss_budget.h"
#include "domain/rollout/spec.h"

namespace pawl::domain {

/// Capabilities that the spec lists are required; others are judged too, as they are found. `narrowed`: margins that
/// the loss ledger leaves, as `narrowed_margins` or a decision's record has them.
EvidencePolicy evidence_policy(const RolloutSpec& spec, const std::vector<NarrowedMargin>& narrowed = {});

}  // namespace pawl::domain

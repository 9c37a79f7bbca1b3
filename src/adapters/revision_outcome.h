// What an AgentRevision says of itself, from what its rollout decided. Pure.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "adapters/objects.h"
#include "domain/rollout/candidates.h"

namespace pawl::adapters {

/// `gate` is the rollout's spec.gate. The verdict of the gate is no part of this: the gate alone writes it.
domain::RevisionStatus revision_outcome(const RevisionObject& revision, const std::string& name,
                                        const domain::GateSpec& gate, const domain::RolloutStatus& status,
                                        const std::vector<domain::Refusal>& refusals, Instant now);

/// The annotations of the last decision; empty if there is none. `rollout` names the record.
Provenance provenance_of_decision(const std::string& rollout, const domain::RolloutStatus& status);

/// The merge patch that makes `have` say `want`; null if it does already.
Json provenance_patch(const Provenance& have, const Provenance& want);

}  // namespace pawl::adapters

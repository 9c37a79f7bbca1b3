// What an AgentRevision says of itself, from what its rollout decided. Pure.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "adapters/objects.h"
#include "domain/rollout/candidates.h"

namespace pawl::adapters {

domain::RevisionStatus revision_outcome(const RevisionObject& revision, const std::string& name, const domain::RolloutStatus& status,
                                        const std::vector<domain::Refusal>& refusals, Instant now);

/// The provenance annotations of the last decision, if it was about this revision; an empty object otherwise.
Json provenance_annotations(const std::string& revision, const domain::RolloutStatus& status);

}  // namespace pawl::adapters

// What a rollout's spec asks of its evidence.
#pragma once

#include "domain/evidence/policy.h"
#include "domain/rollout/spec.h"

namespace pawl::domain {

/// Capabilities that the spec lists are required; others are judged too, as they are found.
EvidencePolicy evidence_policy(const RolloutSpec& spec);

}  // namespace pawl::domain

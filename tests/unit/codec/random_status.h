// Statuses by chance, from a seed: every field takes every kind of value sooner or later.
#pragma once

#include "base/random.h"
#include "domain/gate/gate_verdict.h"
#include "domain/rollout/status.h"

namespace pawl::codec {

domain::RolloutStatus random_rollout_status(Random& random);
domain::RevisionStatus random_revision_status(Random& random);
/// With every optional part present and every list filled.
domain::RevisionGate random_revision_gate(Random& random);
domain::RevisionGate full_revision_gate();
domain::RolloutStatus full_rollout_status();
domain::RevisionStatus full_revision_status();

}  // namespace pawl::codec

// What stable scored when it was last judged: as the candidate that was promoted, or as the one a candidate lost to.
// Pure.
#pragma once

#include "domain/evidence/stable_watch.h"
#include "domain/rollout/spec.h"
#include "domain/rollout/status.h"

namespace pawl::domain {

/// Empty when it was never judged, or nothing was scored then.
StableReference stable_reference(const RolloutStatus& status);
StableWatchPolicy stable_watch_policy(const RolloutSpec& spec);

}  // namespace pawl::domain

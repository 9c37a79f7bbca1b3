// The conditions that an intent means. Pure.
#pragma once

#include "domain/rollout/advance.h"

namespace pawl::domain {

/// The reason of WeightsVerified while somebody else writes the weights of our rule.
inline constexpr const char* kRouteContention = "RouteContention";

/// Writes Accepted, Serving, Promoted, Ready, Paused, WeightsVerified, EvidenceFresh, and Reconciling or
/// Stalled when true, from the answer and what was seen.
void apply_conditions(Advance& answer, const Observation& seen, Instant now);

}  // namespace pawl::domain

// What the rules of `advance` look at, and how they answer. Pure.
#pragma once

#include <optional>
#include <string>

#include "domain/rollout/advance.h"

namespace pawl::domain {

/// The workload of `revision`; null if none was seen.
const WorkloadView* workload(const Observation& seen, const RevisionRef& revision);
/// Deployed, ready and seen to serve its own bundle (never assumed: the digest each pod answered).
bool serves(const Observation& seen, const RevisionRef& revision, int replicas);
/// Every gateway has accepted `share` (of kWholeShare) for the candidate.
bool share_accepted(const Observation& seen, int share);
/// Who else writes the weights, and what to do about it. For a route with a contender.
std::string contention_text(const RouteView& route);
/// The step being soaked. The list may have been shortened meanwhile: then the last one counts.
Step current_step(const Observation& seen);
/// When this candidate must have a verdict; counted from its first share, before that from its acceptance.
Instant deadline_of(const Observation& seen);
/// The content of `revision` was rolled back or rejected before.
bool is_quarantined(const RolloutStatus& status, const RevisionRef& revision);
/// A candidate has, or may have, a share.
bool judging(const RolloutStatus& status);

/// The answer that leaves the intent as it is and says why; `wake` is when that may be over.
Advance stay(const Observation& seen, std::string rule, std::string word, std::string message,
             std::optional<Instant> wake = {});
/// Intends `share` for the candidate; what was accepted and measured before no longer counts.
void set_share(RolloutStatus& status, int share, Instant now);

}  // namespace pawl::domain

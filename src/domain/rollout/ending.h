// How a candidate's time ends, and how a decision is written down in the status. Pure.
#pragma once

#include <string>

#include "domain/rollout/advance.h"
#include "domain/rollout/gate.h"

namespace pawl::domain {

/// `outcome` begins: share 0 first, the candidate drains, then finish_ending. A digest that was rolled back
/// or rejected is quarantined here, in the same write that lowers the share.
[[nodiscard]] Advance begin_ending(const Observation& seen, Outcome outcome, std::string rule, std::string word,
                                   std::string message, Instant now);
/// The candidate has drained: it goes into the history and stable serves alone.
[[nodiscard]] Advance finish_ending(const Observation& seen, Instant now);
/// The pointers have moved: the candidate is stable, the old stable stays warm.
[[nodiscard]] Advance finish_promotion(const Observation& seen, Instant now);
/// A guardrail tripped while the promoted revision soaks: the pointer goes back to the warm one at once.
[[nodiscard]] Advance undo_promotion(const Observation& seen, Instant now);
/// The gate failed the first revision before it served: its content is quarantined, and another may be chosen.
[[nodiscard]] Advance reject_the_first_revision(const Observation& seen, const GateFinding& finding, Instant now);
/// Marks `out` as a decision about `revision`, worded by `out.why`.
void record_decision(Advance& out, std::string what, const RevisionRef& revision, Instant now);
/// Replicas of the candidate that the intent asks for.
[[nodiscard]] int candidate_replicas_wanted(const RolloutSpec& spec, const RolloutStatus& status);

}  // namespace pawl::domain

// The held-out gate as the rollout sees it: what it is asked, and whether what it answered holds here and now. Pure.
//
// The operator asks by AgentRollout.status.gate, the gate answers by AgentRevision.status.gate, and neither writes the
// other's field. A verdict is bound to contents (candidate, stable) and to the policy it was given under; one that is
// bound to anything else is no verdict. Only a pass dies of age: asking again must not turn a
// failure into a pass by luck.
#pragma once

#include <optional>
#include <string>

#include "domain/rollout/observation.h"

namespace pawl::domain {

/// The word of a quarantine entry, a history entry and a condition for what the gate refused.
inline constexpr const char* kRejectedByGate = "RejectedByGate";

/// The reason of a pass that is too old to ship anything.
inline constexpr const char* kGateExpired = "GateExpired";

/// Without the gate's pass no candidate gets a share.
bool gate_is_required(const GateSpec& gate);
/// Nor does the agent's first revision serve.
bool first_revision_is_gated(const GateSpec& gate);

/// The policy a verdict is given under: spec.gate and the margins, as JSON with sorted keys and no white space. Suites
/// in any order are the same policy.
std::string gate_policy_text(const RolloutSpec& spec);
/// sha256 of it. The gate and the operator both compute this one.
std::string gate_policy_digest(const RolloutSpec& spec);

/// What the gate has said, as far as it holds.
struct GateFinding {
  GateState state = GateState::Waiting;  ///< Waiting: nothing that holds; Passed, Failed or Insufficient
  std::string reason;                    ///< CamelCase; for Waiting the binding that does not hold
  std::string message;                   ///< for a person
};

/// Of the candidate, or of the first revision while it starts.
GateFinding find_at_gate(const Observation& seen, Instant now);

/// The question as it is to be asked now, in state Waiting. One that already waits keeps its time,
/// unless it was answered by a pass that has died since: `requested_at` tells the gate that it is asked anew.
GateRequest ask_gate(const Observation& seen, const GateFinding& because, Instant now);
/// The same question with its answer.
GateRequest answered(const Observation& seen, const GateFinding& finding);
/// The status says that this very question was passed.
bool passed_before(const Observation& seen);
/// "suites a, b", short enough for one line.
std::string suites_text(const GateSpec& gate);

/// What a mean hides, as the gate has found it in this very candidate: the lost capabilities. Empty: nothing of the
/// kind.
std::vector<std::string> lost_under_a_rising_mean(const Observation& seen, const GateRequest& answered);

/// Writes an answer into a request that waits for one while the candidate has a share.
void note_gate(const Observation& seen, RolloutStatus& status, Instant now);

}  // namespace pawl::domain

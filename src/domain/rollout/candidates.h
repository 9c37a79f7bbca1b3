// Which revision is next. Pure.
#pragma once

#include <string>
#include <vector>

#include "domain/rollout/observation.h"

namespace pawl::domain {

/// Why a revision may not be rolled out, as its AgentRevision says it.
struct Refusal {
  std::string revision;
  RevisionPhase phase = RevisionPhase::Rejected;
  std::string reason;  ///< Quarantined, RejectedByGate, SameContent, ParentMissing, QueueFull, Superseded
  std::string message;
};

/// spec.initialRevision, else the oldest revision of the agent without a parent; null if there is none whose content
/// may run.
const RevisionView* initial_revision(const Observation& seen);
/// The next revision to judge under spec.candidates.policy; null if none waits.
const RevisionView* next_candidate(const Observation& seen);
/// Every waiting revision that must not run, with the reason. `next_candidate` never returns one of these.
std::vector<Refusal> refusals(const Observation& seen);

}  // namespace pawl::domain

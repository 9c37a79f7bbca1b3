// What the gate has said of a revision: AgentRevision.status.gate as a value. Written by the gate alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace pawl::domain {

enum class GateAnswer {
  Pass,
  Fail,          ///< the candidate is blamed
  Insufficient,  ///< too little data, or data that cannot be used: nobody is blamed, nothing passes
  NoBaseline,    ///< there was nothing to compare with, so only what needs no baseline was judged
};

/// How a capability fared at the gate. Coarse on purpose: what more it says of held-out cases leaks them.
enum class GatedSkill { Held, Lost, Gained, Insufficient, Flaky };

std::string_view to_string(GateAnswer answer);
std::string_view to_string(GatedSkill skill);

struct GateEvidence {
  std::string capability;
  GatedSkill state = GatedSkill::Insufficient;
  bool operator==(const GateEvidence&) const = default;
};

/// One verdict, and what it is bound to. Digests are sha256 in lower-case hex.
struct RevisionGate {
  GateAnswer verdict = GateAnswer::Insufficient;
  std::string reason;   ///< CamelCase
  std::string message;  ///< for a person; nothing of a single case
  std::string candidate_digest;
  std::string stable_digest;  ///< of what it was compared with; empty without a baseline
  std::string suites_digest;
  std::string graders_digest;
  std::string policy_digest;  ///< gate_policy_digest of the rollout's spec
  Instant decided_at{};
  Instant expires_at{};
  std::vector<GateEvidence> evidence;
  std::string rollout;  ///< name of the AgentRollout that asked
  bool operator==(const RevisionGate&) const = default;
};

}  // namespace pawl::domain

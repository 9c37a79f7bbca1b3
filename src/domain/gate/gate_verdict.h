// What the gate has said of a revision: AgentRevision.status.gate as a value. Written by the gate alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace pawl::domain {

enum class GateVerdict {
  Pass,
  Fail,          ///< the candidate is blamed: it broke or lost something, or did not do what it claims
  Insufficient,  ///< too little data, or data that cannot be used: nobody is blamed, nothing passes
  NoBaseline,  ///< there was nothing to compare with, and the policy asks a first revision for no more than what needs
               ///< no baseline. Only published: a report of the rule says Pass with `no_baseline`
};

/// The reason of a failure that a mean hides: it rose while a capability was lost. Of a report, of a verdict, and of
/// what the rollout tells.
inline constexpr const char* kMeanUpSkillDown = "MeanUpSkillDown";

/// How a capability fared at the gate.
enum class SkillState {
  Held,          ///< proven not to have lost more than the margin
  Lost,          ///< proven to have got worse, and not proven to have lost less than the margin
  Gained,        ///< held, and proven to have got better
  Insufficient,  ///< too few cases, or neither proven
  Flaky,         ///< stable's own answers change too much between epochs to compare with
};

std::string_view to_string(GateVerdict verdict);
std::string_view to_string(SkillState state);

/// What a verdict is about. Equal bindings have one verdict; one that is bound to anything else is none. Digests are
/// sha256 in lower-case hex.
struct GateBinding {
  std::string candidate;
  std::string stable;  ///< what it was compared with; empty without a baseline
  std::string suites;
  std::string graders;
  std::string policy;  ///< gate_policy_digest of the rollout's spec
  bool operator==(const GateBinding&) const = default;
};

/// One capability, in one bit that the verdict explains: under Fail Lost or Held (not lost), otherwise Held (proven) or
/// Insufficient. Coarse on purpose: what more it says of held-out cases leaks them.
struct GateEvidence {
  std::string capability;
  SkillState state = SkillState::Insufficient;
  bool operator==(const GateEvidence&) const = default;
};

struct RevisionGate {
  GateVerdict verdict = GateVerdict::Insufficient;
  std::string reason;   ///< CamelCase
  std::string message;  ///< for a person; nothing of a single case
  GateBinding binding;
  Instant decided_at{};
  Instant expires_at{};
  std::vector<GateEvidence> evidence;
  std::string rollout;  ///< name of the AgentRollout that asked
  bool operator==(const RevisionGate&) const = default;
};

}  // namespace pawl::domain

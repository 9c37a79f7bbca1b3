// The verdict as the gate publishes it in AgentRevision.status.gate: one bit for each capability and one of eight
// words. Anything finer would tell the proposer about secret cases, and could be asked for again and again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/time.h"
#include "domain/gate/gate_report.h"

namespace pawl::gatekeeper {

using Json = nlohmann::json;

/// What a verdict is bound to. Equal bindings have one verdict.
struct Binding {
  std::string candidate;  ///< digests, sha256 in lower-case hex
  std::string stable;     ///< empty without a baseline
  std::string suites;
  std::string graders;
  std::string policy;
  bool operator==(const Binding&) const = default;
};
/// SHA-256 of all of it, as a file's name.
std::string binding_digest(const Binding& binding);

/// How a capability fared, in one bit that the verdict explains: under Fail "Lost" or "Held" (not lost); otherwise
/// "Held" (proven) or "Insufficient".
struct CapabilityBit {
  std::string capability;
  std::string state;
  bool operator==(const CapabilityBit&) const = default;
};

struct Verdict {
  std::string verdict;  ///< Pass, Fail, Insufficient, NoBaseline
  std::string reason;   ///< CamelCase
  std::string message;  ///< for a person; nothing of a single case
  Binding binding;
  Instant decided_at{};
  Instant expires_at{};
  std::vector<CapabilityBit> evidence{};
  std::string rollout;  ///< name of the AgentRollout that asked
  bool operator==(const Verdict&) const = default;
};

/// The report, made coarse. The words: Passed, SkillLost, FrozenCaseFails, NoImprovement, NotProven, TooExpensive,
/// Contaminated, Incomplete. Names no case: frozen ones are public, but so may be read in the suite.
Verdict coarse_verdict(const domain::GateReport& report, const Binding& binding, bool baseline_needed);

Json render_verdict(const Verdict& verdict);
/// The verdict in the status of a revision. Nothing if there is none, or if it cannot be read whole.
std::optional<Verdict> read_verdict(const Json& revision_status);

/// Whether an earlier verdict answers the same question: it is bound to the same, and is a failure, which never
/// expires, or has not expired.
bool still_holds(const Verdict& verdict, const Binding& binding, Instant now);

}  // namespace pawl::gatekeeper

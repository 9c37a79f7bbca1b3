#include "adapters/revision_outcome.h"

#include <nlohmann/json.hpp>

namespace pawl::adapters {
namespace {

using domain::Outcome;
using domain::RevisionPhase;

struct Finding {
  RevisionPhase phase = RevisionPhase::Pending;
  std::string reason = "Waiting";
  std::string message = "waits for its turn";
  bool accepted = true;
  bool ready = false;
};

RevisionPhase phase_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::RolledBack: return RevisionPhase::RolledBack;
    case Outcome::Inconclusive: return RevisionPhase::Inconclusive;
    case Outcome::Superseded: return RevisionPhase::Superseded;
    case Outcome::Promoted: return RevisionPhase::Promoted;
    case Outcome::None:
    case Outcome::Withdrawn: return RevisionPhase::Retired;
  }
  return RevisionPhase::Pending;
}

bool names(const std::optional<domain::RevisionRef>& ref, const std::string& name) { return ref && ref->name == name; }

std::optional<Finding> from_history(const std::string& name, const domain::RolloutStatus& status) {
  for (auto it = status.history.rbegin(); it != status.history.rend(); ++it) {
    if (it->revision.name != name) continue;
    const bool replaced = it->outcome == Outcome::Promoted;  // promoted once, and no longer stable
    return Finding{replaced ? RevisionPhase::Retired : phase_of(it->outcome), replaced ? "Replaced" : it->reason,
                   replaced ? "a later edit was promoted" : "it was taken back: " + it->reason, true, false};
  }
  return std::nullopt;
}

Finding find(const RevisionObject& revision, const std::string& name, const domain::RolloutStatus& status, const std::vector<domain::Refusal>& refusals) {
  if (!revision.fault.empty()) return {RevisionPhase::Rejected, "InvalidSpec", revision.fault, false, false};
  if (names(status.stable, name)) return {RevisionPhase::Promoted, "Stable", "it serves by default", true, true};
  if (status.candidate && status.candidate->revision.name == name) {
    if (status.phase == domain::Phase::RollingBack) return {phase_of(status.ending), status.last_decision ? status.last_decision->reason : "RollingBack", status.last_decision ? status.last_decision->message : "", true, false};
    if (status.phase == domain::Phase::Preparing) return {RevisionPhase::Admitted, "Preparing", "it is being deployed without traffic", true, false};
    return {RevisionPhase::Canary, "Judging", "a share of the traffic judges it", true, false};
  }
  for (const domain::Refusal& refusal : refusals) {
    if (refusal.revision == name) return {refusal.phase, refusal.reason, refusal.message, false, false};
  }
  if (auto past = from_history(name, status)) return *past;
  // What has already ended stays as it is when the bounded history has forgotten it.
  const RevisionPhase before = revision.status.phase;
  if (before != RevisionPhase::Pending && before != RevisionPhase::Admitted && before != RevisionPhase::Canary) {
    if (before == RevisionPhase::Promoted) return {RevisionPhase::Retired, "Replaced", "a later edit was promoted", true, false};
    const domain::Condition* ready = domain::find_condition(revision.status.conditions, "Ready");
    return {before, ready ? ready->reason : "Ended", ready ? ready->message : "", true, false};
  }
  return {};
}

}  // namespace

domain::RevisionStatus revision_outcome(const RevisionObject& revision, const std::string& name, const domain::RolloutStatus& status,
                                        const std::vector<domain::Refusal>& refusals, Instant now) {
  const Finding finding = find(revision, name, status, refusals);
  domain::RevisionStatus out = revision.status;
  out.observed_generation = revision.generation;
  out.digest = revision.view.digest;
  out.phase = finding.phase;
  if (status.last_decision && status.last_decision->revision.name == name && !status.scoreboard.empty()) out.scoreboard = status.scoreboard;
  const auto truth = [](bool value) { return value ? domain::ConditionStatus::True : domain::ConditionStatus::False; };
  domain::set_condition(out.conditions, {"Accepted", truth(finding.accepted), finding.accepted ? "NoGate" : finding.reason, finding.accepted ? "no suite is listed, so the gate is skipped" : finding.message, revision.generation, {}}, now);
  domain::set_condition(out.conditions, {"Ready", truth(finding.ready), finding.reason, finding.message, revision.generation, {}}, now);
  return out;
}

Json provenance_annotations(const std::string& revision, const domain::RolloutStatus& status) {
  Json out = Json::object();
  if (!status.last_decision || status.last_decision->revision.name != revision) return out;
  const domain::Decision& d = *status.last_decision;
  out["pawl.dev/decision"] = d.what;
  out["pawl.dev/reason"] = d.reason;
  out["pawl.dev/decided-at"] = format_rfc3339(d.at);
  out["pawl.dev/decision-record"] = d.record + " sha256:" + d.record_sha256;
  out["pawl.dev/evidence"] = d.message;
  if (d.what == "RolledBack" && status.stable) out["pawl.dev/reverted-to"] = status.stable->name;
  return out;
}

}  // namespace pawl::adapters

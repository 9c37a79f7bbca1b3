#include "adapters/revision_outcome.h"

#include <nlohmann/json.hpp>

#include "adapters/decision_records.h"

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
    case Outcome::Withdrawn: return RevisionPhase::Pending;  // never judged: it may be tried again
    case Outcome::None: return RevisionPhase::Retired;
  }
  return RevisionPhase::Pending;
}

bool names(const std::optional<domain::RevisionRef>& ref, const std::string& name) { return ref && ref->name == name; }

std::optional<Finding> from_history(const std::string& name, const domain::RolloutStatus& status) {
  for (auto it = status.history.rbegin(); it != status.history.rend(); ++it) {
    if (it->revision.name != name) continue;
    if (it->outcome == Outcome::Withdrawn) return Finding{RevisionPhase::Pending, it->reason, "it was taken back without a verdict (" + it->reason + ") and waits for another turn", true, false};
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
    const domain::Condition* ready = domain::find_condition(revision.status.conditions, "Ready");
    return {before == RevisionPhase::Promoted ? RevisionPhase::Retired : before, ready ? ready->reason : "Ended", ready ? ready->message : "", true, false};
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

Provenance provenance_of_decision(const std::string& rollout, const domain::RolloutStatus& status) {
  Provenance out;
  if (!status.last_decision) return out;
  const domain::Decision& d = *status.last_decision;
  out[kDecisionAnnotation] = d.what;
  out[kReasonAnnotation] = d.reason;
  out[kDecidedAtAnnotation] = format_rfc3339(d.at);
  out[kRecordAnnotation] = record_name(rollout, d.record, d.record_sha256) + " sha256:" + d.record_sha256;
  out[kEvidenceAnnotation] = d.message;
  if (d.what == "RolledBack" && status.stable) out[kRevertedToAnnotation] = status.stable->name;
  std::erase_if(out, [](const auto& item) { return item.second.empty(); });
  return out;
}

Json provenance_patch(const Provenance& have, const Provenance& want) {
  if (have == want) return {};
  Json annotations = Json::object();
  for (const auto& [name, value] : have) {
    if (!want.contains(name)) annotations[name] = nullptr;
  }
  for (const auto& [name, value] : want) {
    const auto old = have.find(name);
    if (old == have.end() || old->second != value) annotations[name] = value;
  }
  return {{"metadata", {{"annotations", annotations}}}};
}

}  // namespace pawl::adapters

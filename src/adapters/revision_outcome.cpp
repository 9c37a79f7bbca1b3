#include "adapters/revision_outcome.h"

#include <nlohmann/json.hpp>

#include "adapters/decision_records.h"
#include "domain/rollout/gate.h"

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
    case Outcome::RolledBack:
      return RevisionPhase::RolledBack;
    case Outcome::Inconclusive:
      return RevisionPhase::Inconclusive;
    case Outcome::Superseded:
      return RevisionPhase::Superseded;
    case Outcome::Promoted:
      return RevisionPhase::Promoted;
    case Outcome::Rejected:
      return RevisionPhase::Rejected;
    case Outcome::Withdrawn:
      return RevisionPhase::Pending;  // never judged: it may be tried again
    case Outcome::None:
      return RevisionPhase::Retired;
  }
  return RevisionPhase::Pending;
}

bool names(const std::optional<domain::RevisionRef>& ref, const std::string& name) { return ref && ref->name == name; }

std::optional<Finding> from_history(const std::string& name, const domain::RolloutStatus& status) {
  for (auto it = status.history.rbegin(); it != status.history.rend(); ++it) {
    if (it->revision.name != name) continue;
    if (it->outcome == Outcome::Withdrawn) {
      return Finding{RevisionPhase::Pending, it->reason,
                     "it was taken back without a verdict (" + it->reason + ") and waits for another turn", true,
                     false};
    }
    const bool replaced = it->outcome == Outcome::Promoted;  // promoted once, and no longer stable
    return Finding{replaced ? RevisionPhase::Retired : phase_of(it->outcome), replaced ? "Replaced" : it->reason,
                   replaced ? "a later edit was promoted"
                   : it->outcome == Outcome::Rejected
                       ? "the gate rejected it; its content may not come again, under whatever name"
                       : "it was taken back: " + it->reason,
                   it->outcome != Outcome::Rejected, false};
  }
  return std::nullopt;
}

/// Deployed without traffic: for the gate, and then for its first share.
Finding before_its_share(const domain::GateSpec& gate, const domain::RolloutStatus& status) {
  if (status.gate && status.gate->state == domain::GateState::Waiting) {
    return {RevisionPhase::Gating, "WaitingForGate", status.gate->message, true, false};
  }
  if (status.gate && status.gate->state == domain::GateState::Passed) {
    return {RevisionPhase::Admitted, "GatePassed", status.gate->message, true, false};
  }
  if (status.gate && status.gate->state == domain::GateState::Insufficient) {
    return {RevisionPhase::Gating, "GateInsufficient", status.gate->message, true, false};
  }
  return {domain::gate_is_required(gate) ? RevisionPhase::Gating : RevisionPhase::Admitted, "Preparing",
          "it is being deployed without traffic", true, false};
}

Finding find(const RevisionObject& revision, const std::string& name, const domain::GateSpec& gate,
             const domain::RolloutStatus& status, const std::vector<domain::Refusal>& refusals) {
  if (!revision.fault.empty()) return {RevisionPhase::Rejected, "InvalidSpec", revision.fault, false, false};
  if (names(status.stable, name) && status.phase == domain::Phase::Starting && domain::first_revision_is_gated(gate)) {
    return before_its_share(gate, status);
  }
  if (names(status.stable, name)) return {RevisionPhase::Promoted, "Stable", "it serves by default", true, true};
  if (status.candidate && status.candidate->revision.name == name) {
    if (status.phase == domain::Phase::RollingBack) {
      return {phase_of(status.ending), status.last_decision ? status.last_decision->reason : "RollingBack",
              status.last_decision ? status.last_decision->message : "", true, false};
    }
    if (status.phase == domain::Phase::Preparing) return before_its_share(gate, status);
    return {RevisionPhase::Canary, "Judging", "a share of the traffic judges it", true, false};
  }
  for (const domain::Refusal& refusal : refusals) {
    if (refusal.revision == name) return {refusal.phase, refusal.reason, refusal.message, false, false};
  }
  if (auto past = from_history(name, status)) return *past;
  // What has already ended stays as it is when the bounded history has forgotten it.
  const RevisionPhase before = revision.status.phase;
  if (before != RevisionPhase::Pending && before != RevisionPhase::Gating && before != RevisionPhase::Admitted &&
      before != RevisionPhase::Canary) {
    if (before == RevisionPhase::Promoted) {
      return {RevisionPhase::Retired, "Replaced", "a later edit was promoted", true, false};
    }
    const domain::Condition* ready = domain::find_condition(revision.status.conditions, "Ready");
    return {before, ready ? ready->reason : "Ended", ready ? ready->message : "", true, false};
  }
  return {};
}

}  // namespace

domain::RevisionStatus revision_outcome(const RevisionObject& revision, const std::string& name,
                                        const domain::GateSpec& gate, const domain::RolloutStatus& status,
                                        const std::vector<domain::Refusal>& refusals, Instant now) {
  const Finding finding = find(revision, name, gate, status, refusals);
  domain::RevisionStatus out = revision.status;
  out.observed_generation = revision.generation;
  out.digest = revision.view.digest;
  out.phase = finding.phase;
  if (status.last_decision && status.last_decision->revision.name == name && !status.scoreboard.empty()) {
    out.scoreboard = status.scoreboard;
  }
  const auto truth = [](bool value) { return value ? domain::ConditionStatus::True : domain::ConditionStatus::False; };
  const bool first = !revision.view.parent && !domain::first_revision_is_gated(gate);
  const std::string gated =
      gate.suites.empty() ? "no suite is listed, so the gate is skipped"
      : first             ? "a first revision has no baseline and is taken as it is"
                          : std::string(gate.required ? "it must pass " : "it is judged, without consequence, by ") +
                    domain::suites_text(gate);
  domain::set_condition(out.conditions,
                        {"Accepted",
                         truth(finding.accepted),
                         !finding.accepted              ? finding.reason
                         : gate.suites.empty() || first ? "NoGate"
                                                        : "Gated",
                         finding.accepted ? gated : finding.message,
                         revision.generation,
                         {}},
                        now);
  domain::set_condition(out.conditions,
                        {"Ready", truth(finding.ready), finding.reason, finding.message, revision.generation, {}}, now);
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

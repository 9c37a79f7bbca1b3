// Where the held-out gate stops or delays a revision. A gate that is not required is asked, and not waited for.
#include "domain/rollout/ending.h"
#include "domain/rollout/gate.h"
#include "domain/rollout/rule_parts.h"
#include "domain/rollout/rules.h"

namespace pawl::domain {
namespace {

/// Nothing moves forward until the gate has said what `finding` lacks; the status asks it.
Advance ask_and_wait(const Observation& seen, std::string rule, const GateFinding& finding, Instant now,
                     std::optional<Instant> wake) {
  GateRequest request = ask_gate(seen, finding, now);
  Advance out = stay(seen, std::move(rule), finding.state == GateState::Waiting ? finding.reason : "WaitingForGate",
                     request.message, wake);
  out.status.gate = std::move(request);
  return out;
}

/// There is nothing else to serve: the question stays open, and mended suites are a new answer to it.
Advance ask_until_the_suites_can_tell(const Observation& seen, std::string rule, const GateFinding& finding,
                                      Instant now) {
  Advance out = stay(seen, std::move(rule), "InitialNotProven",
                     finding.message + "; mend the suites, or set spec.gate.initial to Accept");
  out.status.gate = ask_gate(seen, finding, now);
  return out;
}

}  // namespace

/// Deployed, but behind no Service: the gate reaches its pods, users do not.
Answer hold_the_first_revision_at_the_gate(const Observation& seen, Instant now) {
  const char* const rule = "hold_the_first_revision_at_the_gate";
  if (seen.status.phase != Phase::Starting || !first_revision_is_gated(seen.spec.gate)) return std::nullopt;
  if (!serves(seen, *seen.status.stable, 1) || passed_before(seen)) return std::nullopt;
  const GateFinding finding = find_at_gate(seen, now);
  if (finding.state == GateState::Failed) return reject_the_first_revision(seen, finding, now);
  if (finding.state == GateState::Waiting) return ask_and_wait(seen, rule, finding, now, {});
  if (finding.state == GateState::Insufficient) return ask_until_the_suites_can_tell(seen, rule, finding, now);
  Advance out = stay(seen, rule, finding.reason, finding.message);
  out.status.gate = answered(seen, finding);
  record_decision(out, "Admitted", *seen.status.stable, now);
  return out;
}

/// Also of a candidate that has a share: a newer generation of a suite may take back what an older one passed.
Answer stop_what_the_gate_refuses(const Observation& seen, Instant now) {
  if (seen.status.phase != Phase::Canary && seen.status.phase != Phase::Preparing) return std::nullopt;
  if (!gate_is_required(seen.spec.gate)) return std::nullopt;
  const GateFinding finding = find_at_gate(seen, now);
  const bool asked = seen.status.gate && seen.status.gate->state == GateState::Waiting;
  const bool failed = finding.state == GateState::Failed;
  if (!failed && !(asked && finding.state == GateState::Insufficient)) return std::nullopt;
  Advance out = begin_ending(seen, failed ? Outcome::Rejected : Outcome::Inconclusive, "stop_what_the_gate_refuses",
                             finding.reason, finding.message, now);
  out.status.gate = answered(seen, finding);
  return out;
}

Answer wait_for_the_gate(const Observation& seen, Instant now) {
  if (seen.status.phase != Phase::Preparing || !gate_is_required(seen.spec.gate)) return std::nullopt;
  const GateFinding finding = find_at_gate(seen, now);
  if (finding.state != GateState::Passed) {
    return ask_and_wait(seen, "wait_for_the_gate", finding, now, deadline_of(seen));
  }
  if (passed_before(seen)) return std::nullopt;
  Advance out = stay(seen, "wait_for_the_gate", finding.reason, finding.message);
  out.status.gate = answered(seen, finding);
  record_decision(out, "Admitted", seen.status.candidate->revision, now);
  return out;
}

/// A verdict may have died of age since the first share, or was given of another stable or under another policy. The
/// evidence is judged on meanwhile.
Answer hold_the_promotion_at_the_gate(const Observation& seen, Instant now) {
  if (seen.status.phase != Phase::Canary || seen.judgement.kind != Verdict::Kind::Promote ||
      !gate_is_required(seen.spec.gate)) {
    return std::nullopt;
  }
  const GateFinding finding = find_at_gate(seen, now);
  if (finding.state == GateState::Passed) return std::nullopt;
  return ask_and_wait(seen, "hold_the_promotion_at_the_gate", finding, now, deadline_of(seen));
}

}  // namespace pawl::domain

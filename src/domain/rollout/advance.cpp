#include "domain/rollout/advance.h"

#include <algorithm>
#include <array>

#include "domain/rollout/candidates.h"
#include "domain/rollout/conditions_of.h"
#include "domain/rollout/ending.h"
#include "domain/rollout/gate.h"
#include "domain/rollout/loss_budget.h"

namespace pawl::domain {
namespace {

constexpr Duration kLookAgain{60'000};

using Answer = std::optional<Advance>;
using Rule = Answer (*)(const Observation&, Instant);

const WorkloadView* workload(const Observation& seen, const RevisionRef& revision) {
  const auto it = seen.world.workloads.find(revision.digest);
  return it == seen.world.workloads.end() ? nullptr : &it->second;
}

/// Deployed, ready and seen to serve its own bundle (never assumed: the digest each pod answered).
bool serves(const Observation& seen, const RevisionRef& revision, int replicas) {
  const WorkloadView* w = workload(seen, revision);
  return w != nullptr && w->bundle_present && w->ready >= replicas && w->verified >= replicas &&
         w->wrong_digest.empty();
}

bool share_accepted(const Observation& seen, int share) {
  const RouteView& route = seen.world.route;
  return route.present && route.accepted && route.canary == share && route.stable == kWholeShare - share;
}

/// The step being soaked. The list may have been shortened meanwhile: then the last one counts.
Step current_step(const Observation& seen) {
  if (seen.spec.steps.empty()) return {};
  const std::size_t last = seen.spec.steps.size() - 1;
  return seen.spec.steps[std::min(static_cast<std::size_t>(std::max(seen.status.step, 0)), last)];
}

/// When this candidate must have a verdict; counted from its first share, before that from its acceptance.
Instant deadline_of(const Observation& seen) {
  const bool preparing = seen.status.phase == Phase::Preparing && seen.status.last_decision;
  return (preparing ? seen.status.last_decision->at : seen.status.candidate->started_at) +
         seen.spec.analysis.max_duration;
}

bool is_quarantined(const RolloutStatus& status, const RevisionRef& revision) {
  return std::any_of(status.quarantine.begin(), status.quarantine.end(),
                     [&](const QuarantineEntry& q) { return q.digest == revision.digest; });
}

bool judging(const RolloutStatus& s) {
  return s.phase == Phase::Canary || (s.phase == Phase::Promoting && s.candidate);
}

Advance stay(const Observation& seen, std::string rule, std::string word, std::string message,
             std::optional<Instant> wake = {}) {
  Advance out;
  out.status = seen.status;
  out.why = {std::move(rule), std::move(word), std::move(message)};
  out.wake_at = wake;
  out.status.next = {wake, out.why.message};
  return out;
}

void set_share(RolloutStatus& status, int share, Instant now) {
  if (status.weights.desired == share) return;
  status.weights.desired = share;
  status.weights.accepted.reset();
  status.weights.measured.reset();
  if (!status.candidate) return;
  status.weights.changes.push_back({now, share});
  status.candidate->step_started_at.reset();
}

/// Nothing moves forward until the gate has said what `finding` lacks; the status asks it.
Advance ask_and_wait(const Observation& seen, std::string rule, const GateFinding& finding, Instant now,
                     std::optional<Instant> wake) {
  GateRequest request = ask_gate(seen, finding, now);
  Advance out = stay(seen, std::move(rule), finding.state == GateState::Waiting ? finding.reason : "WaitingForGate",
                     request.message, wake);
  out.status.gate = std::move(request);
  return out;
}

/// Not only a missing right answers so: a quota and an admission webhook do as well, and say it in their words.
std::string forbidden(const Observation& seen) {
  return "the API server refuses the operator: " + seen.denied +
         "; if a right is missing, compare the operator's role with operator/deploy/cluster_role.yaml";
}

// ---- rules, in the order in which they are asked ------------------------------------------------

Answer finish_on_deletion(const Observation& seen, Instant now) {
  if (!seen.deleting) return std::nullopt;
  Advance out =
      stay(seen, "finish_on_deletion", "Deleting", "traffic goes back to stable before the rollout is let go");
  set_share(out.status, 0, now);
  return out;
}

Answer roll_back_on_guardrail(const Observation& seen, Instant now) {
  if (seen.judgement.kind != JudgementKind::RollBackGuardrail) return std::nullopt;
  if (judging(seen.status)) {
    return begin_ending(seen, Outcome::RolledBack, "roll_back_on_guardrail", seen.judgement.reason,
                        seen.judgement.message, now);
  }
  const auto& previous = seen.status.previous;
  if (seen.status.phase == Phase::Stable && previous && !is_quarantined(seen.status, *previous)) {
    return undo_promotion(seen, now);
  }
  return std::nullopt;
}

Answer stop_on_invalid_spec(const Observation& seen, Instant now) {
  std::string word;
  std::string message;
  if (!seen.spec_faults.empty()) {
    word = "InvalidSpec";
    for (const SpecFault& fault : seen.spec_faults) {
      message += (message.empty() ? "" : "; ") + fault.path + ": " + fault.message;
    }
  } else if (!seen.route_conflict.empty()) {
    word = "RouteClaimed";
    message = "spec.traffic.route: " + seen.route_conflict + " already drives this rule; use another rule or route";
  } else if (!seen.denied.empty()) {
    word = "Forbidden";
    message = forbidden(seen);
  } else {
    return std::nullopt;
  }
  if (seen.status.candidate && seen.status.phase != Phase::RollingBack && word != "Forbidden") {
    return begin_ending(seen, Outcome::Withdrawn, "stop_on_invalid_spec", word, message, now);
  }
  if (seen.status.phase == Phase::RollingBack) return std::nullopt;  // safety first: finish giving the traffic back
  return stay(seen, "stop_on_invalid_spec", word, message);
}

Answer give_back_a_withdrawn_candidate(const Observation& seen, Instant now) {
  const auto& candidate = seen.status.candidate;
  if (!candidate || seen.status.phase == Phase::RollingBack) return std::nullopt;
  const bool exists = std::any_of(seen.revisions.begin(), seen.revisions.end(), [&](const RevisionView& r) {
    return r.name == candidate->revision.name && r.digest == candidate->revision.digest;
  });
  if (exists) return std::nullopt;
  return begin_ending(seen, Outcome::Withdrawn, "give_back_a_withdrawn_candidate", "RevisionDeleted",
                      "AgentRevision " + candidate->revision.name + " was deleted while it was being judged", now);
}

Answer continue_rolling_back(const Observation& seen, Instant now) {
  if (seen.status.phase != Phase::RollingBack) return std::nullopt;
  const RouteView& route = seen.world.route;
  const bool weight_back = !route.present || share_accepted(seen, 0);
  const bool pointer_back = seen.world.stable_service.selects != seen.status.candidate->revision.digest;
  if (!seen.status.drained_at) {
    if (!seen.denied.empty() && !(pointer_back && weight_back)) {
      return stay(seen, "continue_rolling_back", "Forbidden", forbidden(seen));
    }
    if (!pointer_back) {
      return stay(seen, "continue_rolling_back", "ReturningTraffic",
                  "waiting for the stable Service to select " + seen.status.stable->name + " again");
    }
    if (!weight_back) {
      return stay(seen, "continue_rolling_back", "ReturningTraffic",
                  "share 0 is written; waiting for every gateway to accept it");
    }
    if (seen.world.measures_share && !seen.world.measured_about_zero) {
      Advance out = stay(seen, "continue_rolling_back", "VerifyingRollback",
                         "share 0 is accepted; waiting for the measured share to be about zero");
      out.wake_at = now + seen.spec.evidence.interval;  // the next scrape may show it; not a time worth writing down
      return out;
    }
    Advance out = stay(seen, "continue_rolling_back", "Draining",
                       "no new requests reach the candidate; open ones may finish", now + seen.spec.drain);
    out.status.weights.accepted = 0;
    out.status.drained_at = now + seen.spec.drain;
    return out;
  }
  if (now < *seen.status.drained_at) {
    return stay(seen, "continue_rolling_back", "Draining", "no new requests reach the candidate; open ones may finish",
                seen.status.drained_at);
  }
  return finish_ending(seen, now);
}

Answer choose_the_first_revision(const Observation& seen, Instant now) {
  if (seen.status.stable) return std::nullopt;
  const RevisionView* first = initial_revision(seen);
  if (first == nullptr) {
    const bool rejected = !seen.status.history.empty() && seen.status.history.back().outcome == Outcome::Rejected;
    return stay(
        seen, "choose_the_first_revision", "NoInitialRevision",
        rejected ? "the gate rejected " + seen.status.history.back().revision.name +
                       "; create another AgentRevision without a parent, or name one in spec.initialRevision"
        : seen.spec.initial_revision
            ? "spec.initialRevision names " + *seen.spec.initial_revision + ", which does not exist for this agent"
            : "no AgentRevision without a parent exists for agent " + seen.spec.agent + "; create one");
  }
  Advance out = stay(seen, "choose_the_first_revision", "InitialRevision",
                     first->name + " is the first revision and takes all traffic");
  out.status.phase = Phase::Starting;
  out.status.stable = RevisionRef{first->name, first->digest};
  record_decision(out, "Accepted", *out.status.stable, now);
  return out;
}

std::string foreign_service(const Observation& seen) {
  if (seen.world.stable_service.foreign) {
    return "spec.traffic.stableService: Service " + seen.spec.traffic.stable_service;
  }
  if (seen.world.canary_service.foreign) {
    return "spec.traffic.canaryService: Service " + seen.spec.traffic.canary_service;
  }
  return {};
}

/// Deployed, but behind no Service: the gate reaches its pods, users do not.
Answer hold_the_first_revision_at_the_gate(const Observation& seen, Instant now) {
  const char* const rule = "hold_the_first_revision_at_the_gate";
  if (seen.status.phase != Phase::Starting || !first_revision_is_gated(seen.spec.gate)) return std::nullopt;
  if (!serves(seen, *seen.status.stable, 1) || passed_before(seen)) return std::nullopt;
  const GateFinding finding = find_at_gate(seen, now);
  if (finding.state == GateState::Failed) return reject_the_first_revision(seen, finding, now);
  if (finding.state == GateState::Waiting) return ask_and_wait(seen, rule, finding, now, {});
  const bool passed = finding.state == GateState::Passed;
  Advance out =
      stay(seen, rule, passed ? finding.reason : "InitialNotProven",
           passed ? finding.message : finding.message + "; mend the suites, or set spec.gate.initial to Accept");
  out.status.gate = answered(seen, finding);
  if (passed) record_decision(out, "Admitted", *seen.status.stable, now);
  return out;
}

Answer start_the_first_revision(const Observation& seen, Instant) {
  if (seen.status.phase != Phase::Starting && seen.status.phase != Phase::Pending) return std::nullopt;
  if (!seen.world.pod_template_present) {
    return stay(seen, "start_the_first_revision", "PodTemplateMissing",
                "spec.delivery.podTemplate: PodTemplate " + seen.spec.delivery.pod_template +
                    " does not exist in this namespace; apply it");
  }
  if (!serves(seen, *seen.status.stable, 1)) {
    const WorkloadView* w = workload(seen, *seen.status.stable);
    const bool wrong = w != nullptr && !w->wrong_digest.empty();
    return stay(seen, "start_the_first_revision", wrong ? "WrongDigest" : "StableStarting",
                wrong
                    ? w->wrong_digest
                    : "waiting for a pod of " + seen.status.stable->name + " to be ready and to serve its own bundle");
  }
  if (const std::string service = foreign_service(seen); !service.empty()) {
    return stay(seen, "start_the_first_revision", "ServiceNotOurs",
                service + " exists and was not made by this rollout; choose another name, or remove it");
  }
  if (seen.world.stable_service.selects != seen.status.stable->digest ||
      seen.world.stable_service.ready_endpoints == 0) {
    return stay(seen, "start_the_first_revision", "StableStarting",
                "waiting for the stable Service to have ready endpoints of " + seen.status.stable->name);
  }
  if (!seen.world.route.problem.empty()) {
    return stay(seen, "start_the_first_revision", "RouteUnusable", seen.world.route.problem);
  }
  if (!share_accepted(seen, 0)) {
    return stay(seen, "start_the_first_revision", "RouteNotAccepted",
                seen.world.route.not_accepted_because.empty() ? "waiting for the gateway to accept the route"
                                                              : seen.world.route.not_accepted_because);
  }
  Advance out = stay(seen, "start_the_first_revision", "Serving", seen.status.stable->name + " serves all traffic");
  out.status.phase = Phase::Stable;
  out.status.weights.accepted = 0;
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

Answer give_back_when_the_candidate_is_gone(const Observation& seen, Instant now) {
  const bool promoting = seen.status.phase == Phase::Promoting;
  if (!promoting && (seen.status.phase != Phase::Canary || seen.status.weights.desired == 0)) return std::nullopt;
  const WorkloadView* w = workload(seen, seen.status.candidate->revision);
  if (w != nullptr && w->ready > 0) return std::nullopt;
  if (!promoting && !seen.status.candidate->step_started_at && seen.world.route.canary == 0) return std::nullopt;
  return begin_ending(seen, Outcome::Inconclusive, "give_back_when_the_candidate_is_gone", "CandidateUnavailable",
                      "no pod of the candidate is ready while it has a share", now);
}

/// The gap between two stages of a promotion is always a fact that was seen, never a time that passed.
Answer continue_promoting(const Observation& seen, Instant now) {
  if (seen.status.phase != Phase::Promoting) return std::nullopt;
  const RevisionRef& candidate = seen.status.candidate->revision;
  const bool ready = serves(seen, candidate, candidate_replicas_wanted(seen.spec, seen.status));
  Advance out = stay(seen, "continue_promoting", "Promoting", candidate.name + " is taking over");
  switch (seen.status.promotion) {
    case PromotionStage::None:
    case PromotionStage::ShiftToCanary:
      out.status.promotion = PromotionStage::ShiftToCanary;
      if (ready && seen.status.weights.desired != kWholeShare) set_share(out.status, kWholeShare, now);
      if (seen.status.weights.desired == kWholeShare && share_accepted(seen, kWholeShare)) {
        out.status.promotion = PromotionStage::Repoint;
      }
      return out;
    case PromotionStage::Repoint:
      if (seen.world.stable_service.selects == candidate.digest && seen.world.stable_service.ready_endpoints > 0) {
        out.status.promotion = PromotionStage::ShiftBack;
        set_share(out.status, 0, now);
      }
      return out;
    case PromotionStage::ShiftBack:
      if (!share_accepted(seen, 0)) return out;
      return finish_promotion(seen, now);
  }
  return std::nullopt;
}

Answer roll_back_on_regression(const Observation& seen, Instant now) {
  if (seen.status.phase != Phase::Canary || seen.judgement.kind != JudgementKind::RollBackRegression) {
    return std::nullopt;
  }
  return begin_ending(seen, Outcome::RolledBack, "roll_back_on_regression", seen.judgement.reason,
                      seen.judgement.message, now);
}

Answer give_back_when_inconclusive(const Observation& seen, Instant now) {
  if (seen.status.phase != Phase::Canary && seen.status.phase != Phase::Preparing) return std::nullopt;
  const bool judged = seen.status.phase == Phase::Canary && seen.judgement.kind == JudgementKind::Inconclusive;
  if (!judged && now < deadline_of(seen)) return std::nullopt;
  const bool gate_silent =
      seen.status.gate && seen.status.gate->state == GateState::Waiting && gate_is_required(seen.spec.gate);
  const std::string late =
      gate_silent
          ? "spec.analysis.maxDuration has passed without the gate's verdict; does the gate run, and do its suites exist?"
          : "spec.analysis.maxDuration has passed without a verdict";
  return begin_ending(seen, Outcome::Inconclusive, "give_back_when_inconclusive",
                      judged ? seen.judgement.reason : "DeadlineExceeded", judged ? seen.judgement.message : late, now);
}

Answer hold_while_paused(const Observation& seen, Instant) {
  if (!seen.spec.paused || seen.status.phase == Phase::Promoting) return std::nullopt;
  const bool judged = seen.status.phase == Phase::Canary || seen.status.phase == Phase::Preparing;
  return stay(seen, "hold_while_paused", "Paused", "spec.paused is true; breakers stay armed, nothing moves forward",
              judged ? std::optional(deadline_of(seen)) : std::nullopt);
}

Answer let_the_previous_go(const Observation& seen, Instant now) {
  if (seen.status.phase != Phase::Stable || !seen.status.previous) return std::nullopt;
  if (seen.status.previous_until && now < *seen.status.previous_until) return std::nullopt;
  const std::string gone = seen.status.previous->name + " is retired";
  const bool undone = is_quarantined(seen.status, *seen.status.previous);
  Advance out = undone
                    ? stay(seen, "let_the_previous_go", "Drained", "open requests had time to finish; " + gone)
                    : stay(seen, "let_the_previous_go", "SoakEnded", seen.status.stable->name + " has soaked; " + gone);
  out.status.previous.reset();
  out.status.previous_until.reset();
  out.status.soak.reset();
  return out;
}

/// Once for each alarm; the condition that it leaves says that it was told.
Answer tell_of_drift(const Observation& seen, Instant now) {
  if (seen.status.phase != Phase::Stable || seen.status.previous) return std::nullopt;
  if (seen.judgement.stable_watch.opinion != WatchOpinion::Drifting ||
      is_true(seen.status.conditions, "StableDrifting")) {
    return std::nullopt;
  }
  Advance out = stay(seen, "tell_of_drift", "StableDrifting", seen.judgement.stable_watch.message);
  record_decision(out, "Drifting", *seen.status.stable, now);
  return out;
}

Answer take_the_next_candidate(const Observation& seen, Instant now) {
  if (seen.status.phase != Phase::Stable || seen.status.previous) return std::nullopt;
  const RevisionView* next = next_candidate(seen);
  if (next == nullptr) return std::nullopt;
  Advance out = stay(seen, "take_the_next_candidate", "CandidateAccepted", next->name + " is the candidate");
  out.status.phase = Phase::Preparing;
  out.status.rollouts += 1;
  out.status.candidate = CandidateStatus{
      {next->name, next->digest}, seen.ns + "/" + seen.name + "/" + std::to_string(out.status.rollouts), {}, {}};
  out.status.gate.reset();
  out.status.step = -1;
  out.status.weights = {};
  out.status.scoreboard.clear();
  out.status.breakers.clear();
  settle_promotion(out.status.loss_ledger);
  record_decision(out, "Accepted", out.status.candidate->revision, now);
  return out;
}

/// Why the candidate cannot be asked anything yet; nothing once it is ready at share 0.
Answer wait_until_prepared(const Observation& seen, Instant) {
  if (seen.status.phase != Phase::Preparing) return std::nullopt;
  const char* const rule = "prepare_the_candidate";
  const RevisionRef& candidate = seen.status.candidate->revision;
  const WorkloadView* w = workload(seen, candidate);
  const Instant deadline = deadline_of(seen);
  if (w != nullptr && !w->wrong_digest.empty()) return stay(seen, rule, "WrongDigest", w->wrong_digest, deadline);
  if (!serves(seen, candidate, seen.spec.delivery.canary_replicas)) {
    return stay(seen, rule, "CandidateStarting",
                "waiting for " + candidate.name +
                    " to be ready and to serve its own bundle; a starting candidate is not an unhealthy one",
                deadline);
  }
  if (seen.world.canary_service.selects != candidate.digest || seen.world.canary_service.ready_endpoints == 0) {
    return stay(seen, rule, "CandidateStarting",
                "waiting for the canary Service to have ready endpoints of " + candidate.name, deadline);
  }
  if (!share_accepted(seen, 0)) {
    return stay(seen, rule, "RouteNotAccepted",
                seen.world.route.not_accepted_because.empty() ? "waiting for the gateway to accept the route at share 0"
                                                              : seen.world.route.not_accepted_because,
                deadline);
  }
  return std::nullopt;
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

/// A gate that is not required is asked, and not waited for.
GateRequest gate_at_first_share(const Observation& seen, Instant now) {
  if (seen.spec.gate.suites.empty()) return answered(seen, {GateState::Skipped, "NoGate", "no suite is listed"});
  const GateFinding finding = find_at_gate(seen, now);
  return finding.state == GateState::Waiting ? ask_gate(seen, finding, now) : answered(seen, finding);
}

Answer prepare_the_candidate(const Observation& seen, Instant now) {
  if (seen.status.phase != Phase::Preparing) return std::nullopt;
  const RevisionRef& candidate = seen.status.candidate->revision;
  Advance out = stay(seen, "prepare_the_candidate", "CanaryStarted", candidate.name + " gets its first share");
  out.status.phase = Phase::Canary;
  out.status.step = 0;
  out.status.candidate->started_at = now;
  out.status.gate = gate_at_first_share(seen, now);
  set_share(out.status, seen.spec.steps.front().weight, now);
  record_decision(out, "StepUp", candidate, now);
  return out;
}

Answer wait_until_accepted(const Observation& seen, Instant now) {
  if (seen.status.phase != Phase::Canary) return std::nullopt;
  const Instant deadline = deadline_of(seen);
  if (!share_accepted(seen, seen.status.weights.desired)) {
    const std::string& contender = seen.world.route.contender;
    if (!contender.empty()) {
      return stay(seen, "wait_until_accepted", "RouteContention",
                  contender + " changes the weights that pawl writes; exclude them from its sync", deadline);
    }
    return stay(seen, "wait_until_accepted", "RouteNotAccepted",
                seen.world.route.not_accepted_because.empty()
                    ? "the step's clock starts when every gateway has accepted its weight"
                    : seen.world.route.not_accepted_because,
                deadline);
  }
  if (seen.status.candidate->step_started_at) return std::nullopt;
  Advance out = stay(seen, "wait_until_accepted", "WeightAccepted", "the step's weight is in force",
                     now + current_step(seen).soak);
  out.status.weights.accepted = seen.status.weights.desired;
  out.status.candidate->step_started_at = now;
  return out;
}

Answer hold_the_share(const Observation& seen, Instant) {
  if (seen.status.phase != Phase::Canary) return std::nullopt;
  const JudgementKind kind = seen.judgement.kind;
  if (kind != JudgementKind::Hold && kind != JudgementKind::Yellow && kind != JudgementKind::None) return std::nullopt;
  const Instant deadline = deadline_of(seen);
  const bool none = kind == JudgementKind::None;
  if (none) {
    return stay(seen, "hold_the_share", "NoEvidence", "no evidence yet; the share does not rise without it", deadline);
  }
  // The detail, not the message: a status that changes with each scrape's numbers is a write with each scrape.
  const std::string& because = seen.judgement.detail.empty() ? seen.judgement.reason : seen.judgement.detail;
  return stay(seen, "hold_the_share", seen.judgement.reason, "the evidence holds the share where it is: " + because,
              deadline);
}

Answer wait_for_soak(const Observation& seen, Instant now) {
  if (seen.status.phase != Phase::Canary) return std::nullopt;
  const Step step = current_step(seen);
  const Instant until = *seen.status.candidate->step_started_at + step.soak;
  if (now >= until) return std::nullopt;
  return stay(seen, "wait_for_soak", "Soaking", "step " + step.name + " soaks", until);
}

Answer step_up(const Observation& seen, Instant now) {
  if (seen.status.phase != Phase::Canary) return std::nullopt;
  if (static_cast<std::size_t>(seen.status.step) + 1 >= seen.spec.steps.size()) return std::nullopt;
  Advance out = stay(seen, "step_up", "StepUp", "the step has soaked and nothing is wrong");
  out.status.step += 1;
  set_share(out.status, seen.spec.steps[static_cast<std::size_t>(out.status.step)].weight, now);
  record_decision(out, "StepUp", seen.status.candidate->revision, now);
  return out;
}

/// A verdict may have died of age since the first share, or was given of another stable or under another policy. The
/// evidence is judged on meanwhile.
Answer hold_the_promotion_at_the_gate(const Observation& seen, Instant now) {
  if (seen.status.phase != Phase::Canary || seen.judgement.kind != JudgementKind::Promote ||
      !gate_is_required(seen.spec.gate)) {
    return std::nullopt;
  }
  const GateFinding finding = find_at_gate(seen, now);
  if (finding.state == GateState::Passed) return std::nullopt;
  return ask_and_wait(seen, "hold_the_promotion_at_the_gate", finding, now, deadline_of(seen));
}

Answer promote_at_the_last_step(const Observation& seen, Instant now) {
  if (seen.status.phase != Phase::Canary || seen.judgement.kind != JudgementKind::Promote) return std::nullopt;
  Advance out = stay(seen, "promote_at_the_last_step", seen.judgement.reason, seen.judgement.message);
  out.status.phase = Phase::Promoting;
  out.status.promotion = PromotionStage::ShiftToCanary;
  out.status.scoreboard = seen.judgement.scoreboard;
  book_promotion(out.status.loss_ledger, seen.judgement.losses);
  if (!seen.spec.gate.suites.empty()) {
    const GateFinding finding = find_at_gate(seen, now);
    const bool expired = finding.reason == "GateExpired";
    if (finding.state != GateState::Waiting || expired) {
      out.status.gate =
          answered(seen, expired ? GateFinding{GateState::Expired, finding.reason, finding.message} : finding);
    }
  }
  record_decision(out, "Promoting", seen.status.candidate->revision, now);
  return out;
}

Answer go_on(const Observation& seen, Instant now) {
  if (seen.status.phase == Phase::Canary) {
    return stay(seen, "go_on", "GatheringEvidence",
                "the last step has soaked; waiting for every capability to be proven no worse", deadline_of(seen));
  }
  if (seen.status.previous && is_quarantined(seen.status, *seen.status.previous)) {
    return stay(seen, "go_on", "Draining",
                seen.status.stable->name + " serves all traffic again; open requests of " + seen.status.previous->name +
                    " may finish",
                seen.status.previous_until);
  }
  const bool soaking = seen.status.previous && seen.status.previous_until && now < *seen.status.previous_until;
  return stay(seen, "go_on", soaking ? "Soaking" : "Serving",
              seen.status.stable->name + (soaking ? " serves; the previous stable stays warm" : " serves all traffic"),
              soaking ? seen.status.previous_until : std::nullopt);
}

/// The policy, as it is asked: the first rule with an answer wins.
constexpr std::array kRules = {
    Rule{finish_on_deletion},
    Rule{roll_back_on_guardrail},
    Rule{stop_on_invalid_spec},
    Rule{give_back_a_withdrawn_candidate},
    Rule{continue_rolling_back},
    Rule{choose_the_first_revision},
    Rule{hold_the_first_revision_at_the_gate},
    Rule{start_the_first_revision},
    Rule{stop_what_the_gate_refuses},
    Rule{give_back_when_the_candidate_is_gone},
    Rule{continue_promoting},
    Rule{roll_back_on_regression},
    Rule{give_back_when_inconclusive},
    Rule{let_the_previous_go},
    Rule{hold_while_paused},
    Rule{tell_of_drift},
    Rule{take_the_next_candidate},
    Rule{wait_until_prepared},
    Rule{wait_for_the_gate},
    Rule{prepare_the_candidate},
    Rule{wait_until_accepted},
    Rule{hold_the_share},
    Rule{wait_for_soak},
    Rule{step_up},
    Rule{hold_the_promotion_at_the_gate},
    Rule{promote_at_the_last_step},
    Rule{go_on},
};

}  // namespace

Advance advance(const Observation& seen, Instant now) {
  for (const Rule rule : kRules) {
    if (Answer answer = rule(seen, now)) {
      // No event tells that a fight is over; not a time worth writing down.
      if (seen.world.route.fought_over) {
        answer->wake_at = std::min(answer->wake_at.value_or(now + kLookAgain), now + kLookAgain);
      }
      answer->status.observed_generation = seen.generation;
      keep_the_anchor(seen.spec, answer->status);
      note_gate(seen, answer->status, now);
      apply_conditions(*answer, seen, now);
      return std::move(*answer);
    }
  }
  return stay(seen, "none", "Idle", "nothing to do");
}

}  // namespace pawl::domain

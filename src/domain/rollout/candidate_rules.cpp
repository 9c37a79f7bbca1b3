// A candidate's way from its acceptance to its promotion.
#include <algorithm>

#include "domain/rollout/candidates.h"
#include "domain/rollout/conditions_of.h"
#include "domain/rollout/ending.h"
#include "domain/rollout/gate.h"
#include "domain/rollout/loss_budget.h"
#include "domain/rollout/rule_parts.h"
#include "domain/rollout/rules.h"

namespace pawl::domain {
namespace {

/// A gate that is not required is asked, and not waited for.
GateRequest gate_at_first_share(const Observation& seen, Instant now) {
  if (seen.spec.gate.suites.empty()) return answered(seen, {GateState::Skipped, "NoGate", "no suite is listed"});
  const GateFinding finding = find_at_gate(seen, now);
  return finding.state == GateState::Waiting ? ask_gate(seen, finding, now) : answered(seen, finding);
}

}  // namespace

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
    const RouteView& route = seen.world.route;
    if (!route.contender.empty()) {
      return stay(seen, "wait_until_accepted", kRouteContention, contention_text(route), deadline);
    }
    return stay(seen, "wait_until_accepted", "RouteNotAccepted",
                route.not_accepted_because.empty()
                    ? "the step's clock starts when every gateway has accepted its weight"
                    : route.not_accepted_because,
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
  const Verdict::Kind kind = seen.judgement.kind;
  if (kind != Verdict::Kind::Hold && kind != Verdict::Kind::Yellow && kind != Verdict::Kind::None) return std::nullopt;
  const Instant deadline = deadline_of(seen);
  const bool none = kind == Verdict::Kind::None;
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

Answer promote_at_the_last_step(const Observation& seen, Instant now) {
  if (seen.status.phase != Phase::Canary || seen.judgement.kind != Verdict::Kind::Promote) return std::nullopt;
  Advance out = stay(seen, "promote_at_the_last_step", seen.judgement.reason, seen.judgement.message);
  out.status.phase = Phase::Promoting;
  out.status.promotion = PromotionStage::ShiftToCanary;
  out.status.scoreboard = seen.judgement.scoreboard;
  book_promotion(out.status.loss_ledger, seen.judgement.losses);
  if (!seen.spec.gate.suites.empty()) {
    const GateFinding finding = find_at_gate(seen, now);
    const bool expired = finding.reason == kGateExpired;
    if (finding.state != GateState::Waiting || expired) {
      out.status.gate =
          answered(seen, expired ? GateFinding{GateState::Expired, finding.reason, finding.message} : finding);
    }
  }
  record_decision(out, "Promoting", seen.status.candidate->revision, now);
  return out;
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

}  // namespace pawl::domain

// The rules that take traffic away from a candidate, and the one that sees it gone.
#include <algorithm>

#include "domain/rollout/ending.h"
#include "domain/rollout/gate.h"
#include "domain/rollout/rule_parts.h"
#include "domain/rollout/rules.h"
#include "domain/rollout/sound.h"

namespace pawl::domain {
namespace {

/// Not only a missing right answers so: a quota and an admission webhook do as well, and say it in their words.
std::string forbidden(const Observation& seen) {
  return "the API server refuses the operator: " + seen.denied +
         "; if a right is missing, compare the operator's role with operator/deploy/cluster_role.yaml";
}

}  // namespace

Answer finish_on_deletion(const Observation& seen, Instant now) {
  if (!seen.deleting) return std::nullopt;
  Advance out =
      stay(seen, "finish_on_deletion", "Deleting", "traffic goes back to stable before the rollout is let go");
  set_share(out.status, 0, now);
  return out;
}

/// Who is judged, or what serves, is not known: a guess could send everybody to the wrong revision.
Answer hold_an_unsound_status(const Observation& seen, Instant) {
  const auto lacks = unsound(seen.status);
  if (!lacks) return std::nullopt;
  return stay(seen, "hold_an_unsound_status", "StatusUnreadable",
              *lacks + "; traffic is left as it is. Name in spec.initialRevision what shall serve, and begin again: " +
                  "kubectl patch aroll " + seen.name + " -n " + seen.ns + " --subresource=status --type merge " +
                  R"(-p '{"status":{"phase":"Pending","stable":null,"candidate":null}}')");
}

Answer roll_back_on_guardrail(const Observation& seen, Instant now) {
  if (seen.judgement.kind != Verdict::Kind::RollBackGuardrail) return std::nullopt;
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
  } else {
    return std::nullopt;
  }
  if (seen.status.candidate && seen.status.phase != Phase::RollingBack) {
    return begin_ending(seen, Outcome::Withdrawn, "stop_on_invalid_spec", word, message, now);
  }
  if (seen.status.phase == Phase::RollingBack) return std::nullopt;  // safety first: finish giving the traffic back
  return stay(seen, "stop_on_invalid_spec", word, message);
}

/// Nothing moves forward, and an object that is not seen is not taken for one that is gone.
Answer hold_while_forbidden(const Observation& seen, Instant) {
  if (seen.denied.empty()) return std::nullopt;
  const bool judged = seen.status.phase == Phase::Canary || seen.status.phase == Phase::Preparing;
  return stay(seen, "hold_while_forbidden", "Forbidden", forbidden(seen),
              judged ? std::optional(deadline_of(seen)) : std::nullopt);
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
  // What may not be read can lead anywhere: then only what is seen to lead back counts.
  const bool absence_counts = seen.denied.empty();
  const ServiceView& stable_service = seen.world.stable_service;
  const bool weight_back = (absence_counts && !seen.world.route.present) || share_accepted(seen, 0);
  const bool pointer_back =
      (absence_counts || stable_service.present) && stable_service.selects != seen.status.candidate->revision.digest;
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

Answer give_back_when_the_candidate_is_gone(const Observation& seen, Instant now) {
  const bool promoting = seen.status.phase == Phase::Promoting;
  if (!promoting && (seen.status.phase != Phase::Canary || seen.status.weights.desired == 0)) return std::nullopt;
  const WorkloadView* w = workload(seen, seen.status.candidate->revision);
  if (w != nullptr && w->ready > 0) return std::nullopt;
  if (!promoting && !seen.status.candidate->step_started_at && seen.world.route.canary == 0) return std::nullopt;
  return begin_ending(seen, Outcome::Inconclusive, "give_back_when_the_candidate_is_gone", "CandidateUnavailable",
                      "no pod of the candidate is ready while it has a share", now);
}

Answer roll_back_on_regression(const Observation& seen, Instant now) {
  if (!judging(seen.status) || seen.judgement.kind != Verdict::Kind::RollBackRegression) return std::nullopt;
  return begin_ending(seen, Outcome::RolledBack, "roll_back_on_regression", seen.judgement.reason,
                      seen.judgement.message, now);
}

Answer give_back_when_inconclusive(const Observation& seen, Instant now) {
  if (seen.status.phase != Phase::Canary && seen.status.phase != Phase::Preparing) return std::nullopt;
  const bool judged = seen.status.phase == Phase::Canary && seen.judgement.kind == Verdict::Kind::Inconclusive;
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

}  // namespace pawl::domain

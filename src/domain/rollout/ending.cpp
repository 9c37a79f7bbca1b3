#include "domain/rollout/ending.h"

#include <utility>

#include "domain/rollout/converge.h"

namespace pawl::domain {
namespace {

constexpr std::size_t kHistoryMax = 10;

std::string outcome_word(Outcome outcome) {
  switch (outcome) {
    case Outcome::None:
      return "None";
    case Outcome::Promoted:
      return "Promoted";
    case Outcome::RolledBack:
      return "RolledBack";
    case Outcome::Inconclusive:
      return "Inconclusive";
    case Outcome::Superseded:
      return "Superseded";
    case Outcome::Withdrawn:
      return "Withdrawn";
    case Outcome::Rejected:
      return "Rejected";
  }
  return "?";
}

void remember(RolloutStatus& status, const RevisionRef& revision, Outcome outcome, const std::string& reason,
              Instant now) {
  status.history.push_back({revision, outcome, reason, now});
  if (status.history.size() > kHistoryMax) status.history.erase(status.history.begin());
}

void quarantine(RolloutStatus& status, const RevisionRef& revision, const std::string& reason, Instant now) {
  status.quarantine.push_back({revision.digest, revision.name, reason, now});
  if (status.quarantine.size() > kQuarantineMax) status.quarantine.erase(status.quarantine.begin());
}

Advance begin(const Observation& seen, std::string rule, std::string word, std::string message) {
  Advance out;
  out.status = seen.status;
  out.why = {std::move(rule), std::move(word), std::move(message)};
  out.status.next = {std::nullopt, out.why.message};
  return out;
}

void drop_candidate(RolloutStatus& status) {
  status.candidate.reset();
  status.phase = Phase::Stable;
  status.promotion = PromotionStage::None;
  status.step = -1;
  status.ending = Outcome::None;
  status.drained_at.reset();
  status.weights.changes.clear();
}

}  // namespace

Advance begin_ending(const Observation& seen, Outcome outcome, std::string rule, std::string word, std::string message,
                     Instant now) {
  Advance out = begin(seen, std::move(rule), std::move(word), std::move(message));
  const RevisionRef revision = seen.status.candidate->revision;
  // Once the stable Service selects the candidate, stable's pods are reached by pointing it back.
  out.status.promotion = PromotionStage::None;
  out.status.phase = Phase::RollingBack;
  out.status.ending = outcome;
  out.status.drained_at.reset();
  if (out.status.weights.desired != 0) {
    out.status.weights.desired = 0;
    out.status.weights.changes.push_back({now, 0});
  }
  out.status.weights.accepted.reset();
  out.status.weights.measured.reset();
  take_back_promotion(out.status.loss_ledger);
  if (!seen.judgement.scoreboard.empty()) out.status.scoreboard = seen.judgement.scoreboard;
  if (out.status.gate && out.status.gate->state == GateState::Waiting) {
    out.status.gate.reset();  // nobody waits any more
  }
  if (outcome == Outcome::RolledBack || outcome == Outcome::Rejected) {
    quarantine(out.status, revision, out.why.word, now);
  }
  if (!seen.judgement.breaker.empty()) out.status.breakers.push_back({seen.judgement.breaker, out.why.word, now});
  record_decision(out, outcome_word(outcome), revision, now);
  return out;
}

Advance finish_ending(const Observation& seen, Instant now) {
  const RevisionRef revision = seen.status.candidate->revision;
  const std::string reason =
      seen.status.last_decision ? seen.status.last_decision->reason : outcome_word(seen.status.ending);
  Advance out = begin(seen, "continue_rolling_back", outcome_word(seen.status.ending),
                      revision.name + " has drained; " + seen.status.stable->name + " serves all traffic");
  remember(out.status, revision, seen.status.ending, reason, now);
  drop_candidate(out.status);
  return out;
}

Advance finish_promotion(const Observation& seen, Instant now) {
  const RevisionRef revision = seen.status.candidate->revision;
  Advance out = begin(seen, "continue_promoting", "Promoted",
                      revision.name + " serves all traffic; " + seen.status.stable->name + " stays warm");
  out.status.previous = seen.status.stable;
  out.status.previous_until = now + seen.spec.stable_soak;
  out.status.soak = SoakStatus{seen.status.candidate->cohort, seen.status.candidate->started_at};
  out.status.stable = revision;
  remember(out.status, revision, Outcome::Promoted, "Promoted", now);
  // Whoever folds its samples again while it soaks, after a restart or in a replay, needs them as the trial did.
  std::vector<ShareChange> changes = std::move(out.status.weights.changes);
  drop_candidate(out.status);
  out.status.weights = {};
  out.status.weights.accepted = 0;
  out.status.weights.changes = std::move(changes);
  out.wake_at = out.status.next.at = out.status.previous_until;
  record_decision(out, "Promoted", revision, now);
  return out;
}

Advance undo_promotion(const Observation& seen, Instant now) {
  const RevisionRef bad = *seen.status.stable;
  Advance out = begin(seen, "roll_back_on_guardrail", seen.judgement.reason, seen.judgement.message);
  quarantine(out.status, bad, out.why.word, now);
  remember(out.status, bad, Outcome::RolledBack, out.why.word, now);
  take_back_promotion(out.status.loss_ledger);
  out.status.stable = seen.status.previous;
  // The bad one keeps its pods while open requests finish; quarantined, it is never gone back to.
  out.status.previous = bad;
  out.status.previous_until = now + seen.spec.drain;
  out.status.soak.reset();
  out.status.weights.changes.clear();
  out.wake_at = out.status.next.at = out.status.previous_until;
  if (!seen.judgement.breaker.empty()) out.status.breakers.push_back({seen.judgement.breaker, out.why.word, now});
  record_decision(out, "RolledBack", bad, now);
  return out;
}

Advance reject_the_first_revision(const Observation& seen, const GateFinding& finding, Instant now) {
  const RevisionRef revision = *seen.status.stable;
  Advance out = begin(seen, "hold_the_first_revision_at_the_gate", finding.reason, finding.message);
  out.status.gate = answered(seen, finding);
  quarantine(out.status, revision, out.why.word, now);
  remember(out.status, revision, Outcome::Rejected, out.why.word, now);
  out.status.stable.reset();
  out.status.phase = Phase::Pending;
  record_decision(out, outcome_word(Outcome::Rejected), revision, now);
  return out;
}

void record_decision(Advance& out, std::string what, const RevisionRef& revision, Instant now) {
  out.decided = true;
  out.status.decisions += 1;
  Decision decision;
  decision.what = std::move(what);
  decision.reason = out.why.word;
  decision.message = out.why.message;
  decision.at = now;
  decision.revision = revision;
  decision.record = std::to_string(out.status.decisions);
  // The chain: until the shell has sealed the new record, the hash is its parent's.
  if (out.status.last_decision) decision.record_sha256 = out.status.last_decision->record_sha256;
  out.status.last_decision = std::move(decision);
}

int candidate_replicas_wanted(const RolloutSpec& spec, const RolloutStatus& status) {
  return candidate_replicas(spec, status);
}

}  // namespace pawl::domain

#include "codec/conditions_codec.h"
#include "codec/display.h"
#include "codec/enums.h"
#include "codec/status_codec.h"
#include "codec/status_parts.h"
#include "json/decimal.h"

namespace pawl::codec {
namespace {

using json::Cursor;
using json::Reading;

constexpr json::Range kShare{0, domain::kWholeShare};
constexpr json::Range kCounter{.min = 0};

std::string stored_text(const Cursor& at, std::string_view key) {
  return at.optional_string(key, kStored).value_or("");
}

/// An object that reads without a fault; otherwise it is reported and absent.
template <class T, class ReadOne>
std::optional<T> read_sound(const Cursor& at, std::string_view key, const Reading& reading, ReadOne read_one) {
  const std::size_t before = reading.faults().size();
  const auto found = at.optional_object(key);
  if (!found) return std::nullopt;
  T value = read_one(*found);
  if (reading.faults().size() != before) return std::nullopt;
  return value;
}

domain::CandidateStatus read_candidate(const Cursor& at) {
  domain::CandidateStatus candidate;
  candidate.revision = read_ref(at);
  candidate.cohort = stored_text(at, "cohort");
  candidate.started_at = at.optional_time("startedAt").value_or(Instant{});
  candidate.step_started_at = at.optional_time("stepStartedAt");
  return candidate;
}

Json render_candidate(const domain::CandidateStatus& candidate) {
  Json json = Json::object();
  put_ref(json, candidate.revision);
  put_text(json, "cohort", candidate.cohort, 400);
  if (candidate.started_at != Instant{}) put_time(json, "startedAt", candidate.started_at);
  put_time(json, "stepStartedAt", candidate.step_started_at);
  return json;
}

domain::SoakStatus read_soak(const Cursor& at) {
  return {stored_text(at, "cohort"), at.optional_time("startedAt").value_or(Instant{})};
}

Json render_soak(const domain::SoakStatus& soak) {
  Json json = Json::object();
  put_text(json, "cohort", soak.cohort, 400);
  put_time(json, "startedAt", soak.started_at);
  return json;
}

domain::GateRequest read_gate(const Cursor& at) {
  domain::GateRequest gate;
  gate.state = at.optional_enum("state", kGateStateNames).value_or(gate.state);
  if (const auto candidate = at.optional_object("candidate")) gate.candidate = read_ref(*candidate);
  gate.stable_digest = at.optional_string("stableDigest", {0, kDigestMax}).value_or("");
  gate.policy_digest = at.optional_string("policyDigest", {0, kDigestMax}).value_or("");
  gate.requested_at = at.optional_time("requestedAt");
  gate.message = stored_text(at, "message");
  return gate;
}

domain::ShareChange read_change(const Cursor& at) {
  return {at.required_time("at"), static_cast<int>(at.required_integer("canary", kShare))};
}

Json render_change(const domain::ShareChange& change) {
  return {{"at", format_rfc3339(change.at)}, {"canary", change.canary_basis_points}};
}

std::optional<int> optional_share(const Cursor& at, std::string_view key) {
  const auto share = at.optional_integer(key, kShare);
  return share ? std::optional(static_cast<int>(*share)) : std::nullopt;
}

domain::WeightStatus read_weights(const Cursor& at, Reading& reading) {
  domain::WeightStatus weights;
  weights.desired = at.int_or("desired", 0, kShare);
  weights.accepted = optional_share(at, "accepted");
  weights.measured = optional_share(at, "measured");
  weights.changes = read_sound_items<domain::ShareChange>(at, "changes", reading, read_change);
  return weights;
}

Json render_weights(const domain::WeightStatus& weights) {
  Json json{{"desired", weights.desired}};
  if (weights.accepted) json["accepted"] = *weights.accepted;
  if (weights.measured) json["measured"] = *weights.measured;
  put_newest(json, "changes", weights.changes, 64, render_change);
  return json;
}

domain::TrippedBreaker read_breaker(const Cursor& at) {
  return {at.required_string("name", {1, 63}), stored_text(at, "reason"), at.required_time("at")};
}

Json render_breaker(const domain::TrippedBreaker& breaker) {
  Json json{{"name", json::clip(breaker.name, 63)}, {"at", format_rfc3339(breaker.at)}};
  put_text(json, "reason", breaker.reason, kTextMax);
  return json;
}

domain::CapabilityLoss read_loss(const Cursor& at) {
  return {at.required_string("capability", {1, 252}), at.optional_decimal("settled", {0, 1}).value_or(0),
          at.optional_decimal("latest", {-1, 1}).value_or(0)};
}

Json render_loss(const domain::CapabilityLoss& loss) {
  return {{"capability", json::clip(loss.capability, 63)},
          {"settled", json::format_decimal(loss.settled)},
          {"latest", json::format_decimal(loss.latest)}};
}

domain::LossLedger read_ledger(const Cursor& at, Reading& reading) {
  return {stored_text(at, "anchor"), read_sound_items<domain::CapabilityLoss>(at, "losses", reading, read_loss)};
}

Json render_ledger(const domain::LossLedger& ledger) {
  Json json = Json::object();
  put_text(json, "anchor", ledger.anchor, kNameMax);
  put_newest(json, "losses", ledger.losses, domain::kLedgerMax, render_loss);
  return json;
}

domain::QuarantineEntry read_quarantine(const Cursor& at) {
  domain::QuarantineEntry entry;
  entry.digest = at.required_string("digest", {1, kDigestMax});
  entry.revision = stored_text(at, "revision");
  entry.reason = stored_text(at, "reason");
  entry.at = at.required_time("at");
  return entry;
}

Json render_quarantine(const domain::QuarantineEntry& entry) {
  Json json{{"digest", json::clip(entry.digest, kDigestMax)}, {"at", format_rfc3339(entry.at)}};
  put_text(json, "revision", entry.revision, kNameMax);
  put_text(json, "reason", entry.reason, kTextMax);
  return json;
}

domain::HistoryEntry read_history(const Cursor& at) {
  domain::HistoryEntry entry;
  entry.revision = read_ref(at);
  entry.outcome = at.optional_enum("outcome", kOutcomeNames).value_or(entry.outcome);
  entry.reason = stored_text(at, "reason");
  entry.at = at.required_time("at");
  return entry;
}

Json render_history(const domain::HistoryEntry& entry) {
  Json json{{"outcome", json::enum_name(kOutcomeNames, entry.outcome)}, {"at", format_rfc3339(entry.at)}};
  put_ref(json, entry.revision);
  put_text(json, "reason", entry.reason, kTextMax);
  return json;
}

domain::Decision read_decision(const Cursor& at) {
  domain::Decision decision;
  decision.what = at.required_string("what", {1, 64});
  decision.reason = stored_text(at, "reason");
  decision.message = stored_text(at, "message");
  decision.at = at.required_time("at");
  decision.revision = {stored_text(at, "revision"), stored_text(at, "digest")};
  decision.record = stored_text(at, "record");
  decision.record_sha256 = stored_text(at, "recordSha256");
  return decision;
}

Json render_decision(const domain::Decision& decision) {
  Json json{{"what", json::clip(decision.what, 64)}, {"at", format_rfc3339(decision.at)}};
  put_text(json, "reason", decision.reason, kTextMax);
  put_text(json, "message", decision.message, kTextMax);
  put_text(json, "revision", decision.revision.name, kNameMax);
  put_text(json, "digest", decision.revision.digest, kDigestMax);
  put_text(json, "record", decision.record, kNameMax);
  put_text(json, "recordSha256", decision.record_sha256, kDigestMax);
  return json;
}

Json render_ref(const domain::RevisionRef& ref) {
  Json json = Json::object();
  put_ref(json, ref);
  return json;
}

Json render_next(const domain::NextAction& next) {
  Json json = Json::object();
  put_time(json, "at", next.at);
  put_text(json, "what", next.what, 256);
  return json;
}

Json render_gate(const domain::GateRequest& gate) {
  Json json{{"state", json::enum_name(kGateStateNames, gate.state)}, {"candidate", render_ref(gate.candidate)}};
  put_text(json, "stableDigest", gate.stable_digest, kDigestMax);
  put_text(json, "policyDigest", gate.policy_digest, kDigestMax);
  put_time(json, "requestedAt", gate.requested_at);
  put_text(json, "message", gate.message, kTextMax);
  return json;
}

/// Where the rollout is: what `advance` goes on from.
void read_position(const Cursor& at, const Reading& reading, domain::RolloutStatus& status) {
  status.observed_generation = at.optional_integer("observedGeneration", kCounter).value_or(0);
  status.phase = at.optional_enum("phase", kPhaseNames).value_or(status.phase);
  status.promotion = at.optional_enum("promotion", kPromotionStageNames).value_or(status.promotion);
  status.stable = read_sound<domain::RevisionRef>(at, "stable", reading, read_ref);
  status.previous = read_sound<domain::RevisionRef>(at, "previous", reading, read_ref);
  status.previous_until = at.optional_time("previousUntil");
  status.soak = read_sound<domain::SoakStatus>(at, "soak", reading, read_soak);
  status.candidate = read_sound<domain::CandidateStatus>(at, "candidate", reading, read_candidate);
  status.gate = read_sound<domain::GateRequest>(at, "gate", reading, read_gate);
  status.step = at.int_or("step", status.step, {-1, 19});
  status.ending = at.optional_enum("ending", kOutcomeNames).value_or(status.ending);
  status.drained_at = at.optional_time("drainedAt");
}

void put_position(Json& json, const domain::RolloutStatus& status) {
  json["observedGeneration"] = status.observed_generation;
  json["phase"] = json::enum_name(kPhaseNames, status.phase);
  json["promotion"] = json::enum_name(kPromotionStageNames, status.promotion);
  if (status.stable) json["stable"] = render_ref(*status.stable);
  if (status.previous) json["previous"] = render_ref(*status.previous);
  put_time(json, "previousUntil", status.previous_until);
  if (status.soak) json["soak"] = render_soak(*status.soak);
  if (status.candidate) json["candidate"] = render_candidate(*status.candidate);
  if (status.gate) json["gate"] = render_gate(*status.gate);
  json["step"] = status.step;
  json["ending"] = json::enum_name(kOutcomeNames, status.ending);
  put_time(json, "drainedAt", status.drained_at);
}

}  // namespace

domain::RolloutStatus read_rollout_status(const Cursor& at, Reading& reading) {
  domain::RolloutStatus status;
  read_position(at, reading, status);
  status.weights = read_weights(at.object_or_empty("weights"), reading);
  status.breakers = read_sound_items<domain::TrippedBreaker>(at, "breakers", reading, read_breaker);
  status.scoreboard = read_sound_items<domain::ScoreRow>(at, "scoreboard", reading, read_score_row);
  status.loss_ledger = read_ledger(at.object_or_empty("lossLedger"), reading);
  status.quarantine = read_sound_items<domain::QuarantineEntry>(at, "quarantine", reading, read_quarantine);
  status.history = read_sound_items<domain::HistoryEntry>(at, "history", reading, read_history);
  status.last_decision = read_sound<domain::Decision>(at, "lastDecision", reading, read_decision);
  status.rollouts = at.optional_integer("rollouts", kCounter).value_or(0);
  status.decisions = at.optional_integer("decisions", kCounter).value_or(0);
  const Cursor next = at.object_or_empty("nextAction");
  status.next = {next.optional_time("at"), stored_text(next, "what")};
  status.conditions = read_conditions(at, reading);
  return status;
}

domain::RolloutStatus parse_rollout_status(const Json& status, std::vector<json::Fault>* faults) {
  Reading reading;
  domain::RolloutStatus read = read_rollout_status(Cursor(status, "status", reading), reading);
  if (faults != nullptr) *faults = reading.faults();
  return read;
}

Json render_rollout_status(const domain::RolloutStatus& status, const domain::RolloutSpec& spec) {
  Json json = Json::object();
  put_position(json, status);
  json["weights"] = render_weights(status.weights);
  put_newest(json, "breakers", status.breakers, 16, render_breaker);
  put_newest(json, "scoreboard", status.scoreboard, kScoreRowsMax, render_score_row);
  if (status.loss_ledger != domain::LossLedger{}) json["lossLedger"] = render_ledger(status.loss_ledger);
  put_newest(json, "quarantine", status.quarantine, domain::kQuarantineMax, render_quarantine);
  put_newest(json, "history", status.history, 10, render_history);
  if (status.last_decision) json["lastDecision"] = render_decision(*status.last_decision);
  json["rollouts"] = status.rollouts;
  json["decisions"] = status.decisions;
  if (status.next != domain::NextAction{}) json["nextAction"] = render_next(status.next);
  json["display"] = render_display(status, spec);
  json["conditions"] = render_conditions(status.conditions);
  return json;
}

domain::RolloutStatus as_stored(const domain::RolloutStatus& status, const domain::RolloutSpec& spec) {
  return parse_rollout_status(render_rollout_status(status, spec));
}

}  // namespace pawl::codec

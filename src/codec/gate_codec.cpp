#include "codec/gate_codec.h"

#include <nlohmann/json.hpp>

#include "codec/enums.h"
#include "codec/status_parts.h"

namespace pawl::codec {
namespace {

using json::Cursor;

constexpr std::size_t kReasonMax = 64;
constexpr std::size_t kEvidenceMax = 64;

std::string digest_at(const Cursor& at, std::string_view key) {
  return at.optional_string(key, {0, kDigestMax}).value_or("");
}

/// A word that must be there: an unknown one is no verdict, and neither is none.
template <class E, std::size_t N>
E required_enum(const Cursor& at, std::string_view key, const std::array<EnumName<E>, N>& table, E otherwise) {
  if (!at.has(key)) at.fault_at(key, "is required");
  return at.optional_enum(key, table).value_or(otherwise);
}

domain::GateEvidence read_evidence(const Cursor& at) {
  return {at.required_string("capability", {1, 63}),
          required_enum(at, "state", kSkillStateNames, domain::SkillState::Insufficient)};
}

Json render_evidence(const domain::GateEvidence& evidence) {
  return {{"capability", json::clip(evidence.capability, 63)},
          {"state", json::enum_name(kSkillStateNames, evidence.state)}};
}

}  // namespace

std::optional<domain::RevisionGate> read_revision_gate(const Cursor& holder) {
  const auto at = holder.optional_object("gate");
  if (!at) return std::nullopt;
  domain::RevisionGate gate;
  gate.verdict = required_enum(*at, "verdict", kGateVerdictNames, domain::GateVerdict::Insufficient);
  gate.reason = at->required_string("reason", {1, kReasonMax});
  gate.message = at->optional_string("message", kStored).value_or("");
  gate.binding.candidate = at->required_string("candidateDigest", {1, kDigestMax});
  gate.binding.stable = digest_at(*at, "stableDigest");
  gate.binding.suites = digest_at(*at, "suitesDigest");
  gate.binding.graders = digest_at(*at, "gradersDigest");
  gate.binding.policy = at->required_string("policyDigest", {1, kDigestMax});
  gate.decided_at = at->required_time("decidedAt");
  gate.expires_at = at->required_time("expiresAt");
  for (const Cursor& item : at->objects("evidence", kEvidenceMax)) gate.evidence.push_back(read_evidence(item));
  gate.rollout = at->optional_string("rollout", {0, kNameMax}).value_or("");
  return gate;
}

std::optional<domain::RevisionGate> parse_revision_gate(const Json& revision_status) {
  if (!revision_status.is_object() || !revision_status.contains("gate")) return std::nullopt;
  json::Reading reading;
  auto gate = read_revision_gate(Cursor(revision_status, "status", reading));
  if (!reading.ok()) return std::nullopt;
  return gate;
}

std::optional<domain::GateProgress> parse_gate_progress(const Json& revision_status) {
  if (!revision_status.is_object()) return std::nullopt;
  json::Reading reading;
  const auto at = Cursor(revision_status, "status", reading).optional_object("gateProgress");
  if (!at) return std::nullopt;
  const domain::GateProgress progress{at->required_integer("done", {.min = 0}),
                                      at->required_integer("planned", {.min = 0})};
  return reading.ok() ? std::optional(progress) : std::nullopt;
}

Json render_gate_progress(const domain::GateProgress& progress) {
  return {{"done", progress.done}, {"planned", progress.planned}};
}

Json render_revision_gate(const domain::RevisionGate& gate) {
  Json json{{"verdict", json::enum_name(kGateVerdictNames, gate.verdict)},
            {"reason", json::clip(gate.reason, kReasonMax)},
            {"candidateDigest", json::clip(gate.binding.candidate, kDigestMax)},
            {"policyDigest", json::clip(gate.binding.policy, kDigestMax)},
            {"decidedAt", format_rfc3339(gate.decided_at)},
            {"expiresAt", format_rfc3339(gate.expires_at)}};
  put_text(json, "message", gate.message, kTextMax);
  put_text(json, "stableDigest", gate.binding.stable, kDigestMax);
  put_text(json, "suitesDigest", gate.binding.suites, kDigestMax);
  put_text(json, "gradersDigest", gate.binding.graders, kDigestMax);
  put_newest(json, "evidence", gate.evidence, kEvidenceMax, render_evidence);
  put_text(json, "rollout", gate.rollout, kNameMax);
  return json;
}

}  // namespace pawl::codec

#include "gatekeeper/request.h"

#include <nlohmann/json.hpp>

#include "codec/rollout_codec.h"
#include "json/cursor.h"

namespace pawl::gatekeeper {
namespace {

using json::Cursor;

constexpr std::size_t kSuitesMax = 16;
constexpr json::Length kDigest{0, 64};

constexpr auto kInitialNames = std::to_array<json::EnumName<domain::InitialPolicy>>({
    {domain::InitialPolicy::Accept, "Accept"},
    {domain::InitialPolicy::RequireThresholds, "RequireThresholds"},
});

void read_gate_spec(const Cursor& at, Request& out) {
  out.suites = at.strings("suites", kSuitesMax, {1, 63});
  out.max_age = at.optional_duration("maxAge").value_or(out.max_age);
  out.policy.initial = at.optional_enum("initial", kInitialNames).value_or(domain::InitialPolicy::Accept);
}

void read_margins(const domain::RolloutSpec& spec, Request& out) {
  out.agent = spec.agent;
  out.port = spec.delivery.port;
  out.policy.margin = spec.analysis.margin;
  for (const domain::CapabilitySpec& each : spec.evidence.capabilities) {
    out.policy.capabilities[each.name].margin = each.margin;
  }
  // Evidence of production may be required of a skill that no suite asks for: the gate judges what its suites hold.
  for (auto& [name, capability] : out.policy.capabilities) capability.required = false;
}

void read_question(const Cursor& at, Request& out) {
  const Cursor candidate = at.required_object("candidate");
  out.candidate = candidate.required_string("revision", {1, 253});
  out.candidate_digest = candidate.required_string("digest", {1, 64});
  out.stable_digest = at.optional_string("stableDigest", kDigest).value_or("");
  out.policy_digest = at.required_string("policyDigest", {1, 64});
}

}  // namespace

Result<std::optional<Request>> read_request(const Json& rollout) {
  json::Reading reading;
  const Cursor at(rollout, "", reading);
  const Cursor meta = at.required_object("metadata");
  const Cursor status = at.object_or_empty("status");
  const auto gate = status.optional_object("gate");
  if (!gate || gate->optional_string("state").value_or("") != "Waiting") return std::optional<Request>();
  if (status.optional_integer("observedGeneration").value_or(-1) != meta.optional_integer("generation").value_or(0)) {
    return std::optional<Request>();
  }
  const Cursor spec = at.required_object("spec");
  Request out;
  out.rollout = {meta.required_string("namespace"), meta.required_string("name")};
  out.rollout_uid = meta.required_string("uid");
  read_gate_spec(spec.object_or_empty("gate"), out);
  read_question(*gate, out);
  if (!reading.ok()) return fail(ErrorKind::Malformed, describe(reading.faults()));
  const auto whole = codec::parse_rollout_spec(rollout["spec"]);
  if (!whole) return fail(whole.error());
  read_margins(*whole, out);
  return std::optional<Request>(std::move(out));
}

}  // namespace pawl::gatekeeper

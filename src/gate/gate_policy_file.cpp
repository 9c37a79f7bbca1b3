#include "gate/gate_policy_file.h"

#include <nlohmann/json.hpp>

#include "base/sha256.h"
#include "codec/enums.h"
#include "json/cursor.h"
#include "suite/import_parts.h"

namespace pawl::gate {
namespace {

using json::Cursor;
using Json = nlohmann::json;

constexpr json::Between kShare{0, 1};
constexpr json::Between kUpToOne{-1e-12, 1 + 1e-12};
constexpr json::Between kCeiling{0, 1e12};
constexpr std::size_t kCapabilitiesMax = 64;

void read_capability(const Cursor& at, domain::GatePolicy& policy) {
  at.refuse_others({"name", "margin", "threshold", "required"});
  auto& capability = policy.capabilities[at.required_string("name", {1, 63})];
  capability.margin = at.optional_number("margin", kShare);
  capability.threshold = at.optional_number("threshold", kShare);
  capability.required = at.optional_boolean("required").value_or(true);
}

void read_ceilings(const Cursor& at, domain::GatePolicy& policy) {
  at.refuse_others({"costUsd", "costRatio", "p95Ms", "p95Ratio"});
  policy.max_cost_usd = at.optional_number("costUsd", kCeiling);
  policy.max_cost_ratio = at.optional_number("costRatio", kCeiling);
  policy.max_p95_ms = at.optional_number("p95Ms", kCeiling);
  policy.max_p95_ratio = at.optional_number("p95Ratio", kCeiling);
}

}  // namespace

Result<domain::GatePolicy> read_policy(std::string_view text) {
  const auto parsed = suite::parse_yaml(text);
  if (!parsed) return fail(parsed.error());
  json::Reading reading;
  const Cursor at(*parsed, "", reading);
  at.refuse_others({"epochs", "alpha", "margin", "minCases", "flakyShare", "maxQuarantined", "unclaimed", "initial",
                    "capabilities", "ceilings"});
  domain::GatePolicy policy;
  policy.epochs = at.int_or("epochs", policy.epochs, {1, 100});
  policy.alpha = at.optional_number("alpha", kShare).value_or(policy.alpha);
  policy.margin = at.optional_number("margin", kShare).value_or(policy.margin);
  policy.min_cases = at.int_or("minCases", policy.min_cases, {1, 100'000});
  policy.flaky_share = at.optional_number("flakyShare", kUpToOne).value_or(policy.flaky_share);
  policy.max_quarantined = at.optional_number("maxQuarantined", kUpToOne).value_or(policy.max_quarantined);
  policy.unclaimed = at.optional_enum("unclaimed", codec::kUnclaimedPolicyNames).value_or(policy.unclaimed);
  policy.initial = at.optional_enum("initial", codec::kInitialPolicyNames).value_or(policy.initial);
  const auto capabilities = at.objects("capabilities", kCapabilitiesMax);
  Cursor::refuse_repeats(capabilities, "name");
  for (const Cursor& each : capabilities) read_capability(each, policy);
  read_ceilings(at.object_or_empty("ceilings"), policy);
  if (!reading.ok()) return fail(ErrorKind::Invalid, describe(reading.faults()));
  return policy;
}

std::string policy_digest(const domain::GatePolicy& policy) {
  const auto number = [](const std::optional<double>& value) { return value ? Json(*value) : Json(); };
  Json capabilities = Json::object();
  for (const auto& [name, each] : policy.capabilities) {
    capabilities[name] = {number(each.margin), number(each.threshold), each.required};
  }
  const Json whole = {{"epochs", policy.epochs},
                      {"alpha", policy.alpha},
                      {"margin", policy.margin},
                      {"minCases", policy.min_cases},
                      {"flakyShare", policy.flaky_share},
                      {"maxQuarantined", policy.max_quarantined},
                      {"unclaimed", json::enum_name(codec::kUnclaimedPolicyNames, policy.unclaimed)},
                      {"initial", json::enum_name(codec::kInitialPolicyNames, policy.initial)},
                      {"capabilities", capabilities},
                      {"ceilings",
                       {number(policy.max_cost_usd), number(policy.max_cost_ratio), number(policy.max_p95_ms),
                        number(policy.max_p95_ratio)}}};
  return sha256_hex("policy 1\n" + whole.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace pawl::gate

#include "gatekeeper/request.h"

#include <nlohmann/json.hpp>

#include "codec/rollout_codec.h"
#include "codec/status_codec.h"
#include "domain/rollout/loss_budget.h"

namespace pawl::gatekeeper {
namespace {

Json part(const Json& object, const char* key) {
  return object.is_object() && object.contains(key) ? object[key] : Json::object();
}

std::int64_t generation_of(const Json& object) {
  const Json generation = part(part(object, "metadata"), "generation");
  return generation.is_number_integer() ? generation.get<std::int64_t>() : 0;
}

}  // namespace

Result<std::optional<Request>> read_request(const kube::ObjectKey& rollout, const Json& object) {
  const domain::RolloutStatus status = codec::parse_rollout_status(part(object, "status"));
  if (!status.gate || status.gate->state != domain::GateState::Waiting) return std::optional<Request>();
  if (status.observed_generation != generation_of(object)) return std::optional<Request>();
  auto spec = codec::parse_rollout_spec(part(object, "spec"));
  if (!spec) return fail(spec.error());
  if (spec->gate.suites.empty()) return std::optional<Request>();
  return std::optional<Request>(Request{rollout, std::move(*spec), *status.gate});
}

domain::GatePolicy policy_of(const domain::RolloutSpec& spec, const std::vector<domain::PlannedCase>& cases,
                             int epochs) {
  domain::GatePolicy policy;
  policy.epochs = epochs;
  policy.margin = spec.analysis.margin;
  policy.initial = spec.gate.initial;
  policy.alpha = spec.gate.alpha;
  policy.min_cases = spec.gate.min_cases;
  policy.unclaimed = spec.gate.unclaimed;
  policy.max_cost_usd = spec.gate.ceilings.cost_usd;
  policy.max_cost_ratio = spec.gate.ceilings.cost_ratio;
  if (spec.gate.ceilings.p95) policy.max_p95_ms = static_cast<double>(spec.gate.ceilings.p95->count());
  policy.max_p95_ratio = spec.gate.ceilings.p95_ratio;
  for (const domain::GatedCapability& each : spec.gate.capabilities) {
    policy.capabilities[each.name].threshold = each.threshold;
  }
  for (const domain::PlannedCase& one : cases) {
    if (one.tier == domain::Tier::Regression || one.informs) continue;  // no case of these is in the scoreboard
    policy.capabilities[one.capability].margin = domain::agreed_margin(spec, one.capability);
  }
  return policy;
}

}  // namespace pawl::gatekeeper

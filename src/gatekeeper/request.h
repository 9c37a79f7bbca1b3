// What a rollout asks the gate: the part of an AgentRollout that the gate acts on.
#pragma once

#include <optional>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "domain/gate/gate_input.h"
#include "domain/gate/gate_policy.h"
#include "domain/rollout/spec.h"
#include "domain/rollout/status.h"
#include "kube/resource.h"

namespace pawl::gatekeeper {

using Json = nlohmann::json;

struct Request {
  kube::ObjectKey rollout;
  domain::RolloutSpec spec;
  domain::GateRequest question;
};

/// Nothing while the rollout does not wait for the gate, or while its status is older than its spec: the request would
/// be about another policy. Invalid, with the fields, for a spec that cannot be read.
Result<std::optional<Request>> read_request(const kube::ObjectKey& rollout, const Json& object);

/// How these cases are judged for that rollout. Proof is required of every capability that they decide about. Evidence
/// of production may name others: those are not the gate's. A threshold is asked of its capability, cases or not.
domain::GatePolicy policy_of(const domain::RolloutSpec& spec, const std::vector<domain::PlannedCase>& cases,
                             int epochs);

}  // namespace pawl::gatekeeper

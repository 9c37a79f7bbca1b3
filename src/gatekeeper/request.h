// What a rollout asks the gate: the part of an AgentRollout that the gate reads.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "base/time.h"
#include "domain/gate/gate_policy.h"
#include "kube/resource.h"

namespace pawl::gatekeeper {

using Json = nlohmann::json;

struct Request {
  kube::ObjectKey rollout;
  std::string rollout_uid;
  std::string agent;
  std::string port;       ///< name of the container port that answers
  std::string candidate;  ///< name of the AgentRevision
  std::string candidate_digest;
  std::string stable_digest;  ///< empty: a first revision, nothing to compare with
  std::string policy_digest;  ///< as the operator computed it; the verdict must carry the same
  std::vector<std::string> suites;
  Duration max_age{24 * 3'600'000};
  domain::GatePolicy policy;  ///< margins and what a first revision needs
};

/// Nothing while the rollout does not wait for the gate, or while its status is older than its spec: the request would
/// be about another policy. Malformed, with the fields, for an object that cannot be read.
Result<std::optional<Request>> read_request(const Json& rollout);

}  // namespace pawl::gatekeeper

// What the scorer reads out of API objects. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "scorer/cohorts.h"
#include "scorer/sender_identity.h"

namespace pawl::scorer {

inline constexpr const char* kAudience = "pawl-scorer";
inline constexpr const char* kRevisionLabel = "pawl.dev/revision";
inline constexpr const char* kAgentLabel = "pawl.dev/agent";

struct BoundPod {
  std::string ns;
  std::string name;
  std::string uid;
};

/// The TokenReview to create.
nlohmann::json token_review(const std::string& token);
/// The account that a reviewed token stands for. Denied unless authenticated, for our audience.
Result<std::string> reviewed_account(const nlohmann::json& review);
/// The pod that a reviewed token is bound to. Denied unless authenticated, for our audience, and bound to a pod.
Result<BoundPod> bound_pod(const nlohmann::json& review);
/// Denied when the pod has been replaced by another of the same name.
Result<Sender> sender_of(const BoundPod& bound, const nlohmann::json& pod);
/// Live rollouts by agent, of AgentRollout objects; those without a candidate are not live.
std::map<std::string, Cohort> live_cohorts(const std::vector<nlohmann::json>& rollouts);

}  // namespace pawl::scorer

#include "scorer/kube_objects.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "json/lookup.h"

namespace pawl::scorer {
namespace {

using Json = nlohmann::json;

std::string extra_of(const Json& review, const char* key) {
  const Json* values = json::find(review, {"status", "user", "extra", key});
  return values != nullptr && values->is_array() && !values->empty() && values->front().is_string()
             ? values->front().get<std::string>()
             : "";
}

bool for_our_audience(const Json& review) {
  const Json* audiences = json::find(review, {"status", "audiences"});
  return audiences != nullptr && audiences->is_array() &&
         std::find(audiences->begin(), audiences->end(), Json(kAudience)) != audiences->end();
}

/// "system:serviceaccount:agents:support-bot" gives "agents".
std::string namespace_of(const std::string& username) {
  constexpr std::string_view kPrefix = "system:serviceaccount:";
  if (username.rfind(kPrefix, 0) != 0) return "";
  return username.substr(kPrefix.size(), username.find(':', kPrefix.size()) - kPrefix.size());
}

}  // namespace

Json token_review(const std::string& token) {
  return {{"apiVersion", "authentication.k8s.io/v1"},
          {"kind", "TokenReview"},
          {"spec", {{"token", token}, {"audiences", Json::array({kAudience})}}}};
}

Result<std::string> reviewed_account(const Json& review) {
  const Json* authenticated = json::find(review, {"status", "authenticated"});
  if (authenticated == nullptr || !authenticated->is_boolean() || !authenticated->get<bool>()) {
    return fail(ErrorKind::Denied, "the token is not valid");
  }
  if (!for_our_audience(review)) {
    return fail(ErrorKind::Denied, std::string("the token is not for the audience ") + kAudience);
  }
  return json::text_at(review, {"status", "user", "username"});
}

Result<BoundPod> bound_pod(const Json& review) {
  const auto account = reviewed_account(review);
  if (!account) return fail(account.error());
  BoundPod out{namespace_of(*account), extra_of(review, "authentication.kubernetes.io/pod-name"),
               extra_of(review, "authentication.kubernetes.io/pod-uid")};
  if (out.ns.empty() || out.name.empty()) {
    return fail(ErrorKind::Denied, "the token is not bound to a pod: mount it as a projected token");
  }
  return out;
}

Result<Sender> sender_of(const BoundPod& bound, const Json& pod) {
  const std::string uid = json::text_at(pod, {"metadata", "uid"});
  if (!bound.uid.empty() && uid != bound.uid) {
    return fail(ErrorKind::Denied, "pod " + bound.ns + "/" + bound.name + " has been replaced");
  }
  return Sender{bound.ns + "/" + bound.name, json::text_at(pod, {"metadata", "labels", kAgentLabel}),
                json::text_at(pod, {"metadata", "labels", kRevisionLabel})};
}

std::map<std::string, Cohort> live_cohorts(const std::vector<Json>& rollouts) {
  std::map<std::string, Cohort> out;
  for (const Json& rollout : rollouts) {
    const std::string agent = json::text_at(rollout, {"spec", "agent"});
    // A promoted revision goes on counting where it counted as a candidate, until its soak is over.
    for (const char* place : {"soak", "candidate"}) {
      const std::string id = json::text_at(rollout, {"status", place, "cohort"});
      const auto began = parse_rfc3339(json::text_at(rollout, {"status", place, "startedAt"}));
      if (!agent.empty() && !id.empty() && began) out[agent] = {id, *began};
    }
  }
  return out;
}

}  // namespace pawl::scorer

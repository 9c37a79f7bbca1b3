#include "adapters/manifests.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace pawl::adapters {
namespace {

Json metadata_without_agent(const Owner& owner, const std::string& name) {
  return {{"name", name},
          {"namespace", owner.ns},
          {"labels", {{kManagedBy, "pawl"}, {kRolloutLabel, owner.name}}},
          {"ownerReferences", Json::array({{{"apiVersion", "pawl.dev/v1alpha1"},
                                            {"kind", "AgentRollout"},
                                            {"name", owner.name},
                                            {"uid", owner.uid},
                                            {"controller", true},
                                            {"blockOwnerDeletion", true}}})}};
}

Json metadata(const Owner& owner, const std::string& agent, const std::string& name) {
  Json out = metadata_without_agent(owner, name);
  out["labels"][kAgentLabel] = agent;
  return out;
}

/// ConfigMap keys cannot hold '/'. '_' is doubled first, so two paths never share a key.
std::string key_of_path(const std::string& path) {
  std::string out;
  for (const char c : path) {
    if (c == '/') out += "_.";
    else if (c == '_') out += "__";
    else out += c;
  }
  return out;
}

constexpr const char* kBundleVolume = "pawl-bundle";

void mount_bundle(Json& pod_spec, const domain::RolloutSpec& spec, const std::string& config_map,
                  const std::string& digest, const std::vector<std::string>& paths) {
  Json items = Json::array();
  for (const std::string& path : paths) items.push_back({{"key", key_of_path(path)}, {"path", path}});
  pod_spec["volumes"].push_back({{"name", kBundleVolume}, {"configMap", {{"name", config_map}, {"items", items}}}});
  for (Json& container : pod_spec["containers"]) {
    container["volumeMounts"].push_back(
        {{"name", kBundleVolume}, {"mountPath", spec.delivery.mount_path}, {"readOnly", true}});
    container["env"].push_back({{"name", "AGENT_REVISION"}, {"value", digest}});
  }
}

/// The test that guards one backend's name and weight.
void guard_backend(Json& patch, const std::string& path, const RouteBackend& backend) {
  patch.push_back({{"op", "test"}, {"path", path + "/name"}, {"value", backend.name}});
  if (backend.weight) patch.push_back({{"op", "test"}, {"path", path + "/weight"}, {"value", *backend.weight}});
}

void write_weight(Json& patch, const std::string& path, const RouteBackend& backend, int weight) {
  patch.push_back({{"op", backend.weight ? "replace" : "add"}, {"path", path + "/weight"}, {"value", weight}});
}

}  // namespace

std::string workload_name(const std::string& rollout, const std::string& digest) {
  return rollout.substr(0, 40) + "-" + digest.substr(0, 10);
}

Json bundle_config_map(const Owner& owner, const std::string& agent, const std::string& digest,
                       const std::vector<domain::RevisionFile>& files) {
  Json out{{"apiVersion", "v1"},
           {"kind", "ConfigMap"},
           {"immutable", true},
           {"metadata", metadata(owner, agent, workload_name(owner.name, digest))}};
  out["metadata"]["labels"][kRevisionLabel] = digest_label(digest);
  out["metadata"]["annotations"][kDigestAnnotation] = digest;
  out["data"] = Json::object();
  for (const domain::RevisionFile& file : files) out["data"][key_of_path(file.path)] = file.content;
  return out;
}

Json deployment(const Owner& owner, const domain::RolloutSpec& spec, const std::string& digest, int replicas,
                const Json& pod_template, const std::vector<std::string>& file_paths) {
  const std::string name = workload_name(owner.name, digest);
  const Json selector{{kAgentLabel, spec.agent}, {kRevisionLabel, digest_label(digest)}};
  Json pod = pod_template;
  for (const auto& [key, value] : selector.items()) pod["metadata"]["labels"][key] = value;
  pod["metadata"]["labels"][kRolloutLabel] = owner.name;
  for (const char* list : {"volumes", "containers"}) {
    if (!pod["spec"].contains(list)) pod["spec"][list] = Json::array();
  }
  mount_bundle(pod["spec"], spec, name, digest, file_paths);
  Json out{{"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"metadata", metadata(owner, spec.agent, name)}};
  out["metadata"]["labels"][kRevisionLabel] = digest_label(digest);
  out["metadata"]["annotations"][kDigestAnnotation] = digest;
  out["spec"] = {{"replicas", replicas},
                 {"revisionHistoryLimit", 0},
                 {"selector", {{"matchLabels", selector}}},
                 {"template", pod}};
  return out;
}

Json record_config_map(const Owner& owner, const std::string& name, const std::string& sequence,
                       const std::string& text, const std::string& sha256) {
  Json out{{"apiVersion", "v1"},
           {"kind", "ConfigMap"},
           {"immutable", true},
           {"metadata", metadata_without_agent(owner, name)}};
  out["metadata"]["labels"][kRecordLabel] = sequence;
  out["data"] = {{"record.json", text}, {"sha256", sha256}};
  return out;
}

Json service(const Owner& owner, const domain::RolloutSpec& spec, const std::string& name, const std::string& digest) {
  Json out{{"apiVersion", "v1"}, {"kind", "Service"}, {"metadata", metadata(owner, spec.agent, name)}};
  out["spec"] = {{"selector", {{kAgentLabel, spec.agent}, {kRevisionLabel, digest_label(digest)}}},
                 {"ports", Json::array({{{"name", "http"},
                                         {"port", spec.traffic.port},
                                         {"targetPort", spec.delivery.port},
                                         {"protocol", "TCP"}}})}};
  return out;
}

Json managed_route(const Owner& owner, const domain::RolloutSpec& spec, int canary) {
  const auto backend = [&](const std::string& name, int weight) {
    return Json{{"group", ""}, {"kind", "Service"}, {"name", name}, {"port", spec.traffic.port}, {"weight", weight}};
  };
  Json parent{{"group", "gateway.networking.k8s.io"}, {"kind", "Gateway"}, {"name", spec.traffic.gateway->name}};
  if (!spec.traffic.gateway->ns.empty()) parent["namespace"] = spec.traffic.gateway->ns;
  if (!spec.traffic.gateway->section_name.empty()) parent["sectionName"] = spec.traffic.gateway->section_name;
  Json rule{{"name", spec.traffic.rule},
            {"matches", Json::array({{{"path", {{"type", "PathPrefix"}, {"value", "/"}}}}})},
            {"backendRefs", Json::array({backend(spec.traffic.canary_service, canary),
                                         backend(spec.traffic.stable_service, domain::kWholeShare - canary)})}};
  Json out{{"apiVersion", "gateway.networking.k8s.io/v1"},
           {"kind", "HTTPRoute"},
           {"metadata", metadata(owner, spec.agent, spec.traffic.route_name)}};
  out["spec"] = {{"parentRefs", Json::array({parent})}, {"rules", Json::array({rule})}};
  if (!spec.traffic.hostnames.empty()) out["spec"]["hostnames"] = spec.traffic.hostnames;
  return out;
}

bool is_attached(const RouteObject& route, const domain::TrafficSpec& traffic) {
  return traffic.gateway && route.parents == std::vector<domain::GatewayRef>{*traffic.gateway} &&
         route.hostnames == traffic.hostnames;
}

Result<SplitPlace> find_split(const RouteObject& route, const domain::TrafficSpec& traffic) {
  const auto rule =
      std::find_if(route.rules.begin(), route.rules.end(), [&](const RouteRule& r) { return r.name == traffic.rule; });
  if (rule == route.rules.end()) {
    return fail(ErrorKind::Invalid, "spec.traffic.route.rule: HTTPRoute " + traffic.route_name + " has no rule named " +
                                        traffic.rule + "; name the rule that carries the split");
  }
  const auto index_of = [&](const std::string& name) -> std::optional<std::size_t> {
    for (std::size_t i = 0; i < rule->backends.size(); ++i) {
      if (rule->backends[i].name == name) return i;
    }
    return std::nullopt;
  };
  const auto stable = index_of(traffic.stable_service);
  const auto canary = index_of(traffic.canary_service);
  if (!stable || !canary) {
    return fail(ErrorKind::Invalid, "rule " + traffic.rule + " of HTTPRoute " + traffic.route_name +
                                        " must name both Services, " + traffic.stable_service + " and " +
                                        traffic.canary_service + ", as backendRefs");
  }
  return SplitPlace{static_cast<std::size_t>(rule - route.rules.begin()), *stable, *canary};
}

Result<Json> share_patch(const RouteObject& route, const domain::RolloutSpec& spec, int canary) {
  const auto place = find_split(route, spec.traffic);
  if (!place) return fail(place.error());
  const RouteRule& rule = route.rules[place->rule];
  const std::string rule_path = "/spec/rules/" + std::to_string(place->rule);
  const std::string stable_path = rule_path + "/backendRefs/" + std::to_string(place->stable);
  const std::string canary_path = rule_path + "/backendRefs/" + std::to_string(place->canary);
  Json patch = Json::array();
  if (!rule.backends[place->stable].weight || !rule.backends[place->canary].weight) {
    patch.push_back({{"op", "replace"}, {"path", "/metadata/resourceVersion"}, {"value", route.resource_version}});
  }
  patch.push_back({{"op", "test"}, {"path", rule_path + "/name"}, {"value", rule.name}});
  guard_backend(patch, stable_path, rule.backends[place->stable]);
  guard_backend(patch, canary_path, rule.backends[place->canary]);
  write_weight(patch, stable_path, rule.backends[place->stable], domain::kWholeShare - canary);
  write_weight(patch, canary_path, rule.backends[place->canary], canary);
  return patch;
}

bool guard_failed(const Error& error) {
  // All that an API server says of a JSON patch that does not apply, without a word of where or why.
  return error.kind == ErrorKind::Invalid && error.message.find("due to an error in our request") != std::string::npos;
}

}  // namespace pawl::adapters

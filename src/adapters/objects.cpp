#include "adapters/objects.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "codec/gate_codec.h"
#include "codec/revision_codec.h"
#include "codec/rollout_codec.h"
#include "codec/status_codec.h"
#include "domain/lineage/bundle.h"

namespace pawl::adapters {
namespace {

const Json kNull;

/// A member, or null: what was written by others is never trusted to have the shape we expect.
const Json& member(const Json& object, const char* name) {
  if (!object.is_object()) return kNull;
  const auto it = object.find(name);
  return it == object.end() ? kNull : *it;
}

std::string text(const Json& object, const char* name) {
  const Json& value = member(object, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::int64_t integer(const Json& object, const char* name, std::int64_t otherwise = 0) {
  const Json& value = member(object, name);
  return value.is_number_integer() ? value.get<std::int64_t>() : otherwise;
}

std::string label(const Json& object, const char* name) {
  return text(member(member(object, "metadata"), "labels"), name);
}
std::string annotation(const Json& object, const char* name) {
  return text(member(member(object, "metadata"), "annotations"), name);
}

bool condition_true(const Json& conditions, const std::string& type, std::optional<std::int64_t> generation = {}) {
  if (!conditions.is_array()) return false;
  return std::any_of(conditions.begin(), conditions.end(), [&](const Json& c) {
    return text(c, "type") == type && text(c, "status") == "True" &&
           (!generation || integer(c, "observedGeneration") == *generation);
  });
}

bool same_parent(const Json& a, const Json& b) {
  for (const char* field : {"name", "namespace", "sectionName"}) {
    if (text(a, field) != text(b, field)) return false;
  }
  return true;
}

/// Why this parent does not carry the route as written; empty if it does.
std::string parent_problem(const Json& parent_ref, const Json& parents, std::int64_t generation) {
  const std::string name = text(parent_ref, "name");
  bool found = false;
  for (const Json& status : parents.is_array() ? parents : Json::array()) {
    if (!same_parent(member(status, "parentRef"), parent_ref)) continue;
    found = true;
    const Json& conditions = member(status, "conditions");
    for (const char* type : {"Accepted", "ResolvedRefs"}) {
      if (condition_true(conditions, type, generation)) continue;
      for (const Json& c : conditions.is_array() ? conditions : Json::array()) {
        if (text(c, "type") == type && text(c, "status") == "False") {
          return "Gateway " + name + ": " + text(c, "reason") + ": " + text(c, "message");
        }
      }
      return "Gateway " + name + " has not yet seen this generation of the route";
    }
    if (condition_true(conditions, "PartiallyInvalid")) return "Gateway " + name + " accepts the route only in part";
  }
  return found
             ? std::string()
             : "no gateway has claimed parent " + name + " of the route; check that its Gateway and GatewayClass exist";
}

Provenance provenance_of(const Json& object) {
  Provenance out;
  for (const char* name : {kDecisionAnnotation, kReasonAnnotation, kDecidedAtAnnotation, kRecordAnnotation,
                           kEvidenceAnnotation, kRevertedToAnnotation}) {
    if (std::string value = annotation(object, name); !value.empty()) out.emplace(name, std::move(value));
  }
  return out;
}

RouteRule decode_rule(const Json& rule) {
  RouteRule out;
  out.name = text(rule, "name");
  const Json& backends = member(rule, "backendRefs");
  for (const Json& backend : backends.is_array() ? backends : Json::array()) {
    RouteBackend b{text(backend, "name"), std::nullopt};
    if (member(backend, "weight").is_number_integer()) b.weight = static_cast<int>(integer(backend, "weight"));
    out.backends.push_back(std::move(b));
  }
  return out;
}

}  // namespace

Result<RolloutObject> decode_rollout(const Json& object) {
  RolloutObject out;
  const Json& meta = member(object, "metadata");
  out.uid = text(meta, "uid");
  out.created = text(meta, "creationTimestamp");
  out.resource_version = text(meta, "resourceVersion");
  out.generation = integer(meta, "generation");
  out.deleting = !text(meta, "deletionTimestamp").empty();
  const Json& finalizers = member(meta, "finalizers");
  out.has_finalizer =
      finalizers.is_array() && std::find(finalizers.begin(), finalizers.end(), Json(kFinalizer)) != finalizers.end();
  // An invalid spec is an observation with an outcome (a condition), not an object that cannot be read.
  if (auto spec = codec::parse_rollout_spec(member(object, "spec"))) {
    out.spec = std::move(*spec);
    out.faults = domain::validate(out.spec);
  } else {
    out.faults.push_back({"spec", spec.error().message});
  }
  out.status = codec::parse_rollout_status(member(object, "status"));
  out.provenance = provenance_of(object);
  return out;
}

Result<RevisionObject> decode_revision(const Json& object) {
  RevisionObject out;
  const Json& meta = member(object, "metadata");
  out.uid = text(meta, "uid");
  out.resource_version = text(meta, "resourceVersion");
  out.generation = integer(meta, "generation");
  out.status = codec::parse_revision_status(member(object, "status"));
  out.provenance = provenance_of(object);
  out.view.name = text(meta, "name");
  out.view.created = parse_rfc3339(text(meta, "creationTimestamp")).value_or(Instant{});
  out.view.phase = out.status.phase;
  out.view.gate = codec::parse_revision_gate(member(object, "status"));
  auto spec = codec::parse_revision_spec(member(object, "spec"));
  if (!spec) {
    out.fault = spec.error().message;
    return out;
  }
  for (const domain::SpecFault& fault : domain::validate(*spec)) {
    out.fault += (out.fault.empty() ? "" : "; ") + fault.path + ": " + fault.message;
  }
  out.view.agent = spec->agent;
  out.view.parent = spec->parent;
  out.view.author = spec->author_name;
  out.view.improves = spec->claim_improves;
  std::vector<BundleFile> files;
  for (domain::RevisionFile& file : spec->files) files.push_back({std::move(file.path), std::move(file.content)});
  out.view.digest = bundle_digest(std::move(files));
  return out;
}

Result<DeploymentObject> decode_deployment(const Json& object) {
  return DeploymentObject{label(object, kRolloutLabel), annotation(object, kDigestAnnotation),
                          static_cast<int>(integer(member(object, "spec"), "replicas", 1)),
                          static_cast<int>(integer(member(object, "status"), "readyReplicas"))};
}

Result<BundleObject> decode_bundle(const Json& object) {
  return BundleObject{label(object, kRolloutLabel), annotation(object, kDigestAnnotation)};
}

Result<ServiceObject> decode_service(const Json& object) {
  return ServiceObject{label(object, kRolloutLabel), text(member(member(object, "spec"), "selector"), kRevisionLabel)};
}

Result<EndpointsObject> decode_endpoints(const Json& object) {
  EndpointsObject out;
  out.rollout = label(object, kRolloutLabel);
  out.service = label(object, "kubernetes.io/service-name");
  const Json& endpoints = member(object, "endpoints");
  for (const Json& endpoint : endpoints.is_array() ? endpoints : Json::array()) {
    const Json& ready = member(member(endpoint, "conditions"), "ready");
    if (ready.is_boolean() && ready.get<bool>()) out.ready_pods.push_back(text(member(endpoint, "targetRef"), "name"));
  }
  return out;
}

Result<PodObject> decode_pod(const Json& object) {
  PodObject out;
  const Json& meta = member(object, "metadata");
  out.uid = text(meta, "uid");
  out.rollout = label(object, kRolloutLabel);
  out.revision_label = label(object, kRevisionLabel);
  out.ip = text(member(object, "status"), "podIP");
  out.ready = condition_true(member(member(object, "status"), "conditions"), "Ready") &&
              text(meta, "deletionTimestamp").empty();
  const Json& containers = member(member(object, "spec"), "containers");
  for (const Json& container : containers.is_array() ? containers : Json::array()) {
    const Json& ports = member(container, "ports");
    for (const Json& port : ports.is_array() ? ports : Json::array()) {
      out.ports[text(port, "name")] = static_cast<int>(integer(port, "containerPort"));
    }
  }
  return out;
}

Result<RouteObject> decode_route(const Json& object) {
  RouteObject out;
  const Json& meta = member(object, "metadata");
  const Json& spec = member(object, "spec");
  out.uid = text(meta, "uid");
  out.resource_version = text(meta, "resourceVersion");
  out.rollout = label(object, kRolloutLabel);
  out.generation = integer(meta, "generation");
  const Json& rules = member(spec, "rules");
  for (const Json& rule : rules.is_array() ? rules : Json::array()) out.rules.push_back(decode_rule(rule));
  const Json& parents = member(spec, "parentRefs");
  for (const Json& parent : parents.is_array() ? parents : Json::array()) {
    out.parents.push_back({text(parent, "name"), text(parent, "namespace"), text(parent, "sectionName")});
    if (out.not_accepted_because.empty()) {
      out.not_accepted_because = parent_problem(parent, member(member(object, "status"), "parents"), out.generation);
    }
  }
  const Json& hostnames = member(spec, "hostnames");
  for (const Json& hostname : hostnames.is_array() ? hostnames : Json::array()) {
    out.hostnames.push_back(hostname.is_string() ? hostname.get<std::string>() : "");
  }
  if (out.parents.empty()) out.not_accepted_because = "the route has no parentRefs; attach it to a Gateway";
  out.accepted = out.not_accepted_because.empty();
  return out;
}

// The newest entry that touches the spec and is not ours. Times are RFC 3339 in UTC: they sort as text.
std::string foreign_writer(const Json& object) {
  std::string out;
  std::string newest;
  const Json& entries = member(member(object, "metadata"), "managedFields");
  for (const Json& entry : entries.is_array() ? entries : Json::array()) {
    const std::string manager = text(entry, "manager");
    if (manager == kFieldManager || manager == kUserAgent || !member(member(entry, "fieldsV1"), "f:spec").is_object()) {
      continue;
    }
    const std::string time = text(entry, "time");
    if (time < newest) continue;
    newest = time;
    out = manager;
  }
  return out;
}

Result<TemplateObject> decode_template(const Json& object) {
  return TemplateObject{text(member(object, "metadata"), "resourceVersion")};
}

}  // namespace pawl::adapters

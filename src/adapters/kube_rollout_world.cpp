#include "adapters/kube_rollout_world.h"

#include <algorithm>
#include <set>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/log.h"
#include "codec/revision_codec.h"
#include "codec/rollout_codec.h"
#include "codec/status_codec.h"
#include "adapters/revision_outcome.h"

namespace pawl::adapters {
namespace {

namespace res = kube::resources;

std::string text_key(const ports::RolloutKey& key) { return key.ns + "/" + key.name; }

kube::PatchOptions patch_options(kube::PatchType type, std::string subresource) {
  kube::PatchOptions out;
  out.type = type;
  out.subresource = std::move(subresource);
  return out;
}
kube::PatchOptions json_patch(std::string subresource = {}) { return patch_options(kube::PatchType::Json, std::move(subresource)); }
kube::PatchOptions merge_patch(std::string subresource = {}) { return patch_options(kube::PatchType::Merge, std::move(subresource)); }

/// A create that finds the object there is a success only if the object is ours.
bool is_exists(const Error& error) { return error.kind == ErrorKind::Exists; }

/// Every digest this rollout knows, to turn a label's 63 characters back into one.
std::string digest_of_label(const domain::Observation& seen, const std::string& label) {
  if (label.empty()) return {};
  for (const domain::RevisionView& r : seen.revisions) {
    if (digest_label(r.digest) == label) return r.digest;
  }
  for (const auto& [digest, workload] : seen.world.workloads) {
    if (digest_label(digest) == label) return digest;
  }
  return label;
}

}  // namespace

KubeRolloutWorld::KubeRolloutWorld(const kube::Client& client, ClusterView& view, DigestProber& prober, kube::EventRecorder& events, const Clock& clock)
    : client_(client), view_(view), prober_(prober), events_(events), clock_(clock) {
  own_writes_.with([&](kube::OwnWrites& writes) {
    writes.observe(res::kAgentRollouts, view_.rollouts);
    writes.observe(res::kDeployments, view_.deployments);
    writes.observe(res::kServices, view_.services);
    writes.observe(res::kHttpRoutes, view_.routes);
    writes.observe(res::kAgentRevisions, view_.revisions);
  });
}

Owner KubeRolloutWorld::owner(const ports::RolloutKey& key) const {
  const auto rollout = view_.rollouts.get({key.ns, key.name});
  return {key.ns, key.name, rollout ? rollout->uid : std::string()};
}

// ---- observing --------------------------------------------------------------------------------------

Result<std::optional<domain::Observation>> KubeRolloutWorld::observe(const ports::RolloutKey& key, Instant) {
  const auto freshness = own_writes_.with([&](kube::OwnWrites& w) { return w.fresh(text_key(key), clock_.boot()); });
  if (freshness == kube::Freshness::Stale) return fail(ErrorKind::Conflict, "the copy does not show our last write yet");
  const auto rollout = view_.rollouts.get({key.ns, key.name});
  if (!rollout) {
    own_writes_.with([&](kube::OwnWrites& w) { w.forget(text_key(key)); });
    shares_.with([&](auto& shares) { shares.erase(key); });
    return std::optional<domain::Observation>{};
  }
  domain::Observation seen;
  seen.ns = key.ns;
  seen.name = key.name;
  seen.version = rollout->resource_version;
  seen.generation = rollout->generation;
  seen.deleting = rollout->deleting;
  seen.spec = rollout->spec;
  seen.spec_faults = rollout->faults;
  seen.status = rollout->status;
  seen.denied = view_.denied();
  seen.route_conflict = route_conflict(key, seen.spec);
  observe_revisions(key, seen);
  observe_workloads(key, seen);
  seen.world.pod_template_present = view_.templates.get({key.ns, seen.spec.delivery.pod_template}) != nullptr;
  seen.world.stable_service = observe_service(key, seen.spec.traffic.stable_service, seen);
  seen.world.canary_service = observe_service(key, seen.spec.traffic.canary_service, seen);
  seen.world.route = observe_route(key, seen.spec);
  return seen;
}

void KubeRolloutWorld::observe_revisions(const ports::RolloutKey& key, domain::Observation& seen) const {
  view_.revisions.each([&](const kube::ObjectKey& object, const RevisionObject& revision) {
    if (object.ns == key.ns && revision.view.agent == seen.spec.agent && revision.fault.empty()) seen.revisions.push_back(revision.view);
  });
  std::sort(seen.revisions.begin(), seen.revisions.end(), [](const domain::RevisionView& a, const domain::RevisionView& b) {
    return std::tie(a.created, a.name) < std::tie(b.created, b.name);
  });
}

void KubeRolloutWorld::observe_workloads(const ports::RolloutKey& key, domain::Observation& seen) const {
  view_.bundles.each([&](const kube::ObjectKey& object, const BundleObject& bundle) {
    if (object.ns == key.ns && bundle.rollout == key.name) seen.world.workloads[bundle.digest].bundle_present = true;
  });
  view_.deployments.each([&](const kube::ObjectKey& object, const DeploymentObject& deployment) {
    if (object.ns != key.ns || deployment.rollout != key.name) return;
    domain::WorkloadView& workload = seen.world.workloads[deployment.digest];
    workload.deployment_present = true;
    workload.wanted = deployment.wanted;
    workload.ready = deployment.ready;
  });
  view_.pods.each([&](const kube::ObjectKey& object, const PodObject& pod) {
    if (object.ns != key.ns || !pod.ready) return;
    for (auto& [digest, workload] : seen.world.workloads) {
      if (digest_label(digest) != pod.revision_label) continue;
      const auto port = pod.ports.find(seen.spec.delivery.port);
      if (port == pod.ports.end()) {
        workload.wrong_digest = "spec.delivery.port: no container port of pod " + object.name + " is named " + seen.spec.delivery.port;
        continue;
      }
      const auto answer = prober_.digest_of({key, pod.uid, pod.ip + ":" + std::to_string(port->second)});
      if (answer && *answer == digest) workload.verified += 1;
      if (answer && *answer != digest) workload.wrong_digest = "pod " + object.name + " serves " + answer->substr(0, 12) + ", not " + digest.substr(0, 12) + "; make the agent read its bundle from spec.delivery.mountPath";
    }
  });
}

domain::ServiceView KubeRolloutWorld::observe_service(const ports::RolloutKey& key, const std::string& name, const domain::Observation& seen) const {
  domain::ServiceView out;
  const auto service = view_.services.get({key.ns, name});
  if (!service) return out;
  out.present = true;
  out.foreign = service->rollout != key.name;
  out.selects = digest_of_label(seen, service->selects);
  view_.endpoints.each([&](const kube::ObjectKey& object, const EndpointsObject& slice) {
    if (object.ns != key.ns || slice.service != name) return;
    for (const std::string& pod_name : slice.ready_pods) {
      const auto pod = view_.pods.get({key.ns, pod_name});
      if (pod && pod->revision_label == service->selects) out.ready_endpoints += 1;
    }
  });
  return out;
}

domain::RouteView KubeRolloutWorld::observe_route(const ports::RolloutKey& key, const domain::RolloutSpec& spec) const {
  domain::RouteView out;
  const bool managed = spec.traffic.mode == domain::TrafficMode::Managed;
  const auto route = view_.routes.get({key.ns, spec.traffic.route_name});
  if (!route) {
    if (!managed) out.problem = "spec.traffic.route: HTTPRoute " + spec.traffic.route_name + " does not exist; create it, or use mode Managed";
    return out;
  }
  out.present = true;
  out.foreign = managed && route->rollout != key.name;
  if (out.foreign) out.problem = "HTTPRoute " + spec.traffic.route_name + " exists and was not made by this rollout; use mode Adopt or another name";
  const auto place = find_split(*route, spec.traffic);
  if (!place) {
    out.problem = place.error().message;
    return out;
  }
  const RouteRule& rule = route->rules[place->rule];
  out.stable = rule.backends[place->stable].weight.value_or(1);
  out.canary = rule.backends[place->canary].weight.value_or(1);
  out.accepted = route->accepted;
  out.not_accepted_because = route->not_accepted_because;
  const auto last = shares_.with([&](const auto& shares) {
    const auto it = shares.find(key);
    return it == shares.end() ? std::optional<ShareWrite>{} : std::optional<ShareWrite>{it->second};
  });
  if (last && route->generation > last->generation && out.canary != last->canary) out.contender = "another writer of HTTPRoute " + spec.traffic.route_name;
  return out;
}

/// Two rollouts on one rule: the older (then first by name) keeps it, the other is told.
std::string KubeRolloutWorld::route_conflict(const ports::RolloutKey& key, const domain::RolloutSpec& spec) const {
  std::string out;
  view_.rollouts.each([&](const kube::ObjectKey& object, const RolloutObject& other) {
    if (!out.empty() || object.ns != key.ns || object.name == key.name) return;
    const bool same = other.spec.traffic.route_name == spec.traffic.route_name && other.spec.traffic.rule == spec.traffic.rule;
    if (same && object.name < key.name) out = "AgentRollout " + object.name;
  });
  return out;
}

// ---- writing ----------------------------------------------------------------------------------------

Result<Json> KubeRolloutWorld::wrote(const ports::RolloutKey& key, const kube::Resource& resource, Result<Json> answer) {
  if (answer) {
    const Json& meta = answer->at("metadata");
    const kube::ObjectKey object{meta.value("namespace", ""), meta.value("name", "")};
    own_writes_.with([&](kube::OwnWrites& w) { w.wrote(text_key(key), resource, object, meta.value("uid", ""), meta.value("resourceVersion", ""), clock_.boot()); });
  } else if (answer.error().kind == ErrorKind::Unknown) {
    own_writes_.with([&](kube::OwnWrites& w) { w.unknown(text_key(key)); });
  }
  return answer;
}

Status KubeRolloutWorld::write_record(const ports::RolloutKey& key, const domain::Record& record) {
  const std::string body = domain::canonical_text(record);
  const std::string hash = domain::record_sha256(body);
  const Owner who = owner(key);
  Json object{{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"immutable", true}};
  object["metadata"] = {{"name", key.name.substr(0, 200) + "-record-" + std::to_string(record.sequence) + "-" + hash.substr(0, 8)},
                        {"namespace", key.ns},
                        {"labels", {{kManagedBy, "pawl"}, {kRolloutLabel, key.name}, {"pawl.dev/record", std::to_string(record.sequence)}}},
                        {"ownerReferences", Json::array({{{"apiVersion", "pawl.dev/v1alpha1"}, {"kind", "AgentRollout"}, {"name", key.name}, {"uid", who.uid}, {"controller", true}, {"blockOwnerDeletion", true}}})}};
  object["data"] = {{"record.json", body}, {"sha256", hash}};
  const auto made = client_.create(res::kConfigMaps, key.ns, object);
  if (!made && !is_exists(made.error())) return fail(made.error().during("writing decision record " + std::to_string(record.sequence)));
  return {};
}

Status KubeRolloutWorld::ensure_finalizer(const ports::RolloutKey& key, const RolloutObject& rollout) {
  const Json patch = Json::array({{{"op", "replace"}, {"path", "/metadata/resourceVersion"}, {"value", rollout.resource_version}},
                                  {{"op", "add"}, {"path", "/metadata/finalizers"}, {"value", Json::array({kFinalizer})}}});
  auto done = wrote(key, res::kAgentRollouts, client_.patch(res::kAgentRollouts, {key.ns, key.name}, patch, json_patch()));
  if (!done) return fail(done.error().during("adding the finalizer"));
  return fail(ErrorKind::Conflict, "the finalizer was just added; the next look goes on");
}

Status KubeRolloutWorld::write_status(const ports::RolloutKey& key, const domain::Observation& seen, const domain::RolloutStatus& status) {
  const auto rollout = view_.rollouts.get({key.ns, key.name});
  if (!rollout) return fail(ErrorKind::NotFound, "the rollout is gone");
  if (!rollout->has_finalizer && !rollout->deleting) return ensure_finalizer(key, *rollout);
  const Json patch = Json::array({{{"op", "replace"}, {"path", "/metadata/resourceVersion"}, {"value", seen.version}},
                                  {{"op", "add"}, {"path", "/status"}, {"value", codec::render_rollout_status(status, seen.spec)}}});
  auto done = wrote(key, res::kAgentRollouts, client_.patch(res::kAgentRollouts, {key.ns, key.name}, patch, json_patch("status")));
  if (!done) return fail(done.error().during("writing the status"));
  return {};
}

Status KubeRolloutWorld::write_revisions(const ports::RolloutKey& key, const domain::Observation& seen, const domain::RolloutStatus& status,
                                         const std::vector<domain::Refusal>& refusals, Instant now) {
  std::vector<kube::ObjectKey> of_agent;
  view_.revisions.each([&](const kube::ObjectKey& object, const RevisionObject& revision) {
    if (object.ns == key.ns && revision.view.agent == seen.spec.agent) of_agent.push_back(object);
  });
  for (const kube::ObjectKey& object : of_agent) {
    const auto revision = view_.revisions.get(object);
    if (!revision) continue;
    const domain::RevisionStatus wanted = revision_outcome(*revision, object.name, status, refusals, now);
    if (wanted == revision->status) continue;
    const Json patch{{"metadata", {{"resourceVersion", revision->resource_version}}}, {"status", codec::render_revision_status(wanted)}};
    auto done = wrote(key, res::kAgentRevisions, client_.patch(res::kAgentRevisions, object, patch, merge_patch("status")));
    if (!done) return fail(done.error().during("writing the status of AgentRevision " + object.name));
    const Json annotations = provenance_annotations(object.name, status);
    if (annotations.empty()) continue;
    auto noted = wrote(key, res::kAgentRevisions, client_.patch(res::kAgentRevisions, object, Json{{"metadata", {{"annotations", annotations}}}}, merge_patch()));
    if (!noted) return fail(noted.error().during("annotating AgentRevision " + object.name));
  }
  return {};
}

Status KubeRolloutWorld::execute(const ports::RolloutKey& key, const domain::Observation& seen, const domain::Effect& effect) {
  return std::visit(
      [&](const auto& e) -> Status {
        using T = std::decay_t<decltype(e)>;
        if constexpr (std::is_same_v<T, domain::EnsureBundle>) return ensure_bundle(key, seen, e);
        else if constexpr (std::is_same_v<T, domain::EnsureDeployment>) return ensure_deployment(key, seen, e);
        else if constexpr (std::is_same_v<T, domain::EnsureService>) return ensure_service(key, seen, e);
        else if constexpr (std::is_same_v<T, domain::EnsureShare>) return ensure_share(key, seen, e);
        else if constexpr (std::is_same_v<T, domain::EnsureRetired>) return ensure_retired(key, seen, e);
        else return release_finalizer(key);
      },
      effect);
}

Result<std::vector<domain::RevisionFile>> KubeRolloutWorld::read_files(const ports::RolloutKey& key, const domain::RevisionRef& revision) const {
  const auto object = client_.get(res::kAgentRevisions, {key.ns, revision.name});
  if (!object) return fail(object.error().during("reading the bundle of AgentRevision " + revision.name));
  auto spec = codec::parse_revision_spec(object->at("spec"));
  if (!spec) return fail(spec.error());
  return std::move(spec->files);
}

Status KubeRolloutWorld::ensure_bundle(const ports::RolloutKey& key, const domain::Observation& seen, const domain::EnsureBundle& effect) {
  const auto files = read_files(key, effect.revision);
  if (!files) return fail(files.error());
  const auto made = client_.create(res::kConfigMaps, key.ns, bundle_config_map(owner(key), seen.spec.agent, effect.revision.digest, *files));
  if (!made && !is_exists(made.error())) return fail(made.error());
  return {};
}

Status KubeRolloutWorld::ensure_deployment(const ports::RolloutKey& key, const domain::Observation& seen, const domain::EnsureDeployment& effect) {
  const kube::ObjectKey name{key.ns, workload_name(seen.spec.agent, effect.revision.digest)};
  if (view_.deployments.get(name)) {
    auto scaled = wrote(key, res::kDeployments, client_.patch(res::kDeployments, name, Json{{"spec", {{"replicas", effect.replicas}}}}, merge_patch()));
    if (!scaled) return fail(scaled.error());
    return {};
  }
  const auto pod_template = client_.get(res::kPodTemplates, {key.ns, seen.spec.delivery.pod_template});
  if (!pod_template) return pod_template.error().kind == ErrorKind::NotFound ? Status{} : Status(fail(pod_template.error()));
  const auto files = read_files(key, effect.revision);
  if (!files) return fail(files.error());
  std::vector<std::string> paths;
  for (const domain::RevisionFile& file : *files) paths.push_back(file.path);
  auto made = wrote(key, res::kDeployments, client_.create(res::kDeployments, key.ns, deployment(owner(key), seen.spec, effect.revision.digest, effect.replicas, pod_template->at("template"), paths)));
  if (!made && !is_exists(made.error())) return fail(made.error());
  return {};
}

Status KubeRolloutWorld::ensure_service(const ports::RolloutKey& key, const domain::Observation& seen, const domain::EnsureService& effect) {
  const kube::ObjectKey name{key.ns, effect.service};
  const Json object = service(owner(key), seen.spec, effect.service, effect.digest);
  auto done = view_.services.get(name)
                  ? client_.patch(res::kServices, name, Json{{"spec", {{"selector", object["spec"]["selector"]}}}}, merge_patch())
                  : client_.create(res::kServices, key.ns, object);
  done = wrote(key, res::kServices, std::move(done));
  if (!done && !is_exists(done.error())) return fail(done.error());
  return {};
}

Status KubeRolloutWorld::ensure_share(const ports::RolloutKey& key, const domain::Observation& seen, const domain::EnsureShare& effect) {
  const kube::ObjectKey name{key.ns, seen.spec.traffic.route_name};
  const auto route = view_.routes.get(name);
  Result<Json> done = fail(ErrorKind::NotFound, "the route is gone");
  if (!route) {
    done = client_.create(res::kHttpRoutes, key.ns, managed_route(owner(key), seen.spec, effect.canary));
  } else {
    const auto patch = share_patch(*route, seen.spec, effect.canary);
    if (!patch) return fail(patch.error());
    done = client_.patch(res::kHttpRoutes, name, *patch, json_patch());
  }
  done = wrote(key, res::kHttpRoutes, std::move(done));
  if (!done) {
    // A failed `test` is somebody else's change: read again, decide again.
    if (done.error().kind == ErrorKind::Invalid || is_exists(done.error())) return fail(ErrorKind::Conflict, done.error().message);
    return fail(done.error());
  }
  const std::int64_t generation = done->at("metadata").value("generation", std::int64_t{0});
  shares_.with([&](auto& shares) { shares[key] = {effect.canary, generation}; });
  return {};
}

Status KubeRolloutWorld::ensure_retired(const ports::RolloutKey& key, const domain::Observation& seen, const domain::EnsureRetired& effect) {
  const kube::ObjectKey name{key.ns, workload_name(seen.spec.agent, effect.digest)};
  for (const kube::Resource& resource : {res::kDeployments, res::kConfigMaps}) {
    const auto gone = client_.remove(resource, name);
    if (!gone && gone.error().kind != ErrorKind::NotFound) return fail(gone.error());
  }
  return {};
}

void KubeRolloutWorld::announce(const ports::RolloutKey& key, const domain::Observation& seen, const domain::Decision& decision) {
  const bool bad = decision.what == "RolledBack" || decision.what == "Inconclusive" || decision.what == "Withdrawn";
  kube::EventInput event;
  event.regarding.api_version = "pawl.dev/v1alpha1";
  event.regarding.kind = "AgentRollout";
  event.regarding.key = {key.ns, key.name};
  event.regarding.uid = owner(key).uid;
  event.regarding.resource_version = seen.version;
  event.type = bad ? kube::EventType::Warning : kube::EventType::Normal;
  event.reason = decision.reason;
  event.action = decision.what;
  event.note = decision.revision.name + ": " + decision.message;
  event.key = decision.record;
  events_.emit(event);
}

Status KubeRolloutWorld::release_finalizer(const ports::RolloutKey& key) {
  const auto object = client_.get(res::kAgentRollouts, {key.ns, key.name});
  if (!object) return object.error().kind == ErrorKind::NotFound ? Status{} : Status(fail(object.error()));
  const Json finalizers = object->at("metadata").value("finalizers", Json::array());
  const auto at = std::find(finalizers.begin(), finalizers.end(), Json(kFinalizer));
  if (at == finalizers.end()) return {};
  const std::string path = "/metadata/finalizers/" + std::to_string(at - finalizers.begin());
  const Json patch = Json::array({{{"op", "test"}, {"path", path}, {"value", kFinalizer}}, {{"op", "remove"}, {"path", path}}});
  const auto done = client_.patch(res::kAgentRollouts, {key.ns, key.name}, patch, json_patch());
  if (!done && done.error().kind != ErrorKind::NotFound) return fail(done.error());
  return {};
}

}  // namespace pawl::adapters

// The writing half of KubeRolloutWorld: statuses, annotations, records and effects.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "adapters/kube_rollout_world.h"
#include "adapters/revision_outcome.h"
#include "codec/revision_codec.h"
#include "codec/status_codec.h"
#include "kube/meta.h"

namespace pawl::adapters {
namespace {

namespace res = kube::resources;

kube::PatchOptions patch_options(kube::PatchType type, std::string subresource) {
  kube::PatchOptions out;
  out.type = type;
  out.subresource = std::move(subresource);
  out.field_manager = kFieldManager;
  return out;
}
kube::PatchOptions json_patch(std::string subresource = {}) {
  return patch_options(kube::PatchType::Json, std::move(subresource));
}
kube::PatchOptions merge_patch(std::string subresource = {}) {
  return patch_options(kube::PatchType::Merge, std::move(subresource));
}

Json at_version(const std::string& version) {
  return {{"op", "replace"}, {"path", "/metadata/resourceVersion"}, {"value", version}};
}

/// A create that finds the object there is a success only if the object is ours.
bool is_exists(const Error& error) { return error.kind == ErrorKind::Exists; }

Json finalizers_of(const Json& object) {
  const Json::json_pointer place("/metadata/finalizers");
  return object.contains(place) && object.at(place).is_array() ? object.at(place) : Json::array();
}

}  // namespace

Status KubeRolloutWorld::write_record(const ports::RolloutKey& key, const domain::Record& record) {
  return records_.write(owner(key), record);
}

/// The finalizers of others stay; the rollout must be the one that was read.
Status KubeRolloutWorld::ensure_finalizer(const ports::RolloutKey& key, const std::string& seen_version) {
  const auto live = client_.get(res::kAgentRollouts, {key.ns, key.name});
  if (!live) return fail(live.error().during("reading the finalizers"));
  Json finalizers = finalizers_of(*live);
  if (std::find(finalizers.begin(), finalizers.end(), Json(kFinalizer)) == finalizers.end()) {
    finalizers.push_back(kFinalizer);
  }
  const Json patch =
      Json::array({at_version(seen_version), {{"op", "add"}, {"path", "/metadata/finalizers"}, {"value", finalizers}}});
  auto done = fence_.wrote(key, res::kAgentRollouts,
                           client_.patch(res::kAgentRollouts, {key.ns, key.name}, patch, json_patch()));
  if (!done) return fail(done.error().during("adding the finalizer"));
  return fail(ErrorKind::Conflict, "the finalizer was just added; the next look goes on");
}

Status KubeRolloutWorld::write_status(const ports::RolloutKey& key, const domain::Observation& seen,
                                      const domain::RolloutStatus& status) {
  const auto rollout = view_.rollouts.get({key.ns, key.name});
  if (!rollout) return fail(ErrorKind::NotFound, "the rollout is gone");
  if (!rollout->has_finalizer && !rollout->deleting) return ensure_finalizer(key, seen.version);
  const Json patch =
      Json::array({at_version(seen.version),
                   {{"op", "add"}, {"path", "/status"}, {"value", codec::render_rollout_status(status, seen.spec)}}});
  auto done = fence_.wrote(key, res::kAgentRollouts,
                           client_.patch(res::kAgentRollouts, {key.ns, key.name}, patch, json_patch("status")));
  if (!done) return fail(done.error().during("writing the status"));
  return {};
}

Status KubeRolloutWorld::write_provenance(const ports::RolloutKey& key, const domain::Observation& seen,
                                          const kube::Resource& resource, const std::string& name, const Json& patch) {
  if (patch.is_null()) return {};
  const kube::ObjectKey object{key.ns, name};
  if (auto same = fence_.unchanged(key, seen.version); !same) return same;
  auto noted = fence_.wrote(key, resource, client_.patch(resource, object, patch, merge_patch()));
  if (!noted && noted.error().kind != ErrorKind::NotFound) {
    return fail(noted.error().during("annotating " + object.display()));
  }
  return {};
}

Status KubeRolloutWorld::write_revision(const ports::RolloutKey& key, const domain::Observation& seen,
                                        const kube::ObjectKey& name, const RevisionObject& revision,
                                        const domain::RevisionStatus& wanted) {
  if (wanted == revision.status) return {};
  if (auto same = fence_.unchanged(key, seen.version); !same) return same;
  // Merged, not replaced: `status.gate` is the gate's, and stays as it is.
  const Json patch{{"metadata", {{"resourceVersion", revision.resource_version}}},
                   {"status", codec::render_revision_status(wanted)}};
  auto done =
      fence_.wrote(key, res::kAgentRevisions, client_.patch(res::kAgentRevisions, name, patch, merge_patch("status")));
  if (!done) return fail(done.error().during("writing the status of AgentRevision " + name.name));
  return {};
}

Status KubeRolloutWorld::write_revisions(const ports::RolloutKey& key, const domain::Observation& seen,
                                         const domain::RolloutStatus& status,
                                         const std::vector<domain::Refusal>& refusals, Instant now) {
  const Provenance provenance = provenance_of_decision(key.name, status);
  for (const auto& [name, revision] : view_.revisions_of_agent.find(key.ns, seen.spec.agent)) {
    if (auto done = write_revision(key, seen, name, *revision,
                                   revision_outcome(*revision, name.name, seen.spec.gate, status, refusals, now));
        !done) {
      return done;
    }
    if (!status.last_decision || status.last_decision->revision.name != name.name) continue;
    if (auto noted = write_provenance(key, seen, res::kAgentRevisions, name.name,
                                      provenance_patch(revision->provenance, provenance));
        !noted) {
      return noted;
    }
  }
  const auto rollout = view_.rollouts.get({key.ns, key.name});
  if (rollout && !seen.deleting) {
    if (auto noted = write_provenance(key, seen, res::kAgentRollouts, key.name,
                                      provenance_patch(rollout->provenance, provenance));
        !noted) {
      return noted;
    }
  }
  records_.rotate(key);
  return {};
}

/// Lowering a share is always right. What only makes an object that is not there is judged by our copy; everything
/// that changes or removes what there is, by the live rollout.
Status KubeRolloutWorld::fence(const ports::RolloutKey& key, const domain::Observation& seen,
                               const domain::Effect& effect) const {
  const auto* share = std::get_if<domain::EnsureShare>(&effect);
  if (share != nullptr && share->canary < share->from) return {};
  if (auto same = fence_.unchanged(key, seen.version); !same) return same;
  const auto* scaled = std::get_if<domain::EnsureDeployment>(&effect);
  const bool makes_workload =
      scaled != nullptr && view_.deployments.get({key.ns, workload_name(key.name, scaled->revision.digest)}) == nullptr;
  if (makes_workload || std::holds_alternative<domain::EnsureBundle>(effect)) return {};
  if (std::holds_alternative<domain::ReleaseFinalizer>(effect)) {
    return {};  // reads the live rollout anyway, and compares
  }
  return fence_.unchanged_live(key, seen.version);
}

Status KubeRolloutWorld::execute(const ports::RolloutKey& key, const domain::Observation& seen,
                                 const domain::Effect& effect) {
  if (auto may = fence(key, seen, effect); !may) return may;
  return std::visit([&](const auto& e) { return perform(key, seen, e); }, effect);
}

Result<std::vector<domain::RevisionFile>> KubeRolloutWorld::read_files(const ports::RolloutKey& key,
                                                                       const domain::RevisionRef& revision) const {
  const auto object = client_.get(res::kAgentRevisions, {key.ns, revision.name});
  if (!object) return fail(object.error().during("reading the bundle of AgentRevision " + revision.name));
  auto spec = codec::parse_revision_spec(object->value("spec", Json()));
  if (!spec) return fail(spec.error());
  return std::move(spec->files);
}

Status KubeRolloutWorld::perform(const ports::RolloutKey& key, const domain::Observation& seen,
                                 const domain::EnsureBundle& effect) {
  const auto files = read_files(key, effect.revision);
  if (!files) return fail(files.error());
  const auto made = client_.create(res::kConfigMaps, key.ns,
                                   bundle_config_map(owner(key), seen.spec.agent, effect.revision.digest, *files));
  if (!made && !is_exists(made.error())) return fail(made.error());
  return {};
}

Status KubeRolloutWorld::make_deployment(const ports::RolloutKey& key, const domain::Observation& seen,
                                         const domain::EnsureDeployment& effect) {
  const auto pod_template = client_.get(res::kPodTemplates, {key.ns, seen.spec.delivery.pod_template});
  if (!pod_template) {
    return pod_template.error().kind == ErrorKind::NotFound ? Status{} : Status(fail(pod_template.error()));
  }
  const auto files = read_files(key, effect.revision);
  if (!files) return fail(files.error());
  std::vector<std::string> paths;
  for (const domain::RevisionFile& file : *files) paths.push_back(file.path);
  const Json object = deployment(owner(key), seen.spec, effect.revision.digest, effect.replicas,
                                 pod_template->value("template", Json::object()), paths);
  auto made = fence_.wrote(key, res::kDeployments, client_.create(res::kDeployments, key.ns, object));
  if (!made && !is_exists(made.error())) return fail(made.error());
  return {};
}

Status KubeRolloutWorld::perform(const ports::RolloutKey& key, const domain::Observation& seen,
                                 const domain::EnsureDeployment& effect) {
  const kube::ObjectKey name{key.ns, workload_name(key.name, effect.revision.digest)};
  if (!view_.deployments.get(name)) return make_deployment(key, seen, effect);
  auto scaled = fence_.wrote(
      key, res::kDeployments,
      client_.patch(res::kDeployments, name, Json{{"spec", {{"replicas", effect.replicas}}}}, merge_patch()));
  if (!scaled) return fail(scaled.error());
  return {};
}

Status KubeRolloutWorld::perform(const ports::RolloutKey& key, const domain::Observation& seen,
                                 const domain::EnsureService& effect) {
  const kube::ObjectKey name{key.ns, effect.service};
  const Json object = service(owner(key), seen.spec, effect.service, effect.digest);
  auto done = view_.services.get(name)
                  ? client_.patch(res::kServices, name, Json{{"spec", {{"selector", object["spec"]["selector"]}}}},
                                  merge_patch())
                  : client_.create(res::kServices, key.ns, object);
  done = fence_.wrote(key, res::kServices, std::move(done));
  if (!done && !is_exists(done.error())) return fail(done.error());
  return {};
}

/// Guarded by the share that the decision was based on, not by whatever the copy shows by now: a stale order to lower
/// would else raise what was lowered further in between.
Status KubeRolloutWorld::perform(const ports::RolloutKey& key, const domain::Observation& seen,
                                 const domain::EnsureShare& effect) {
  const kube::ObjectKey name{key.ns, seen.spec.traffic.route_name};
  const auto route = view_.routes.get(name);
  if (!route && effect.canary != 0) return fail(ErrorKind::Conflict, "the route is gone");
  Result<Json> done = fail(ErrorKind::NotFound, "no route");
  if (!route) {
    done = client_.create(res::kHttpRoutes, key.ns, managed_route(owner(key), seen.spec, effect.canary));
  } else {
    const auto place = find_split(*route, seen.spec.traffic);
    if (!place) return fail(place.error());
    if (route->rules[place->rule].backends[place->canary].weight.value_or(1) != effect.from) {
      return fail(ErrorKind::Conflict, "the weights are not those that were read");
    }
    const auto patch = share_patch(*route, seen.spec, effect.canary);
    if (!patch) return fail(patch.error());
    done = client_.patch(res::kHttpRoutes, name, *patch, json_patch());
  }
  done = fence_.wrote(key, res::kHttpRoutes, std::move(done));
  if (!done) {
    if (done.error().kind == ErrorKind::Unknown) contention_.unknown(key);
    // A failed guard is somebody else's change: read again, decide again.
    if (guard_failed(done.error()) || is_exists(done.error())) return fail(ErrorKind::Conflict, done.error().message);
    return fail(done.error());
  }
  if (const auto written = decode_route(*done)) contention_.wrote(key, effect.canary, written->generation);
  return {};
}

/// Only where the route hangs; its weights are EnsureShare's. Other parts of a route are not compared.
Status KubeRolloutWorld::perform(const ports::RolloutKey& key, const domain::Observation& seen,
                                 const domain::EnsureAttached&) {
  const Json wanted = managed_route(owner(key), seen.spec, 0)["spec"];
  const Json spec{{"parentRefs", wanted["parentRefs"]},
                  {"hostnames", wanted.value("hostnames", Json())}};  // null: none
  auto done = fence_.wrote(
      key, res::kHttpRoutes,
      client_.patch(res::kHttpRoutes, {key.ns, seen.spec.traffic.route_name}, Json{{"spec", spec}}, merge_patch()));
  if (!done) return fail(done.error());
  return {};
}

Status KubeRolloutWorld::perform(const ports::RolloutKey& key, const domain::Observation&,
                                 const domain::EnsureRetired& effect) {
  const kube::ObjectKey name{key.ns, workload_name(key.name, effect.digest)};
  for (const kube::Resource& resource : {res::kDeployments, res::kConfigMaps}) {
    const auto gone = client_.remove(resource, name);
    if (!gone && gone.error().kind != ErrorKind::NotFound) return fail(gone.error());
  }
  return {};
}

/// The live route, not the copy: after this nobody looks at the share any more.
Status KubeRolloutWorld::live_share_is_zero(const ports::RolloutKey& key, const domain::Observation& seen) const {
  const domain::RolloutSpec& spec = seen.spec;
  const bool of_another = seen.world.route.yielded && !domain::is_ours(seen.world.canary_service);
  if (spec.enforcement == domain::Enforcement::Observe || of_another) return {};  // no share of it is ours
  const auto object = client_.get(res::kHttpRoutes, {key.ns, spec.traffic.route_name});
  if (!object) return object.error().kind == ErrorKind::NotFound ? Status{} : Status(fail(object.error()));
  const auto route = decode_route(*object);
  if (!route) return fail(route.error());
  if (spec.traffic.mode == domain::TrafficMode::Managed && route->rollout != key.name) return {};
  const auto place = find_split(*route, spec.traffic);
  if (!place) return {};
  if (route->rules[place->rule].backends[place->canary].weight.value_or(1) == 0) return {};
  return fail(ErrorKind::Conflict, "the route still has a share");
}

Status KubeRolloutWorld::perform(const ports::RolloutKey& key, const domain::Observation& seen,
                                 const domain::ReleaseFinalizer&) {
  if (auto zero = live_share_is_zero(key, seen); !zero) return zero;
  const auto object = client_.get(res::kAgentRollouts, {key.ns, key.name});
  if (!object) return object.error().kind == ErrorKind::NotFound ? Status{} : Status(fail(object.error()));
  const std::string version = kube::meta_of(*object).resource_version;
  if (auto same = fence_.is_current(key, seen.version, version); !same) return same;
  const Json finalizers = finalizers_of(*object);
  const auto at = std::find(finalizers.begin(), finalizers.end(), Json(kFinalizer));
  if (at == finalizers.end()) return {};
  const std::string path = "/metadata/finalizers/" + std::to_string(at - finalizers.begin());
  const Json patch = Json::array({at_version(version),
                                  {{"op", "test"}, {"path", path}, {"value", kFinalizer}},
                                  {{"op", "remove"}, {"path", path}}});
  const auto done = fence_.wrote(key, res::kAgentRollouts,
                                 client_.patch(res::kAgentRollouts, {key.ns, key.name}, patch, json_patch()));
  if (!done && done.error().kind != ErrorKind::NotFound) return fail(done.error());
  return {};
}

void KubeRolloutWorld::announce(const ports::RolloutKey& key, const domain::Observation& seen,
                                const domain::Decision& decision) {
  const bool bad = decision.what == "RolledBack" || decision.what == "Inconclusive" || decision.what == "Withdrawn" ||
                   decision.what == "Rejected" || decision.what == "Drifting" || decision.what == "Warned";
  kube::EventInput event;
  event.regarding.api_version = "pawl.dev/v1alpha1";
  event.regarding.kind = "AgentRollout";
  event.regarding.key = {key.ns, key.name};
  event.regarding.uid = owner(key).uid;
  event.regarding.resource_version = seen.version;
  event.type = bad ? kube::EventType::Warning : kube::EventType::Normal;
  event.reason = decision.reason;
  event.action = decision.what;
  event.note = (decision.revision.name.empty() ? "" : decision.revision.name + ": ") + decision.message;
  event.key = decision.record;
  events_.emit(event);
}

}  // namespace pawl::adapters

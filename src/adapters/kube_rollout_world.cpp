#include "adapters/kube_rollout_world.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "kube/resource.h"

namespace pawl::adapters {
namespace {

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

KubeRolloutWorld::KubeRolloutWorld(const kube::Client& client, ClusterView& view, DigestProber& prober,
                                   kube::EventRecorder& events, const Clock& clock)
    : client_(client),
      view_(view),
      prober_(prober),
      events_(events),
      fence_(client, view, clock),
      contention_(clock),
      records_(client) {}

Owner KubeRolloutWorld::owner(const ports::RolloutKey& key) const {
  const auto rollout = view_.rollouts.get({key.ns, key.name});
  return {key.ns, key.name, rollout ? rollout->uid : std::string()};
}

void KubeRolloutWorld::forget(const ports::RolloutKey& key) {
  fence_.forget(key);
  contention_.forget(key);
  records_.forget(key);
}

Result<std::optional<domain::Observation>> KubeRolloutWorld::observe(const ports::RolloutKey& key, Instant) {
  if (auto may = fence_.may_observe(key); !may) return fail(may.error());
  const std::string denied = view_.denied();
  // With a kind refused, what can be seen is judged, to say so in a condition; otherwise the rest is on its way.
  if (denied.empty() && !view_.synced()) return fail(ErrorKind::Conflict, view_.unread());
  const auto rollout = view_.rollouts.get({key.ns, key.name});
  if (!rollout) {
    forget(key);
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
  seen.denied = denied;
  seen.route_conflict = route_conflict(key, seen.spec);
  observe_revisions(key, seen);
  observe_workloads(key, seen);
  seen.world.pod_template_present = view_.templates.get({key.ns, seen.spec.delivery.pod_template}) != nullptr;
  seen.world.stable_service = observe_service(key, seen.spec.traffic.stable_service, seen);
  seen.world.canary_service = observe_service(key, seen.spec.traffic.canary_service, seen);
  seen.world.route = observe_route(key, seen.spec);
  seen.world.route.yielded = !seen.route_conflict.empty();
  return seen;
}

void KubeRolloutWorld::observe_revisions(const ports::RolloutKey& key, domain::Observation& seen) const {
  for (const auto& [name, revision] : view_.revisions_of_agent.find(key.ns, seen.spec.agent)) {
    if (revision->fault.empty()) seen.revisions.push_back(revision->view);
  }
  std::sort(seen.revisions.begin(), seen.revisions.end(),
            [](const domain::RevisionView& a, const domain::RevisionView& b) {
              return std::tie(a.created, a.name) < std::tie(b.created, b.name);
            });
}

void KubeRolloutWorld::observe_workloads(const ports::RolloutKey& key, domain::Observation& seen) const {
  for (const auto& [name, bundle] : view_.bundles_of_rollout.find(key.ns, key.name)) {
    seen.world.workloads[bundle->digest].bundle_present = true;
  }
  for (const auto& [name, deployment] : view_.deployments_of_rollout.find(key.ns, key.name)) {
    domain::WorkloadView& workload = seen.world.workloads[deployment->digest];
    workload.deployment_present = true;
    workload.wanted = deployment->wanted;
    workload.ready = deployment->ready;
  }
  for (auto& [digest, workload] : seen.world.workloads) observe_pods(key, seen.spec.delivery.port, digest, workload);
}

void KubeRolloutWorld::observe_pods(const ports::RolloutKey& key, const std::string& port_name,
                                    const std::string& digest, domain::WorkloadView& workload) const {
  for (const auto& [name, pod] : view_.pods_of_revision.find(key.ns, digest_label(digest))) {
    if (!pod->ready || pod->rollout != key.name) continue;  // the same content may run for another rollout
    const auto port = pod->ports.find(port_name);
    if (port == pod->ports.end()) {
      workload.wrong_digest = "spec.delivery.port: no container port of pod " + name.name + " is named " + port_name;
      continue;
    }
    const auto answer = prober_.digest_of({key, pod->uid, pod->ip, port->second});
    if (answer && *answer == digest) workload.verified += 1;
    if (answer && *answer != digest) {
      workload.wrong_digest = "pod " + name.name + " serves " + answer->substr(0, 12) + ", not " +
                              digest.substr(0, 12) + "; make the agent read its bundle from spec.delivery.mountPath";
    }
  }
}

domain::ServiceView KubeRolloutWorld::observe_service(const ports::RolloutKey& key, const std::string& name,
                                                      const domain::Observation& seen) const {
  domain::ServiceView out;
  const auto service = view_.services.get({key.ns, name});
  if (!service) return out;
  out.present = true;
  out.foreign = service->rollout != key.name;
  out.selects = digest_of_label(seen, service->selects);
  for (const auto& [slice_name, slice] : view_.endpoints_of_service.find(key.ns, name)) {
    for (const std::string& pod_name : slice->ready_pods) {
      const auto pod = view_.pods.get({key.ns, pod_name});
      if (pod && pod->revision_label == service->selects) out.ready_endpoints += 1;
    }
  }
  return out;
}

domain::RouteView KubeRolloutWorld::observe_route(const ports::RolloutKey& key, const domain::RolloutSpec& spec) {
  domain::RouteView out;
  const bool managed = spec.traffic.mode == domain::TrafficMode::Managed;
  const auto route = view_.routes.get({key.ns, spec.traffic.route_name});
  if (!route) {
    if (!managed) {
      out.problem = "spec.traffic.route: HTTPRoute " + spec.traffic.route_name +
                    " does not exist; create it, or use mode Managed";
    }
    return out;
  }
  out.present = true;
  out.foreign = managed && route->rollout != key.name;
  if (out.foreign) {
    out.problem = "HTTPRoute " + spec.traffic.route_name +
                  " exists and was not made by this rollout; use mode Adopt or another name";
  }
  const auto place = find_split(*route, spec.traffic);
  if (!place) {
    out.problem = place.error().message;
    return out;
  }
  const RouteRule& rule = route->rules[place->rule];
  out.stable = rule.backends[place->stable].weight.value_or(1);
  out.canary = rule.backends[place->canary].weight.value_or(1);
  out.attached = !managed || is_attached(*route, spec.traffic);
  out.accepted = route->accepted;
  out.not_accepted_because = route->not_accepted_because;
  if (contention_.judge(key, route->generation, out)) {
    const auto live = client_.get(kube::resources::kHttpRoutes, {key.ns, spec.traffic.route_name});
    contention_.name(key, live ? foreign_writer(*live) : std::string(), out);
  }
  return out;
}

/// Two rollouts on one rule: the older one keeps it, of two of the same second the first by name; the other is told.
std::string KubeRolloutWorld::route_conflict(const ports::RolloutKey& key, const domain::RolloutSpec& spec) const {
  const auto self = view_.rollouts.get({key.ns, key.name});
  if (!self) return {};
  for (const auto& [name, other] : view_.rollouts_on_route.find(key.ns, spec.traffic.route_name)) {
    const bool first = std::tie(other->created, name.name) < std::tie(self->created, key.name);
    if (first && other->spec.traffic.rule == spec.traffic.rule) return "AgentRollout " + name.name;
  }
  return {};
}

}  // namespace pawl::adapters

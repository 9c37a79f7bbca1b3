#include "adapters/cluster_view.h"

#include <algorithm>

#include "kube/resource.h"

namespace pawl::adapters {
namespace {

/// Each page is a request at the start. A list is held whole in any case, so pages save no memory here; they bound one
/// answer of the server, and revisions and bundles may be near 1 MiB each.
constexpr int kSmallObjects = 2'500;
constexpr int kLargeObjects = 1'000;
constexpr const char* kOurs = "app.kubernetes.io/managed-by=pawl";

}  // namespace

ClusterView::ClusterView(std::shared_ptr<kube::Transport> transport, const Clock& clock, std::string ns,
                         std::uint64_t seed)
    : rollouts({*transport, kube::resources::kAgentRollouts, ns, "", "", clock, seed + 1, kSmallObjects},
               decode_rollout),
      revisions({*transport, kube::resources::kAgentRevisions, ns, "", "", clock, seed + 2, kLargeObjects},
                decode_revision),
      templates({*transport, kube::resources::kPodTemplates, ns, "", "", clock, seed + 3, kSmallObjects},
                decode_template),
      deployments({*transport, kube::resources::kDeployments, ns, kOurs, "", clock, seed + 4, kSmallObjects},
                  decode_deployment),
      bundles({*transport, kube::resources::kConfigMaps, ns, std::string(kOurs) + "," + kRevisionLabel, "", clock,
               seed + 5, kLargeObjects},
              decode_bundle),
      services({*transport, kube::resources::kServices, ns, "", "", clock, seed + 6, kSmallObjects}, decode_service),
      endpoints({*transport, kube::resources::kEndpointSlices, ns, kOurs, "", clock, seed + 7, kSmallObjects},
                decode_endpoints),
      pods({*transport, kube::resources::kPods, ns, kRevisionLabel, "", clock, seed + 8, kSmallObjects}, decode_pod),
      routes({*transport, kube::resources::kHttpRoutes, ns, "", "", clock, seed + 9, kSmallObjects}, decode_route),
      ns_(std::move(ns)) {}

std::vector<kube::InformerBase*> ClusterView::all() {
  return {&rollouts, &revisions, &templates, &deployments, &bundles, &services, &endpoints, &pods, &routes};
}

bool ClusterView::synced() {
  for (const kube::InformerBase* informer : all()) {
    if (!informer->synced()) return false;
  }
  return true;
}

bool ClusterView::wait_answered(const std::stop_token& stop) {
  const std::vector<kube::InformerBase*> informers = all();
  return std::ranges::all_of(informers, [&](kube::InformerBase* informer) { return informer->wait_answered(stop); });
}

std::string ClusterView::unread() {
  if (std::string refused = denied(); !refused.empty()) return refused;
  for (const kube::InformerBase* informer : all()) {
    if (informer->synced()) continue;
    const auto error = informer->last_error();
    return error ? error->message : "the first list of " + informer->resource().display() + " is not complete";
  }
  return {};
}

std::string ClusterView::denied() {
  for (const kube::InformerBase* informer : all()) {
    const auto error = informer->last_error();
    if (error && error->kind == ErrorKind::Denied) return error->message;
  }
  return {};
}

void ClusterView::on_change(std::function<void(const ports::RolloutKey&)> enqueue) {
  enqueue_ = std::move(enqueue);
  rollouts.on_change([this](const kube::Meta& m, const auto& before, const auto& after) {
    enqueue_({m.key.ns, m.key.name});
    // A claim on a route that begins, or ends, is news for the others on it.
    const bool spoke = !before || !after || after->generation != before->generation;
    if (spoke && before) enqueue_rivals(m.key, *before);
    if (spoke && after) enqueue_rivals(m.key, *after);
  });
  revisions.on_change([this](const kube::Meta& m, const auto& before, const auto& after) {
    enqueue_agent(m.key.ns, (after ? after : before)->view.agent);  // spec.agent never changes
  });
  templates.on_change([this](const kube::Meta& m, const auto&, const auto&) { enqueue_template(m.key); });
  // Each cache is filled by a thread of its own: whichever shows the last change of a pod's start must wake the
  // rollout.
  const auto owners = [this](const kube::Meta& m, const auto& before, const auto& after) {
    if (before) enqueue_labelled(m.key.ns, before->rollout);
    if (after) enqueue_labelled(m.key.ns, after->rollout);
  };
  deployments.on_change(owners);
  bundles.on_change(owners);
  services.on_change(owners);
  services.on_change([this](const kube::Meta& m, const auto&, const auto&) { enqueue_service(m.key); });
  endpoints.on_change(owners);
  pods.on_change(owners);
  routes.on_change([this](const kube::Meta& m, const auto&, const auto&) { enqueue_route(m.key); });
  // The objects of a list wake rollouts before the refusal that it ends is seen to be gone, an empty list none.
  for (kube::InformerBase* informer : all()) informer->on_access_change([this] { enqueue_all(); });
}

void ClusterView::enqueue_all() const {
  rollouts.each([this](const kube::ObjectKey& key, const RolloutObject&) { enqueue_({key.ns, key.name}); });
}

/// An object without the label is nobody's; one whose label changed was somebody's.
void ClusterView::enqueue_labelled(const std::string& ns, const std::string& rollout) const {
  if (!rollout.empty()) enqueue_({ns, rollout});
}

void ClusterView::enqueue_agent(const std::string& ns, const std::string& agent) const {
  for (const auto& [key, rollout] : rollouts_of_agent.find(ns, agent)) enqueue_({ns, key.name});
}

/// Also a Service of somebody else's: who is kept from the name waits for its end.
void ClusterView::enqueue_service(const kube::ObjectKey& service) const {
  for (const auto* index : {&rollouts_of_stable_service, &rollouts_of_canary_service}) {
    for (const auto& [key, rollout] : index->find(service.ns, service.name)) enqueue_({service.ns, key.name});
  }
}

/// Whoever waits for the route that this rollout drove.
void ClusterView::enqueue_rivals(const kube::ObjectKey& rollout, const RolloutObject& spoke) const {
  for (const auto& [key, other] : rollouts_on_route.find(rollout.ns, spoke.spec.traffic.route_name)) {
    if (key.name != rollout.name) enqueue_({rollout.ns, key.name});
  }
}

void ClusterView::enqueue_route(const kube::ObjectKey& route) const {
  for (const auto& [key, rollout] : rollouts_on_route.find(route.ns, route.name)) enqueue_({route.ns, key.name});
}

void ClusterView::enqueue_template(const kube::ObjectKey& name) const {
  for (const auto& [key, rollout] : rollouts_from_template.find(name.ns, name.name)) enqueue_({name.ns, key.name});
}

}  // namespace pawl::adapters

// The operator's copy of the cluster: one informer per kind it reads, each narrowed to what concerns pawl.
// Reading is thread-safe; handlers only enqueue keys.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "adapters/object_index.h"
#include "adapters/objects.h"
#include "base/time.h"
#include "kube/informer.h"
#include "ports/rollout_world.h"

namespace pawl::adapters {

class ClusterView {
 public:
  /// `ns` empty: every namespace.
  ClusterView(std::shared_ptr<kube::Transport> transport, const Clock& clock, std::string ns, std::uint64_t seed);

  kube::Informer<RolloutObject> rollouts;
  kube::Informer<RevisionObject> revisions;
  kube::Informer<TemplateObject> templates;
  kube::Informer<DeploymentObject> deployments;
  kube::Informer<BundleObject> bundles;
  kube::Informer<ServiceObject> services;
  kube::Informer<EndpointsObject> endpoints;
  kube::Informer<PodObject> pods;
  kube::Informer<RouteObject> routes;

  ObjectIndex<RolloutObject> rollouts_of_agent{rollouts, [](const RolloutObject& r) { return r.spec.agent; }};
  ObjectIndex<RolloutObject> rollouts_on_route{rollouts,
                                               [](const RolloutObject& r) { return r.spec.traffic.route_name; }};
  ObjectIndex<RolloutObject> rollouts_of_stable_service{
      rollouts, [](const RolloutObject& r) { return r.spec.traffic.stable_service; }};
  ObjectIndex<RolloutObject> rollouts_of_canary_service{
      rollouts, [](const RolloutObject& r) { return r.spec.traffic.canary_service; }};
  ObjectIndex<RolloutObject> rollouts_from_template{
      rollouts, [](const RolloutObject& r) { return r.spec.delivery.pod_template; }};
  ObjectIndex<RevisionObject> revisions_of_agent{revisions, [](const RevisionObject& r) { return r.view.agent; }};
  ObjectIndex<DeploymentObject> deployments_of_rollout{deployments,
                                                       [](const DeploymentObject& d) { return d.rollout; }};
  ObjectIndex<BundleObject> bundles_of_rollout{bundles, [](const BundleObject& b) { return b.rollout; }};
  ObjectIndex<EndpointsObject> endpoints_of_service{endpoints, [](const EndpointsObject& e) { return e.service; }};
  ObjectIndex<PodObject> pods_of_revision{pods, [](const PodObject& p) { return p.revision_label; }};

  [[nodiscard]] std::vector<kube::InformerBase*> all();
  /// The namespace that is seen; empty: every one.
  [[nodiscard]] const std::string& ns() const { return ns_; }
  [[nodiscard]] bool synced();
  /// Waits until every kind is synced or refused to us. False on stop.
  bool wait_answered(const std::stop_token& stop);
  /// Why the copy is not complete or not kept current; empty if all is well.
  [[nodiscard]] std::string unread();
  /// The first kind that may not be read ("list pods"), empty if every kind may.
  [[nodiscard]] std::string denied();
  /// Calls `enqueue` with every rollout that a change may concern: an object's, or of what we may read. Before the
  /// informers run.
  void on_change(std::function<void(const ports::RolloutKey&)> enqueue);

 private:
  void enqueue_all() const;
  void enqueue_labelled(const std::string& ns, const std::string& rollout) const;
  void enqueue_agent(const std::string& ns, const std::string& agent) const;
  void enqueue_service(const kube::ObjectKey& service) const;
  void enqueue_rivals(const kube::ObjectKey& rollout, const RolloutObject& spoke) const;
  void enqueue_route(const kube::ObjectKey& route) const;
  void enqueue_template(const kube::ObjectKey& name) const;

  std::string ns_;
  std::function<void(const ports::RolloutKey&)> enqueue_;
};

}  // namespace pawl::adapters

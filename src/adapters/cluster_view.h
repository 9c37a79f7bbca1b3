// The operator's copy of the cluster: one informer per kind it reads, each narrowed to what concerns pawl.
// Reading is thread-safe; handlers only enqueue keys.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

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

  [[nodiscard]] std::vector<kube::InformerBase*> all();
  [[nodiscard]] bool synced();
  /// The first kind that may not be read ("list pods"), empty if every kind may.
  [[nodiscard]] std::string denied();
  /// Calls `enqueue` with every rollout that a change may concern. Before the informers run.
  void on_change(std::function<void(const ports::RolloutKey&)> enqueue);

 private:
  void enqueue_agent(const std::string& ns, const std::string& agent) const;
  void enqueue_route(const kube::ObjectKey& route) const;
  void enqueue_template(const kube::ObjectKey& name) const;

  std::function<void(const ports::RolloutKey&)> enqueue_;
};

}  // namespace pawl::adapters

// Names of things on the API server: a kind's resource, and one object of it.
#pragma once

#include <compare>
#include <string>

namespace pawl::kube {

/// A collection's coordinates: group ("" for core), version, plural.
struct Resource {
  std::string group;
  std::string version;
  std::string plural;
  bool namespaced = true;

  auto operator<=>(const Resource&) const = default;
  /// "httproutes.gateway.networking.k8s.io", or "pods" in the core group: as RBAC and messages name it.
  [[nodiscard]] std::string display() const { return group.empty() ? plural : plural + "." + group; }
};

struct ObjectKey {
  std::string ns;  ///< empty for cluster-scoped objects
  std::string name;

  auto operator<=>(const ObjectKey&) const = default;
  [[nodiscard]] std::string display() const { return ns.empty() ? name : ns + "/" + name; }
};

namespace resources {
inline const Resource kAgentRollouts{"pawl.dev", "v1alpha1", "agentrollouts"};
inline const Resource kAgentRevisions{"pawl.dev", "v1alpha1", "agentrevisions"};
inline const Resource kHttpRoutes{"gateway.networking.k8s.io", "v1", "httproutes"};
inline const Resource kDeployments{"apps", "v1", "deployments"};
inline const Resource kServices{"", "v1", "services"};
inline const Resource kConfigMaps{"", "v1", "configmaps"};
inline const Resource kPods{"", "v1", "pods"};
inline const Resource kPodTemplates{"", "v1", "podtemplates"};
inline const Resource kEndpointSlices{"discovery.k8s.io", "v1", "endpointslices"};
inline const Resource kLeases{"coordination.k8s.io", "v1", "leases"};
inline const Resource kEvents{"events.k8s.io", "v1", "events"};
inline const Resource kNodes{"", "v1", "nodes", false};
}  // namespace resources

}  // namespace pawl::kube

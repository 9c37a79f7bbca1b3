#include "node_agent/node.h"

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/log.h"

namespace pawl::node_agent {
namespace {

const std::string kLeaseNamespace = "kube-node-lease";

Json node_object(const NodeFacts& node) {
  return {{"apiVersion", "v1"},
          {"kind", "Node"},
          {"metadata",
           {{"name", node.name}, {"labels", {{"kubernetes.io/hostname", node.name}, {"kubernetes.io/os", "linux"}}}}}};
}

/// Always the same text but for the time since when, so that it is a change only after somebody else's.
Json node_status(const NodeFacts& node, const std::string& since) {
  const Json amounts = {
      {"cpu", std::to_string(std::thread::hardware_concurrency())}, {"memory", "8Gi"}, {"pods", "250"}};
  const Json ready = {{"type", "Ready"},
                      {"status", "True"},
                      {"reason", "AgentReady"},
                      {"message", "the node agent runs pods as processes"},
                      {"lastHeartbeatTime", since},
                      {"lastTransitionTime", since}};
  const Json addresses = {{{"type", "InternalIP"}, {"address", node.host_ip}},
                          {{"type", "Hostname"}, {"address", node.name}}};
  return {
      {"status", {{"capacity", amounts}, {"allocatable", amounts}, {"addresses", addresses}, {"conditions", {ready}}}}};
}

Status renew_lease(const kube::Client& client, const NodeFacts& node, const Clock& clock) {
  const Json spec = {
      {"holderIdentity", node.name}, {"leaseDurationSeconds", 40}, {"renewTime", format_micro_time(clock.wall())}};
  const auto patched = client.patch(kube::resources::kLeases, {kLeaseNamespace, node.name}, {{"spec", spec}}, {});
  if (patched) return {};
  if (patched.error().kind != ErrorKind::NotFound) return fail(patched.error());
  const Json lease = {{"apiVersion", "coordination.k8s.io/v1"},
                      {"kind", "Lease"},
                      {"metadata", {{"name", node.name}, {"namespace", kLeaseNamespace}}},
                      {"spec", spec}};
  const auto made = client.create(kube::resources::kLeases, kLeaseNamespace, lease);
  if (!made) return fail(made.error());
  return {};
}

Status say_ready(const kube::Client& client, const NodeFacts& node, const std::string& since) {
  kube::PatchOptions options;
  options.subresource = "status";
  const auto patched = client.patch(kube::resources::kNodes, {"", node.name}, node_status(node, since), options);
  if (!patched) return fail(patched.error());
  return {};
}

}  // namespace

Status register_node(const kube::Client& client, const NodeFacts& node, const Clock& clock) {
  const auto made = client.create(kube::resources::kNodes, "", node_object(node));
  if (!made && made.error().kind != ErrorKind::Exists) return fail(made.error());
  if (const Status renewed = renew_lease(client, node, clock); !renewed) return renewed;
  return say_ready(client, node, format_rfc3339(clock.wall()));
}

void keep_node_alive(const kube::Client& client, const NodeFacts& node, const Clock& clock, std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  const std::string since = format_rfc3339(clock.wall());
  Duration wait{0};
  while (true) {
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, wait, [] { return false; });
    if (stop.stop_requested()) return;
    wait = std::chrono::seconds(10);
    Status done = renew_lease(client, node, clock);
    if (done) done = say_ready(client, node, since);
    if (done) continue;
    log::warn("the node could not be renewed", {{"error", done.error().message}});
    wait = std::chrono::seconds(1);
  }
}

}  // namespace pawl::node_agent

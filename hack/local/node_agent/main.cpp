// pawl-node-agent: runs the pods of one node of the local cluster as processes.
#include <csignal>
#include <functional>
#include <iostream>
#include <thread>
#include <vector>

#include <pthread.h>

#include <CLI/CLI.hpp>

#include "base/log.h"
#include "base/system_clock.h"
#include "kube/connect.h"
#include "node_agent/agent.h"
#include "node_agent/node.h"

namespace {

using namespace pawl;
using namespace pawl::node_agent;

struct Options {
  std::string kubeconfig;
  std::string pod_cidr = "10.199.1.0/24";
  NodeFacts node{"local", "10.199.0.1", {}, {}, {}};
};

/// "https://host:port" -> host and port, for pods that look for the API server in their environment.
void split_server(const std::string& server, NodeFacts& node) {
  const auto scheme = server.find("://");
  const std::string rest = scheme == std::string::npos ? server : server.substr(scheme + 3);
  const auto colon = rest.rfind(':');
  node.api_host = rest.substr(0, colon);
  node.api_port = colon == std::string::npos ? "443" : rest.substr(colon + 1);
}

ObjectCache cache_of(kube::Transport& transport, const kube::Resource& resource, const Clock& clock, std::uint64_t seed,
                     const std::string& fields = {}) {
  return ObjectCache({transport, resource, {}, {}, fields, clock, seed},
                     [](const Json& object) { return Result<Json>(object); });
}

/// Until the server takes it: right after its start it may lack the lease's namespace.
bool register_until_done(const kube::Client& client, const NodeFacts& node, const Clock& clock,
                         const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const Status done = register_node(client, node, clock);
    if (done) return true;
    log::warn("the node could not be registered", {{"error", done.error().message}});
    std::this_thread::sleep_for(Duration(500));
  }
  return false;
}

int serve(const Options& options, AddressPool& addresses, const std::shared_ptr<kube::Transport>& transport,
          const std::stop_token& stop) {
  const SystemClock clock;
  const kube::Client client(transport);
  const auto seed = static_cast<std::uint64_t>(clock.boot().count());
  const kube::Resource secret_kind{"", "v1", "secrets"};
  ObjectCache config_maps = cache_of(*transport, kube::resources::kConfigMaps, clock, seed);
  ObjectCache secrets = cache_of(*transport, secret_kind, clock, seed + 1);
  ObjectCache pods =
      cache_of(*transport, kube::resources::kPods, clock, seed + 2, "spec.nodeName=" + options.node.name);
  const Sources sources{options.node, client, clock, config_maps, secrets, addresses};
  Agent agent(sources, pods);
  if (!register_until_done(client, options.node, clock, stop)) return 0;
  log::info("node registered", {{"node", options.node.name}});

  std::stop_source done;
  std::vector<std::jthread> threads;
  for (ObjectCache* cache : {&config_maps, &secrets, &pods}) {
    threads.emplace_back([cache, &done] { cache->run(done.get_token()); });
  }
  threads.emplace_back([&] { keep_node_alive(client, options.node, clock, done.get_token()); });
  agent.run(stop);
  done.request_stop();
  return 0;
}

/// Turns SIGTERM and SIGINT into a stop; they must be blocked in every thread.
std::jthread stop_on_signal(std::stop_source& stop) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return std::jthread([set, &stop](const std::stop_token& ended) {
    const timespec pause{0, 100'000'000};
    while (!ended.stop_requested()) {
      if (sigtimedwait(&set, nullptr, &pause) > 0) stop.request_stop();
    }
  });
}

int run(Options options) {
  std::stop_source stop;
  const std::jthread signals = stop_on_signal(stop);
  kube::ConnectionChoice choice;
  choice.kubeconfig = options.kubeconfig;
  auto connection = kube::resolve_connection(choice, kube::process_environment);
  if (connection) split_server(connection->server, options.node);
  auto addresses = AddressPool::make(options.pod_cidr);
  auto transport = kube::connect(choice);
  for (const std::string& problem :
       {connection ? "" : connection.error().message, addresses ? "" : addresses.error().message,
        transport ? "" : transport.error().message}) {
    if (problem.empty()) continue;
    std::cerr << "pawl-node-agent: " << problem << "\n";
    return 2;
  }
  return serve(options, *addresses, *transport, stop.get_token());
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Runs the pods of one node of the local cluster as processes.");
  app.add_option("--kubeconfig", options.kubeconfig, "how to reach the API server")->required();
  app.add_option("--node", options.node.name, "the node's name")->capture_default_str();
  app.add_option("--host-ip", options.node.host_ip, "the node's address, also of pods with hostNetwork")
      ->capture_default_str();
  app.add_option("--pod-cidr", options.pod_cidr, "the range of pod addresses")->capture_default_str();
  app.add_option("--state", options.node.state, "the folder for volumes and logs of pods")->required();
  CLI11_PARSE(app, argc, argv);
  log::configure("pawl-node-agent", log::Level::Info, log::Format::Text);
  return run(std::move(options));
}

// What the workers of pods share: the API server, the caches they read, and the node's own facts.
#pragma once

#include <string>

#include "base/time.h"
#include "kube/client.h"
#include "kube/informer.h"
#include "node_agent/address_pool.h"
#include "node_agent/fields.h"

namespace pawl::node_agent {

using ObjectCache = kube::Informer<Json>;

struct NodeFacts {
  std::string name;
  std::string host_ip;
  std::string state;     ///< folder of everything the agent writes
  std::string api_host;  ///< for KUBERNETES_SERVICE_HOST, as in-cluster clients expect it
  std::string api_port;
};

/// All of it outlives the workers.
struct Sources {
  const NodeFacts& node;
  const kube::Client& client;
  const Clock& clock;
  const ObjectCache& config_maps;
  const ObjectCache& secrets;
  AddressPool& addresses;
};

}  // namespace pawl::node_agent

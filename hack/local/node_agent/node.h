// The Node object and its Lease: what makes the cluster believe that pods can run here.
#pragma once

#include <stop_token>

#include "base/result.h"
#include "node_agent/sources.h"

namespace pawl::node_agent {

/// Makes the Node if it is not there, and says that it is Ready.
Status register_node(const kube::Client& client, const NodeFacts& node, const Clock& clock);

/// Renews both every ten seconds until stop; the node life-cycle controller waits for about 50 s.
void keep_node_alive(const kube::Client& client, const NodeFacts& node, const Clock& clock, std::stop_token stop);

}  // namespace pawl::node_agent

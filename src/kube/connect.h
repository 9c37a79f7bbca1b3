// The three steps from a configuration to a client, for programs that need nothing special.
#pragma once

#include <memory>

#include "kube/client.h"
#include "kube/http_transport.h"
#include "kube/kubeconfig.h"

namespace pawl::kube {

/// Resolves the connection, logs which one it is (never its secrets), and opens a transport to it.
/// No request is made. Give the lease a transport of its own, so that lists cannot starve it.
Result<std::shared_ptr<HttpTransport>> connect(const ConnectionChoice& choice,
                                               const HttpTransportOptions& options = {});

}  // namespace pawl::kube

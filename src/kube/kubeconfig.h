// Finds out which API server to speak to: kubeconfig files or the pod's own service account.
// The environment comes in as a function, so that tests need not change the process's.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "kube/connection.h"

namespace pawl::kube {

/// An environment variable's value; nothing when it is not set.
using Environment = std::function<std::optional<std::string>(const std::string&)>;

struct ConnectionChoice {
  std::string kubeconfig;  ///< explicit path: it must exist
  std::string context;     ///< empty: the configuration's current-context
  /// Where a pod finds its token, ca.crt and namespace.
  std::string service_account_dir = "/var/run/secrets/kubernetes.io/serviceaccount";
};

/// First hit wins: the explicit path, $KUBECONFIG (a ':' list; for each name the first file that defines it),
/// the pod's service account, ~/.kube/config. Invalid, naming the field and the file, for what is contradictory
/// or not supported: exec and auth-provider plugins, impersonation, user name and password, proxies.
Result<Connection> resolve_connection(const ConnectionChoice& choice, const Environment& environment);

/// The process's own environment.
std::optional<std::string> process_environment(const std::string& name);

}  // namespace pawl::kube

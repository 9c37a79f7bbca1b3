#include "kube/connect.h"

#include "base/log.h"

namespace pawl::kube {

Result<std::shared_ptr<HttpTransport>> connect(const ConnectionChoice& choice, const HttpTransportOptions& options) {
  Result<Connection> connection = resolve_connection(choice, process_environment);
  if (!connection) return fail(connection.error());
  log::info("using Kubernetes API server",
            {{"server", connection->server}, {"source", connection->source}, {"user", connection->user_kind}});
  return HttpTransport::make(std::move(*connection), options);
}

}  // namespace pawl::kube

// /metrics, /healthz and /readyz, on the HTTP server that prometheus-cpp brings.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"

namespace pawl::adapters {

struct OpsAnswers {
  std::function<std::string()> metrics;
  /// Why the program is not healthy or ready; empty when it is. Called from the server's threads.
  std::function<std::string()> unhealthy;
  std::function<std::string()> unready;
};

class OpsServer {
 public:
  /// `address`: "host:port"; port 0: any that is free. An Error names the address when it cannot be listened on.
  static Result<std::unique_ptr<OpsServer>> listen(const std::string& address, OpsAnswers answers);
  ~OpsServer();

  /// The port that it listens on.
  [[nodiscard]] int port() const;

 private:
  struct Impl;
  explicit OpsServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace pawl::adapters

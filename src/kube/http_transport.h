// Transport over cpp-httplib: TLS verified by OpenSSL against our CA only, a small pool of kept-alive
// connections for single requests, one connection per stream.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "kube/connection.h"
#include "kube/transport.h"

namespace pawl::kube {

struct HttpTransportOptions {
  std::string user_agent = "pawl";
  std::shared_ptr<const Clock> clock;    ///< null: the machine's
  Duration connect_timeout{5'000};       ///< also of the TLS handshake
  std::size_t max_idle_connections = 4;  ///< longer idle than 60 s, or older than 10 min: closed
  std::size_t max_body_bytes = 64U << 20U;
};

/// Thread-safe. Credentials travel over https only. Ignores SIGPIPE for the process: a lost peer must be
/// an error of one request. `stop` ends a request within about 50 ms, or the connect timeout while connecting.
class HttpTransport final : public Transport {
 public:
  /// Invalid, naming the field, when the URL, the CA, or the client certificate and key cannot be used.
  static Result<std::shared_ptr<HttpTransport>> make(Connection connection, HttpTransportOptions options = {});
  ~HttpTransport() override;
  HttpTransport(const HttpTransport&) = delete;
  HttpTransport& operator=(const HttpTransport&) = delete;

  Result<HttpResponse> unary(const HttpRequest& request, std::stop_token stop) override;
  StreamOutcome stream(const HttpRequest& request, const std::function<bool(std::string_view)>& on_data,
                       const std::function<Duration()>& idle_limit, std::stop_token stop) override;

 private:
  class Impl;
  explicit HttpTransport(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace pawl::kube

// The seam between what we ask of an API server and how bytes travel: cpp-httplib in production
// (http_transport.h), a scripted server or a whole simulated cluster in tests.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace pawl::kube {

enum class Method { Get, Post, Put, Patch, Delete };

/// One plain HTTP request. `path` starts with '/', its query already percent-encoded.
struct HttpRequest {
  Method method = Method::Get;
  std::string path;
  std::string body;
  std::string content_type;  ///< empty when there is no body
  Duration timeout{15'000};
  std::string user_agent_suffix;  ///< "leader-election", a controller's name, or empty
};

struct HttpResponse {
  int status = 0;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
};

/// Why a stream ended. Only a server's own end is Clean.
enum class StreamEnd { Clean, IdleTimeout, Reset, Cancelled, ConnectRefused, HttpError };

struct StreamOutcome {
  StreamEnd end = StreamEnd::Clean;
  HttpResponse error_response;  ///< for HttpError: status, headers and up to 2 KiB of body
  std::string detail;
};

/// Thread-safe. Errors of `unary` are transport errors only (Unavailable: nothing was sent or the method
/// is GET; Unknown: a write whose answer was lost; Cancelled); every HTTP status is a value.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual Result<HttpResponse> unary(const HttpRequest& request, std::stop_token stop) = 0;
  /// Streams the body of a 200 answer to `on_data` until it ends, `on_data` returns false, no byte came for
  /// `idle_limit()` (asked before each wait), or `stop` is requested. The first piece is empty and says that the
  /// request was accepted: the first byte may come minutes later. The others are of any size.
  virtual StreamOutcome stream(const HttpRequest& request, const std::function<bool(std::string_view)>& on_data,
                               const std::function<Duration()>& idle_limit, std::stop_token stop) = 0;
};

}  // namespace pawl::kube

// The only file of this layer that includes the HTTP library.
#include "kube/http_transport.h"

#include <httplib.h>

#include <netinet/tcp.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <utility>

#include "base/random.h"
#include "base/system_clock.h"
#include "kube/call_watchdog.h"
#include "kube/credentials.h"
#include "kube/server_url.h"
#include "kube/tls_material.h"

namespace pawl::kube {
namespace {

using HttpClient = std::unique_ptr<httplib::ClientImpl>;

constexpr BootTime kMaxIdle = std::chrono::seconds{60};
constexpr BootTime kMaxLife = std::chrono::minutes{10};
constexpr std::size_t kMaxErrorBody = 2048;

const char* method_name(Method method) {
  switch (method) {
    case Method::Get:
      return "GET";
    case Method::Post:
      return "POST";
    case Method::Put:
      return "PUT";
    case Method::Patch:
      return "PATCH";
    case Method::Delete:
      return "DELETE";
  }
  return "GET";
}

/// True when the failure happened before a byte of the request left: nothing can have changed.
bool before_sending(httplib::Error error) {
  return error == httplib::Error::Connection || error == httplib::Error::BindIPAddress ||
         error == httplib::Error::SSLConnection || error == httplib::Error::SSLLoadingCerts ||
         error == httplib::Error::SSLServerVerification || error == httplib::Error::ConnectionTimeout;
}

/// HTTP/1.1 has no ping: without these a peer that vanished is noticed after a quarter of an hour.
void detect_dead_peers(socket_t socket) {
  const auto set = [socket](int level, int name, int value) {
    ::setsockopt(socket, level, name, &value, sizeof value);
  };
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, 15);
  set(IPPROTO_TCP, TCP_KEEPINTVL, 5);
  set(IPPROTO_TCP, TCP_KEEPCNT, 3);
  set(IPPROTO_TCP, TCP_USER_TIMEOUT, 30'000);
}

/// The first address of a host, numeric; empty when it has none.
std::string resolve(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0 || found == nullptr) return {};
  std::array<char, NI_MAXHOST> text{};
  const int failed = ::getnameinfo(found->ai_addr, found->ai_addrlen, text.data(), static_cast<socklen_t>(text.size()),
                                   nullptr, 0, NI_NUMERICHOST);
  ::freeaddrinfo(found);
  return failed == 0 ? std::string(text.data()) : std::string{};
}

std::vector<std::pair<std::string, std::string>> lower_case_headers(const httplib::Headers& headers) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& [name, value] : headers) {
    std::string lower = name;
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    out.emplace_back(std::move(lower), value);
  }
  return out;
}

/// What came of one send().
struct Exchange {
  HttpResponse response;  ///< status 0: no head arrived
  httplib::Error error = httplib::Error::Success;
  CallWatchdog::Verdict verdict = CallWatchdog::Verdict::None;
  bool body_refused = false;  ///< the receiver of the body had enough
  std::string detail;

  [[nodiscard]] bool complete() const { return error == httplib::Error::Success; }
};

using BodySink = std::function<bool(int status, std::string_view piece, CallWatchdog& watchdog)>;

/// The blocking call itself. `sink` gets the body in pieces on this thread, an empty one when the head has come.
Exchange run(httplib::ClientImpl& client, httplib::Request request, CallWatchdog& watchdog, const BodySink& sink) {
  Exchange out;
  const auto pass_on = [&](std::string_view piece) {
    if (watchdog.verdict() != CallWatchdog::Verdict::None) return false;
    out.body_refused = !sink(out.response.status, piece, watchdog);
    return !out.body_refused;
  };
  request.response_handler = [&](const httplib::Response& head) {
    out.response.status = head.status;
    out.response.headers = lower_case_headers(head.headers);
    return pass_on({});
  };
  request.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
    return pass_on({data, size});
  };
  take_verify_error();
  httplib::Response answer;
  try {
    if (!client.send(request, answer, out.error) && out.error == httplib::Error::Success) {
      out.error = httplib::Error::Unknown;
    }
    out.detail = httplib::to_string(out.error);
  } catch (const std::exception& problem) {
    out.error = httplib::Error::Unknown;
    out.detail = problem.what();
  }
  out.verdict = watchdog.finish();
  if (const std::string why = take_verify_error(); !why.empty()) out.detail = "certificate refused: " + why;
  return out;
}

}  // namespace

class HttpTransport::Impl {
 public:
  Impl(Connection connection, HttpTransportOptions options, ServerUrl url, TlsMaterial tls)
      : url_(std::move(url)),
        tls_(std::move(tls)),
        tls_name_(connection.tls_server_name),
        verify_(!connection.insecure_skip_tls_verify),
        options_(std::move(options)),
        credentials_(std::move(connection.token), std::move(connection.token_file), options_.clock),
        random_(static_cast<std::uint64_t>(options_.clock->boot().count())) {}

  Result<HttpResponse> unary(const HttpRequest& request, const std::stop_token& stop);
  StreamOutcome stream(const HttpRequest& request, const std::function<bool(std::string_view)>& on_data,
                       const std::function<Duration()>& idle_limit, const std::stop_token& stop);

 private:
  struct Pooled {
    HttpClient client;
    BootTime retire_at;
    BootTime used_at;
  };

  HttpClient connect() const;
  Pooled take();
  void give_back(Pooled pooled);
  /// Credentials never travel in clear text.
  std::string token() { return url_.tls ? credentials_.token() : std::string{}; }
  httplib::Request encode(const HttpRequest& request, const std::string& token) const;
  Result<HttpResponse> unary_once(const HttpRequest& request, const std::string& token, const std::stop_token& stop);
  StreamOutcome stream_once(const HttpRequest& request, const std::string& token,
                            const std::function<bool(std::string_view)>& on_data,
                            const std::function<Duration()>& idle_limit, const std::stop_token& stop);
  Error failure(const HttpRequest& request, const Exchange& exchange) const;

  ServerUrl url_;
  TlsMaterial tls_;
  std::string tls_name_;
  bool verify_;
  HttpTransportOptions options_;
  Credentials credentials_;
  std::mutex mutex_;
  std::vector<Pooled> idle_;  // guarded by mutex_; the most recently used last
  Random random_;             // guarded by mutex_
};

HttpClient HttpTransport::Impl::connect() const {
  HttpClient client;
  if (url_.tls) {
    const std::string& name = tls_name_.empty() ? url_.host : tls_name_;
    auto secure = std::make_unique<httplib::SSLClient>(name, url_.port, tls_.certificate.get(), tls_.key.get());
    if (!tls_name_.empty()) secure->set_hostname_addr_map({{name, url_.is_ip() ? url_.host : resolve(url_.host)}});
    // The library's own verification trusts more than our CA and compares addresses loosely: OpenSSL does it.
    secure->enable_server_certificate_verification(false);
    ServerUrl verified = url_;
    verified.host = name;
    configure_tls(secure->ssl_context(), tls_, name, verified.is_ip(), verify_);
    client = std::move(secure);
  } else {
    client = std::make_unique<httplib::ClientImpl>(url_.host, url_.port);
  }
  client->set_keep_alive(true);
  client->set_tcp_nodelay(true);
  client->set_follow_location(false);
  client->set_decompress(false);
  client->set_url_encode(false);
  client->set_socket_options(detect_dead_peers);
  client->set_connection_timeout(options_.connect_timeout);
  client->set_write_timeout(std::chrono::seconds{10});
  client->set_read_timeout(std::chrono::hours{1});  // the watchdog of each call is the real limit
  return client;
}

HttpTransport::Impl::Pooled HttpTransport::Impl::take() {
  const BootTime now = options_.clock->boot();
  std::vector<Pooled> expired;  // closed after the lock is released
  double jitter = 0;
  {
    const std::scoped_lock lock(mutex_);
    while (!idle_.empty()) {
      Pooled last = std::move(idle_.back());
      idle_.pop_back();
      if (now - last.used_at < kMaxIdle && now < last.retire_at) return last;
      expired.push_back(std::move(last));
    }
    jitter = 0.8 + 0.4 * random_.unit();
  }
  // Retiring connections is the only way to spread over the servers behind one address; not all at once.
  return Pooled{connect(), now + std::chrono::duration_cast<BootTime>(kMaxLife * jitter), now};
}

void HttpTransport::Impl::give_back(Pooled pooled) {
  pooled.used_at = options_.clock->boot();
  const std::scoped_lock lock(mutex_);
  if (idle_.size() < options_.max_idle_connections) idle_.push_back(std::move(pooled));
}

httplib::Request HttpTransport::Impl::encode(const HttpRequest& request, const std::string& token) const {
  httplib::Request out;
  out.method = method_name(request.method);
  out.path = url_.prefix + request.path;
  out.body = request.body;
  out.headers = {{"Host", url_.authority()}, {"Accept", "application/json"}, {"Accept-Encoding", "identity"}};
  const std::string suffix = request.user_agent_suffix.empty() ? "" : "/" + request.user_agent_suffix;
  out.headers.emplace("User-Agent", options_.user_agent + suffix);
  if (!request.content_type.empty()) out.headers.emplace("Content-Type", request.content_type);
  if (!token.empty()) out.headers.emplace("Authorization", "Bearer " + token);
  return out;
}

Error HttpTransport::Impl::failure(const HttpRequest& request, const Exchange& exchange) const {
  Error error;
  const bool harmless = request.method == Method::Get || before_sending(exchange.error);
  error.kind = harmless ? ErrorKind::Unavailable : ErrorKind::Unknown;
  error.message = exchange.detail;
  if (exchange.verdict == CallWatchdog::Verdict::TimedOut) {
    error.message = "no complete answer within " + format_duration(request.timeout);
  } else if (exchange.verdict == CallWatchdog::Verdict::Cancelled) {
    error.message = "stopped while waiting for the answer";
    if (harmless) error.kind = ErrorKind::Cancelled;
  } else if (exchange.body_refused) {
    error.message = "the answer is larger than " + std::to_string(options_.max_body_bytes) + " bytes";
    if (harmless) error.kind = ErrorKind::Malformed;
  }
  return error.during(url_.authority());
}

Result<HttpResponse> HttpTransport::Impl::unary_once(const HttpRequest& request, const std::string& token,
                                                     const std::stop_token& stop) {
  Pooled pooled = take();
  std::string body;
  CallWatchdog watchdog(*options_.clock, request.timeout, stop, [&] { pooled.client->stop(); });
  Exchange exchange =
      run(*pooled.client, encode(request, token), watchdog, [&](int, std::string_view piece, CallWatchdog&) {
        if (body.size() + piece.size() > options_.max_body_bytes) return false;
        body += piece;
        return true;
      });
  if (!exchange.complete()) return fail(failure(request, exchange));
  if (pooled.client->is_socket_open() != 0) give_back(std::move(pooled));
  exchange.response.body = std::move(body);
  return std::move(exchange.response);
}

Result<HttpResponse> HttpTransport::Impl::unary(const HttpRequest& request, const std::stop_token& stop) {
  if (stop.stop_requested()) return fail(ErrorKind::Cancelled, "stopped before sending");
  const std::string used = token();
  Result<HttpResponse> answer = unary_once(request, used, stop);
  // A refused request changed nothing, so even a write may be repeated with a fresh token.
  if (!answer || answer->status != 401 || !url_.tls || !credentials_.refresh(used)) return answer;
  return unary_once(request, token(), stop);
}

StreamOutcome HttpTransport::Impl::stream_once(const HttpRequest& request, const std::string& token,
                                               const std::function<bool(std::string_view)>& on_data,
                                               const std::function<Duration()>& idle_limit,
                                               const std::stop_token& stop) {
  const HttpClient client = connect();
  std::string error_body;
  CallWatchdog watchdog(*options_.clock, idle_limit(), stop, [&] { client->stop(); });
  Exchange exchange =
      run(*client, encode(request, token), watchdog, [&](int status, std::string_view piece, CallWatchdog& timer) {
        if (status != 200) {
          error_body += piece.substr(0, kMaxErrorBody - error_body.size());
          return error_body.size() < kMaxErrorBody;
        }
        // While the consumer works no byte is awaited, so its time must not count as silence.
        timer.restart(std::chrono::hours{1});
        const bool more = on_data(piece);
        timer.restart(idle_limit());
        return more;
      });
  StreamOutcome out;
  out.detail = exchange.detail;
  if (exchange.verdict == CallWatchdog::Verdict::Cancelled) {
    out.end = StreamEnd::Cancelled;
  } else if (exchange.response.status != 0 && exchange.response.status != 200) {
    out.end = StreamEnd::HttpError;
    out.error_response = std::move(exchange.response);
    out.error_response.body = std::move(error_body);
  } else if (exchange.verdict == CallWatchdog::Verdict::TimedOut) {
    out.end = StreamEnd::IdleTimeout;
  } else if (exchange.complete()) {
    out.end = StreamEnd::Clean;
  } else if (exchange.body_refused) {
    out.end = StreamEnd::Cancelled;
  } else {
    out.end = before_sending(exchange.error) ? StreamEnd::ConnectRefused : StreamEnd::Reset;
  }
  return out;
}

StreamOutcome HttpTransport::Impl::stream(const HttpRequest& request,
                                          const std::function<bool(std::string_view)>& on_data,
                                          const std::function<Duration()>& idle_limit, const std::stop_token& stop) {
  if (stop.stop_requested()) return {StreamEnd::Cancelled, {}, "stopped before sending"};
  const std::string used = token();
  StreamOutcome outcome = stream_once(request, used, on_data, idle_limit, stop);
  const bool refused = outcome.end == StreamEnd::HttpError && outcome.error_response.status == 401;
  if (!refused || !url_.tls || !credentials_.refresh(used)) return outcome;
  return stream_once(request, token(), on_data, idle_limit, stop);
}

Result<std::shared_ptr<HttpTransport>> HttpTransport::make(Connection connection, HttpTransportOptions options) {
  auto url = parse_server_url(connection.server);
  if (!url) return fail(url.error());
  auto tls = load_tls_material(connection);
  if (!tls) return fail(tls.error());
  if (!options.clock) options.clock = std::make_shared<SystemClock>();
  std::signal(SIGPIPE, SIG_IGN);
  return std::shared_ptr<HttpTransport>(new HttpTransport(
      std::make_unique<Impl>(std::move(connection), std::move(options), std::move(*url), std::move(*tls))));
}

HttpTransport::HttpTransport(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpTransport::~HttpTransport() = default;

Result<HttpResponse> HttpTransport::unary(const HttpRequest& request, std::stop_token stop) {
  return impl_->unary(request, stop);
}

StreamOutcome HttpTransport::stream(const HttpRequest& request, const std::function<bool(std::string_view)>& on_data,
                                    const std::function<Duration()>& idle_limit, std::stop_token stop) {
  return impl_->stream(request, on_data, idle_limit, stop);
}

}  // namespace pawl::kube

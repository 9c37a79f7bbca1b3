#include "prometheus/query.h"

#include <httplib.h>

#include <chrono>
#include <string_view>
#include <utility>

#include "prometheus/decode.h"

namespace pawl::prometheus {
namespace {

constexpr std::string_view kPatternSigns = R"(\.+*?()|[]{}^$)";

constexpr const char* kScheme = "http://";

// Seconds with milliseconds, without going through floating point.
std::string unix_seconds(Instant at) {
  const auto ms = at.time_since_epoch().count();
  std::string part = std::to_string(ms % 1000 + 1000).substr(1);
  return std::to_string(ms / 1000) + "." + part;
}

Error failed(ErrorKind kind, const std::string& address, const std::string& what, int status = 0) {
  Error error;
  error.kind = kind;
  error.message = "Prometheus at " + address + ": " + what;
  error.http_status = status;
  return error;
}

struct Answer {
  int status = 0;
  std::string type;
  std::string body;
  bool too_large = false;
  bool too_slow = false;
};

// Prometheus explains a refused query (400, 422) and an aborted one (503) in JSON; a proxy in between answers in HTML.
Result<std::vector<domain::Series>> understand(const Answer& answer, const std::string& address) {
  const bool json = answer.type.find("json") != std::string::npos;
  const std::string status = "HTTP " + std::to_string(answer.status);
  if (answer.status == 401 || answer.status == 403) {
    return fail(failed(ErrorKind::Denied, address, "access denied, " + status, answer.status));
  }
  if (answer.status >= 300 && answer.status < 400) {
    return fail(failed(ErrorKind::Malformed, address, "redirects (" + status + ") are not followed", answer.status));
  }
  if (answer.status != 200 && !json) {
    const ErrorKind kind = answer.status >= 500 || answer.status == 429 ? ErrorKind::Unavailable : ErrorKind::Malformed;
    return fail(failed(kind, address, "unexpected answer, " + status, answer.status));
  }
  Result<std::vector<domain::Series>> decoded = decode_matrix(answer.body, "Prometheus at " + address);
  if (!decoded) {
    Error error = decoded.error();
    error.http_status = answer.status;
    if (answer.status >= 500) error.kind = ErrorKind::Unavailable;
    return fail(std::move(error));
  }
  if (answer.status != 200) {
    return fail(failed(ErrorKind::Malformed, address, "success in a failed answer, " + status, answer.status));
  }
  return decoded;
}

}  // namespace

std::string literal(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    c == '\n' ? out += "\\n" : out += c;
  }
  return out + "\"";
}

std::string one_of(const std::vector<std::string>& values) {
  std::string pattern;
  for (const std::string& value : values) {
    if (&value != &values.front()) pattern += '|';
    for (const char c : value) {
      if (kPatternSigns.find(c) != std::string_view::npos) pattern += '\\';
      pattern += c;
    }
  }
  return literal(pattern);
}

PrometheusClient::PrometheusClient(std::string address, Duration timeout)
    : address_(std::move(address)), timeout_(timeout) {
  host_ = address_;
  const std::size_t begin = host_.starts_with(kScheme) ? std::string(kScheme).size() : 0;
  const std::size_t slash = host_.find('/', begin);
  if (slash == std::string::npos) return;
  prefix_ = host_.substr(slash);
  host_.resize(slash);
  while (prefix_.ends_with('/')) prefix_.pop_back();
}

Result<std::vector<domain::Series>> PrometheusClient::raw_samples(std::string selector_with_range, Instant at,
                                                                  std::stop_token stop) {
  if (stop.stop_requested()) return fail(failed(ErrorKind::Cancelled, address_, "stopped before asking"));
  if (!host_.starts_with(kScheme)) {
    return fail(failed(ErrorKind::Invalid, address_, "the address must begin with http://"));
  }
  httplib::Client client(host_);
  client.set_connection_timeout(timeout_);
  client.set_read_timeout(timeout_);
  client.set_write_timeout(timeout_);
  client.set_follow_location(false);
  const std::stop_callback interrupt(stop, [&client] { client.stop(); });

  Answer answer;
  httplib::Request request;
  request.method = "POST";
  request.path = prefix_ + "/api/v1/query";
  request.set_header("Content-Type", "application/x-www-form-urlencoded");
  request.body = httplib::detail::params_to_query_str({{"query", selector_with_range}, {"time", unix_seconds(at)}});
  const Duration limit = 2 * timeout_;
  const auto deadline = std::chrono::steady_clock::now() + limit;
  request.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
    answer.too_large = answer.body.size() + size > kLargestAnswer;
    answer.too_slow = std::chrono::steady_clock::now() > deadline;
    if (!answer.too_large) answer.body.append(data, size);
    return !answer.too_large && !answer.too_slow && !stop.stop_requested();
  };
  const httplib::Result result = client.send(request);
  if (stop.stop_requested()) return fail(failed(ErrorKind::Cancelled, address_, "stopped while asking"));
  if (answer.too_large) return fail(failed(ErrorKind::Malformed, address_, "the answer is larger than 32 MiB"));
  if (answer.too_slow) {
    return fail(failed(ErrorKind::Unavailable, address_, "no whole answer within " + format_duration(limit)));
  }
  if (!result) return fail(failed(ErrorKind::Unavailable, address_, httplib::to_string(result.error())));
  answer.status = result->status;
  answer.type = result->get_header_value("Content-Type");
  return understand(answer, address_);
}

}  // namespace pawl::prometheus

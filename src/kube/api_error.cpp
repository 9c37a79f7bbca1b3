#include "kube/api_error.h"

#include <charconv>

#include <nlohmann/json.hpp>

#include "json/lookup.h"

namespace pawl::kube {
namespace {

using Json = nlohmann::json;

std::string capped(std::string text) {
  if (text.size() <= kMaxErrorText) return text;
  std::size_t end = kMaxErrorText;
  // Never cut inside a UTF-8 character: the text ends up in JSON.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return text;
}

bool has_cause(const Json& status, std::string_view reason) {
  const auto details = status.find("details");
  if (details == status.end() || !details->is_object()) return false;
  const auto causes = details->find("causes");
  if (causes == details->end() || !causes->is_array()) return false;
  for (const Json& cause : *causes) {
    if (cause.is_object() && json::text_at(cause, "reason") == reason) return true;
  }
  return false;
}

std::optional<Duration> retry_in_details(const Json& status) {
  const auto details = status.find("details");
  if (details == status.end() || !details->is_object()) return std::nullopt;
  const auto seconds = details->find("retryAfterSeconds");
  if (seconds == details->end() || !seconds->is_number_integer() || seconds->get<long>() <= 0) return std::nullopt;
  return std::chrono::seconds{seconds->get<long>()};
}

/// Only the numeric form: the API server never sends a date.
std::optional<Duration> retry_in_headers(const HttpResponse& response) {
  for (const auto& [name, value] : response.headers) {
    if (name != "retry-after") continue;
    long seconds = 0;
    const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), seconds);
    if (problem == std::errc{} && end == value.data() + value.size() && seconds > 0 && seconds <= 86'400) {
      return std::chrono::seconds{seconds};
    }
  }
  return std::nullopt;
}

ErrorKind kind_of_status(int code, std::string_view reason, Access access) {
  switch (code) {
    case 401:
    case 403:
      return ErrorKind::Denied;
    case 404:
      return ErrorKind::NotFound;
    case 409:
      return reason == "AlreadyExists" ? ErrorKind::Exists : ErrorKind::Conflict;
    case 410:
      return ErrorKind::Gone;
    case 429:
      return ErrorKind::RateLimited;
    default:
      break;
  }
  if (reason == "Expired") return ErrorKind::Gone;
  if (code >= 400 && code < 500) return ErrorKind::Invalid;
  if (code >= 500 && code < 600) return access == Access::Write ? ErrorKind::Unknown : ErrorKind::Unavailable;
  return ErrorKind::Malformed;  // a redirect or another answer this API never gives
}

/// A proxy's page may be in any encoding, and the text ends up in JSON: what is not plain ASCII is replaced.
std::string as_ascii(std::string text) {
  for (char& c : text) {
    if ((c < ' ' || c > '~') && c != '\n') c = '?';
  }
  return text;
}

Error text_error(const HttpResponse& response, Access access) {
  Error error;
  error.http_status = response.status;
  error.kind = kind_of_status(response.status, {}, access);
  // A Status speaks of an object; plain text "404 page not found" means the whole kind is unknown.
  if (response.status == 404) error.kind = ErrorKind::NotServed;
  error.message = "HTTP " + std::to_string(response.status);
  if (!response.body.empty()) error.message += ": " + as_ascii(capped(response.body));
  return error;
}

}  // namespace

Error status_error(const Json& status, Access access, int fallback_code) {
  Error error;
  if (!status.is_object()) {
    error.kind = ErrorKind::Malformed;
    error.message = "the server sent an error that is not a Status";
    return error;
  }
  const auto code = status.find("code");
  error.http_status = code != status.end() && code->is_number_integer() ? code->get<int>() : fallback_code;
  error.reason = json::text_at(status, "reason");
  // Servers before 1.18 gave the words without the cause.
  const bool too_large = has_cause(status, "ResourceVersionTooLarge") ||
                         json::text_at(status, "message").find("Too large resource version") != std::string::npos;
  if (too_large) error.reason = "ResourceVersionTooLarge";
  error.kind = kind_of_status(error.http_status, error.reason, access);
  error.message = capped(json::text_at(status, "message"));
  if (error.message.empty()) error.message = "HTTP " + std::to_string(error.http_status) + " " + error.reason;
  error.retry_after = retry_in_details(status);
  if (error.kind == ErrorKind::NotFound &&
      error.message.find("could not find the requested resource") != std::string::npos) {
    error.kind = ErrorKind::NotServed;
  }
  return error;
}

Error api_error(const HttpResponse& response, Access access) {
  const Json body = Json::parse(response.body, nullptr, /*allow_exceptions=*/false);
  const bool is_status = body.is_object() && json::text_at(body, "kind") == "Status";
  Error error = is_status ? status_error(body, access, response.status) : text_error(response, access);
  error.http_status = response.status;
  if (const auto wish = retry_in_headers(response)) error.retry_after = wish;
  return error;
}

}  // namespace pawl::kube

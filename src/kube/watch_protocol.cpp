#include "kube/watch_protocol.h"

#include <charconv>
#include <utility>

#include <nlohmann/json.hpp>

namespace pawl::kube {

namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxMessage = 2048;

std::string encoded(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  static constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
  std::string out;
  for (const char c : text) {
    if (kPlain.find(c) != std::string_view::npos) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[byte >> 4U];
    out += kHex[byte & 15U];
  }
  return out;
}

void add_query(std::string& path, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  path += path.find('?') == std::string::npos ? '?' : '&';
  path += name;
  path += '=';
  path += encoded(value);
}

std::string collection_path(const Collection& c) {
  std::string path = c.resource.group.empty() ? "/api/" : "/apis/" + encoded(c.resource.group) + "/";
  path += encoded(c.resource.version);
  if (c.resource.namespaced && !c.ns.empty()) path += "/namespaces/" + encoded(c.ns);
  path += "/" + encoded(c.resource.plural);
  add_query(path, "labelSelector", c.label_selector);
  add_query(path, "fieldSelector", c.field_selector);
  return path;
}

/// At most `kMaxMessage` bytes, and no character cut in two: messages end up in JSON.
std::string shortened(std::string text) {
  if (text.size() <= kMaxMessage) return text;
  std::size_t end = kMaxMessage;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return text;
}

/// A proxy's page may be in any encoding: what is not plain ASCII is replaced.
std::string as_ascii(std::string_view text) {
  std::string out(text.substr(0, kMaxMessage));
  for (char& c : out) {
    const bool plain = (c >= ' ' && c <= '~') || c == '\n';
    if (!plain) c = '?';
  }
  return out;
}

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

std::string text_at(const Json& object, const char* name) {
  const auto it = object.find(name);
  return it != object.end() && it->is_string() ? it->get<std::string>() : std::string{};
}

int int_at(const Json& object, const char* name) {
  const auto it = object.find(name);
  return it != object.end() && it->is_number_integer() ? it->get<int>() : 0;
}

bool has_too_large_cause(const Json& details) {
  const auto causes = details.find("causes");
  if (causes == details.end() || !causes->is_array()) return false;
  for (const Json& cause : *causes) {
    if (cause.is_object() && text_at(cause, "reason") == "ResourceVersionTooLarge") return true;
  }
  return false;
}

ErrorKind kind_of(const Refusal& refusal) {
  if (refusal.expired()) return ErrorKind::Gone;
  switch (refusal.code) {
    case 401:
    case 403: return ErrorKind::Denied;
    case 404: return ErrorKind::NotServed;  // a collection that is served answers a list, be it empty
    case 429: return ErrorKind::RateLimited;
    case 400:
    case 405:
    case 406:
    case 422: return ErrorKind::Invalid;
    default: return ErrorKind::Unavailable;
  }
}

}  // namespace

std::string list_path(const Collection& collection, std::string_view resource_version, int limit,
                      std::string_view continue_token) {
  std::string path = collection_path(collection);
  if (limit > 0) add_query(path, "limit", std::to_string(limit));
  add_query(path, "continue", continue_token);
  add_query(path, "resourceVersion", resource_version);
  return path;
}

std::string watch_path(const Collection& collection, std::string_view resource_version, std::chrono::seconds timeout) {
  std::string path = collection_path(collection);
  add_query(path, "watch", "1");
  add_query(path, "allowWatchBookmarks", "true");
  add_query(path, "timeoutSeconds", std::to_string(timeout.count()));
  add_query(path, "resourceVersion", resource_version);
  return path;
}

std::string probe_path(const Collection& collection, std::string_view resource_version) {
  std::string path = collection_path(collection);
  add_query(path, "limit", "1");
  add_query(path, "resourceVersionMatch", "NotOlderThan");
  add_query(path, "resourceVersion", resource_version);
  return path;
}

Refusal read_refusal(const Json& status) {
  Refusal out;
  if (!status.is_object() || text_at(status, "kind") != "Status") return out;
  out.is_status = true;
  out.code = int_at(status, "code");
  out.reason = text_at(status, "reason");
  out.message = shortened(text_at(status, "message"));
  const auto details = status.find("details");
  if (details != status.end() && details->is_object()) {
    if (const int seconds = int_at(*details, "retryAfterSeconds"); seconds > 0) out.retry_after = std::chrono::seconds{seconds};
    out.too_large = has_too_large_cause(*details);
  }
  // Servers before 1.18 gave no cause.
  if (out.message.find("Too large resource version") != std::string::npos) out.too_large = true;
  return out;
}

Refusal read_refusal(const HttpResponse& response) {
  Refusal out = read_refusal(Json::parse(response.body, nullptr, false));
  out.code = response.status;
  if (!out.is_status) out.message = as_ascii(response.body);
  for (const auto& [name, value] : response.headers) {
    if (name != "retry-after") continue;
    if (const auto seconds = number(value)) out.retry_after = std::chrono::seconds{*seconds};
  }
  return out;
}

Error refusal_error(const Refusal& refusal, std::string_view verb, const Collection& collection) {
  Error error;
  error.kind = kind_of(refusal);
  error.http_status = refusal.code;
  error.reason = refusal.reason;
  error.retry_after = refusal.retry_after;
  error.message = "cannot " + std::string(verb) + " " + collection.resource.display();
  if (!collection.ns.empty()) error.message += " in namespace " + collection.ns;
  error.message += ": HTTP " + std::to_string(refusal.code) + ": " + refusal.message;
  return error;
}

}  // namespace pawl::kube

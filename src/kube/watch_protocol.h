// What a reflector says to an API server and how it reads the refusals. Pure functions.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "base/error.h"
#include "kube/resource.h"
#include "kube/transport.h"

namespace pawl::kube {

inline constexpr int kPageSize = 500;

/// The collection that is read.
struct Collection {
  Resource resource;
  std::string ns;  ///< empty: all namespaces
  std::string label_selector;
  std::string field_selector;
  int page_size = kPageSize;  ///< objects in one answer
};

/// `limit` 0: everything in one answer. With `continue_token` the version must be empty.
std::string list_path(const Collection& collection, std::string_view resource_version, int limit,
                      std::string_view continue_token);
std::string watch_path(const Collection& collection, std::string_view resource_version, std::chrono::seconds timeout);
/// Asks only whether the server has reached `resource_version`.
std::string probe_path(const Collection& collection, std::string_view resource_version);

/// A refusal, from an HTTP answer or from an ERROR event.
struct Refusal {
  int code = 0;
  std::string reason;
  std::string message;
  std::optional<Duration> retry_after;
  bool is_status = false;  ///< false: the body was no Status object (a proxy's text, "404 page not found")
  bool too_large = false;  ///< this server has not reached the version asked for
  [[nodiscard]] bool expired() const { return code == 410 || reason == "Expired" || reason == "Gone"; }
};

Refusal read_refusal(const HttpResponse& response);
Refusal read_refusal(const nlohmann::json& status);

/// As an Error that names verb and resource, so that a person can grant what is missing.
Error refusal_error(const Refusal& refusal, std::string_view verb, const Collection& collection);

}  // namespace pawl::kube

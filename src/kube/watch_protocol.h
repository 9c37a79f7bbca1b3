// What a reflector asks of one collection, and how it reads the refusals. Pure functions.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/error.h"
#include "kube/resource.h"

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

/// Our place in the server's history is gone: list again.
inline bool expired(const Error& refusal) { return refusal.kind == ErrorKind::Gone; }
/// This server has not reached the version asked for.
inline bool too_large(const Error& refusal) { return refusal.reason == "ResourceVersionTooLarge"; }

/// The refusal with verb and resource in its message, so that a person can grant what is missing.
Error refused(const Error& refusal, std::string_view verb, const Collection& collection);

}  // namespace pawl::kube

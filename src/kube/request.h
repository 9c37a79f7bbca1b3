// Builds request paths and queries. Pure: strings in, strings out; tested as strings.
#pragma once

#include <string>
#include <string_view>

#include "kube/client.h"
#include "kube/resource.h"

namespace pawl::kube {

/// RFC 3986: everything but letters, digits and "-._~" becomes %XX. Selectors are full of '=' and ','.
std::string percent_encode(std::string_view text);

/// Collects `name=value` pairs; values are encoded, pairs with an empty value are left out.
class Query {
 public:
  Query& add(std::string_view name, std::string_view value);
  /// "?a=b&c=d", or "" when nothing was added.
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// "/apis/apps/v1/namespaces/a/deployments"; `ns` empty means all namespaces (or a cluster-scoped kind).
std::string collection_path(const Resource& resource, const std::string& ns);
/// The path of one object, with "/status" or the like when `subresource` is not empty.
std::string object_path(const Resource& resource, const ObjectKey& key, const std::string& subresource = {});

/// Path and query of one page. With a continue token the resource version is left out: the token carries it.
std::string list_path(const Resource& resource, const ListOptions& options);

/// Query of a patch: field manager and force.
std::string patch_query(const PatchOptions& options);
/// The Content-Type that names the patch's language.
std::string patch_content_type(PatchType type);

}  // namespace pawl::kube

#include "kube/request.h"

namespace pawl::kube {
namespace {

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

}  // namespace

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[byte >> 4U];
    out += kHex[byte & 0xFU];
  }
  return out;
}

Query& Query::add(std::string_view name, std::string_view value) {
  if (value.empty()) return *this;
  text_ += text_.empty() ? '?' : '&';
  text_ += name;
  text_ += '=';
  text_ += percent_encode(value);
  return *this;
}

std::string collection_path(const Resource& resource, const std::string& ns) {
  std::string path = resource.group.empty() ? "/api/" : "/apis/" + percent_encode(resource.group) + "/";
  path += percent_encode(resource.version);
  if (resource.namespaced && !ns.empty()) path += "/namespaces/" + percent_encode(ns);
  return path + "/" + percent_encode(resource.plural);
}

std::string object_path(const Resource& resource, const ObjectKey& key, const std::string& subresource) {
  std::string path = collection_path(resource, key.ns) + "/" + percent_encode(key.name);
  if (!subresource.empty()) path += "/" + percent_encode(subresource);
  return path;
}

std::string list_path(const Resource& resource, const ListOptions& options) {
  Query query;
  query.add("labelSelector", options.label_selector).add("fieldSelector", options.field_selector);
  if (options.limit > 0) query.add("limit", std::to_string(options.limit));
  if (!options.continue_token.empty()) {
    query.add("continue", options.continue_token);
  } else if (!options.resource_version.empty()) {
    // Without a match rule the server reads "limit + version" as Exact, which is soon compacted.
    query.add("resourceVersion", options.resource_version).add("resourceVersionMatch", "NotOlderThan");
  }
  return collection_path(resource, options.ns) + query.text();
}

std::string patch_query(const PatchOptions& options) {
  Query query;
  query.add("fieldManager", options.field_manager);
  if (options.type == PatchType::Apply && options.force) query.add("force", "true");
  return query.text();
}

std::string patch_content_type(PatchType type) {
  switch (type) {
    case PatchType::Json:
      return "application/json-patch+json";
    case PatchType::Merge:
      return "application/merge-patch+json";
    case PatchType::Apply:
      return "application/apply-patch+yaml";  // JSON is valid YAML
  }
  return {};
}

}  // namespace pawl::kube

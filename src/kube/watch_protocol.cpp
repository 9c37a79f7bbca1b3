#include "kube/watch_protocol.h"

#include "kube/request.h"

namespace pawl::kube {
namespace {

Query selected(const Collection& collection) {
  Query query;
  query.add("labelSelector", collection.label_selector).add("fieldSelector", collection.field_selector);
  return query;
}

std::string path_of(const Collection& collection, const Query& query) {
  return collection_path(collection.resource, collection.ns) + query.text();
}

}  // namespace

std::string list_path(const Collection& collection, std::string_view resource_version, int limit,
                      std::string_view continue_token) {
  Query query = selected(collection);
  if (limit > 0) query.add("limit", std::to_string(limit));
  query.add("continue", continue_token).add("resourceVersion", resource_version);
  return path_of(collection, query);
}

std::string watch_path(const Collection& collection, std::string_view resource_version, std::chrono::seconds timeout) {
  Query query = selected(collection);
  query.add("watch", "1")
      .add("allowWatchBookmarks", "true")
      .add("timeoutSeconds", std::to_string(timeout.count()))
      .add("resourceVersion", resource_version);
  return path_of(collection, query);
}

std::string probe_path(const Collection& collection, std::string_view resource_version) {
  Query query = selected(collection);
  query.add("limit", "1").add("resourceVersionMatch", "NotOlderThan").add("resourceVersion", resource_version);
  return path_of(collection, query);
}

Error refused(const Error& refusal, std::string_view verb, const Collection& collection) {
  std::string what = "cannot " + std::string(verb) + " " + collection.resource.display();
  if (!collection.ns.empty()) what += " in namespace " + collection.ns;
  if (!refusal.message.starts_with("HTTP ")) what += ": HTTP " + std::to_string(refusal.http_status);
  Error error = refusal.during(what);
  // A collection that is served answers a list, be it empty.
  if (error.kind == ErrorKind::NotFound) error.kind = ErrorKind::NotServed;
  return error;
}

}  // namespace pawl::kube

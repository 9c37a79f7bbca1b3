#include "kube/client.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "json/lookup.h"
#include "kube/api_error.h"
#include "kube/request.h"
#include "runtime/pause.h"

namespace pawl::kube {
namespace {

constexpr int kReadTries = 3;
constexpr Duration kFirstPause{100};
constexpr Duration kUnaryTimeout{15'000};
constexpr Duration kListTimeout{60'000};

bool is_success(const HttpResponse& response) { return response.status >= 200 && response.status < 300; }

Result<Json> parse_object(const HttpResponse& response) {
  Json body = Json::parse(response.body, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object()) return fail(ErrorKind::Malformed, "the answer is not a JSON object");
  return body;
}

Result<ListPage> parse_page(const HttpResponse& response) {
  Result<Json> body = parse_object(response);
  if (!body) return fail(body.error());
  ListPage page;
  const auto metadata = body->find("metadata");
  if (metadata == body->end() || !metadata->is_object()) return fail(ErrorKind::Malformed, "the list has no metadata");
  page.resource_version = json::text_at(*metadata, "resourceVersion");
  page.continue_token = json::text_at(*metadata, "continue");
  const auto items = body->find("items");
  if (items == body->end()) return fail(ErrorKind::Malformed, "the list has no items");
  if (items->is_null()) return page;  // Go writes an empty slice as null
  if (!items->is_array()) return fail(ErrorKind::Malformed, "the items of the list are not an array");
  page.items = std::move(items->get_ref<Json::array_t&>());
  return page;
}

/// `dump` that cannot throw: text that is not UTF-8 is replaced, and the server then judges it.
std::string dump(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

HttpRequest request_of(Method method, std::string path) {
  HttpRequest request;
  request.method = method;
  request.path = std::move(path);
  request.timeout = kUnaryTimeout;
  return request;
}

HttpRequest request_with(Method method, std::string path, const Json& body,
                         std::string content_type = "application/json") {
  HttpRequest request = request_of(method, std::move(path));
  request.body = dump(body);
  request.content_type = std::move(content_type);
  return request;
}

std::string doing(const char* verb, const Resource& resource, const ObjectKey& key) {
  const std::string name = key.display();
  return std::string(verb) + " " + resource.display() + (name.empty() ? "" : " " + name);
}

}  // namespace

Client::Client(std::shared_ptr<Transport> transport, std::shared_ptr<const WriteGate> gate)
    : transport_(std::move(transport)), gate_(std::move(gate)) {}

Result<HttpResponse> Client::exchange(const HttpRequest& request, const char* verb, const Resource& resource,
                                      const std::stop_token& stop) const {
  const auto began = std::chrono::steady_clock::now();
  Result<HttpResponse> answer = transport_->unary(request, stop);
  if (observer_) {
    observer_(CallRecord{verb, resource.plural, answer ? answer->status : 0, std::chrono::steady_clock::now() - began});
  }
  return answer;
}

Result<HttpResponse> Client::read(HttpRequest request, const char* verb, const Resource& resource,
                                  std::stop_token stop) const {
  Duration wait = kFirstPause;
  for (int attempt = 1;; ++attempt) {
    Result<HttpResponse> answer = exchange(request, verb, resource, stop);
    if (answer) return is_success(*answer) ? std::move(answer) : fail(api_error(*answer, Access::Read));
    // Only lost connections are tried again here; waiting for a busy server is the work queue's job.
    if (answer.error().kind != ErrorKind::Unavailable || attempt == kReadTries) return answer;
    if (!runtime::pause(wait, stop)) return fail(ErrorKind::Cancelled, "stopped while waiting to try again");
    wait *= 2;
  }
}

Result<Json> Client::write(HttpRequest request, const char* verb, const Resource& resource) const {
  if (gate_) {
    if (!gate_->open()) return fail(ErrorKind::Cancelled, "refused: this process does not hold the lease");
    if (const auto left = gate_->remaining()) request.timeout = std::min(request.timeout, *left);
    if (request.timeout <= Duration{0}) return fail(ErrorKind::Cancelled, "refused: the lease is about to expire");
  }
  const Result<HttpResponse> answer = exchange(request, verb, resource, {});
  if (!answer) return fail(answer.error());
  if (!is_success(*answer)) return fail(api_error(*answer, Access::Write));
  Result<Json> body = parse_object(*answer);
  // The write happened; what it made of the object must be read.
  if (!body) return fail(ErrorKind::Unknown, "the write was accepted, but " + body.error().message);
  return body;
}

Result<Json> Client::get(const Resource& resource, const ObjectKey& key, std::stop_token stop) const {
  const std::string what = doing("getting", resource, key);
  const auto answer = read(request_of(Method::Get, object_path(resource, key)), "get", resource, std::move(stop));
  if (!answer) return fail(answer.error().during(what));
  Result<Json> object = parse_object(*answer);
  if (!object) return fail(object.error().during(what));
  return object;
}

Result<ListPage> Client::list(const Resource& resource, const ListOptions& options, std::stop_token stop) const {
  const std::string what = doing("listing", resource, ObjectKey{options.ns, {}});
  HttpRequest request = request_of(Method::Get, list_path(resource, options));
  request.timeout = kListTimeout;
  const auto answer = read(std::move(request), "list", resource, std::move(stop));
  if (!answer) return fail(answer.error().during(what));
  Result<ListPage> page = parse_page(*answer);
  if (!page) return fail(page.error().during(what));
  return page;
}

Result<Json> Client::create(const Resource& resource, const std::string& ns, const Json& object,
                            const std::string& subresource, const std::string& name) const {
  const std::string path =
      subresource.empty() ? collection_path(resource, ns) : object_path(resource, {ns, name}, subresource);
  Result<Json> made = write(request_with(Method::Post, path, object), "create", resource);
  if (!made) return fail(made.error().during(doing("creating", resource, {ns, name})));
  return made;
}

Result<Json> Client::replace(const Resource& resource, const ObjectKey& key, const Json& object,
                             const std::string& subresource) const {
  Result<Json> made =
      write(request_with(Method::Put, object_path(resource, key, subresource), object), "update", resource);
  if (!made) return fail(made.error().during(doing("replacing", resource, key)));
  return made;
}

Result<Json> Client::patch(const Resource& resource, const ObjectKey& key, const Json& patch,
                           const PatchOptions& options) const {
  const std::string what = doing("patching", resource, key);
  if (options.type == PatchType::Apply && options.field_manager.empty()) {
    return fail(Error{ErrorKind::Invalid, "an apply needs a field manager", {}, 0, {}}.during(what));
  }
  const std::string path = object_path(resource, key, options.subresource) + patch_query(options);
  Result<Json> made =
      write(request_with(Method::Patch, path, patch, patch_content_type(options.type)), "patch", resource);
  if (!made) return fail(made.error().during(what));
  return made;
}

Status Client::remove(const Resource& resource, const ObjectKey& key, const std::string& uid) const {
  Json options = {{"kind", "DeleteOptions"}, {"apiVersion", "v1"}, {"propagationPolicy", "Background"}};
  if (!uid.empty()) options["preconditions"] = {{"uid", uid}};
  const auto gone = write(request_with(Method::Delete, object_path(resource, key), options), "delete", resource);
  if (!gone) return fail(gone.error().during(doing("deleting", resource, key)));
  return {};
}

}  // namespace pawl::kube

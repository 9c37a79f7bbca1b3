#include "support/memory_api.h"

#include <algorithm>

#include "kube/request.h"
#include "unit/domain/gate/encodings.h"

namespace pawl::test {
namespace {

using Json = nlohmann::json;

kube::HttpResponse refusal(int code, const std::string& reason, const std::string& message) {
  return {
      code,
      Json{{"kind", "Status"}, {"status", "Failure"}, {"code", code}, {"reason", reason}, {"message", message}}.dump(),
      {}};
}

std::pair<std::string, std::string> split(const std::string& path) {
  const auto mark = path.find('?');
  return {path.substr(0, mark), mark == std::string::npos ? std::string() : path.substr(mark + 1)};
}

std::string parameter(const std::string& query, const std::string& name) {
  const auto at = ("&" + query).find("&" + name + "=");
  if (at == std::string::npos) return {};
  const std::string rest = query.substr(at + name.size() + 1);
  std::string raw = rest.substr(0, rest.find('&'));
  std::string out;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '%' && i + 2 < raw.size()) {
      out += static_cast<char>(std::stoi(raw.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      out += raw[i];
    }
  }
  return out;
}

bool selected(const Json& object, const std::string& selector) {
  const Json labels = object.at("metadata").value("labels", Json::object());
  std::string rest = selector;
  while (!rest.empty()) {
    const std::string term = rest.substr(0, rest.find(','));
    rest = term.size() == rest.size() ? std::string() : rest.substr(term.size() + 1);
    const auto equals = term.find('=');
    const std::string name = term.substr(0, equals);
    if (!labels.contains(name)) return false;
    if (equals != std::string::npos && labels[name] != term.substr(equals + 1)) return false;
  }
  return true;
}

/// "/apis/x/v1/namespaces/ns/things/name" belongs to its own collection and to that of all namespaces.
bool in_collection(const std::string& path, const std::string& collection) {
  const std::string own = path.substr(0, path.rfind('/'));
  if (own == collection) return true;
  const auto ns = own.find("/namespaces/");
  if (ns == std::string::npos) return false;
  const auto after = own.find('/', ns + 12);
  return own.substr(0, ns) + own.substr(after) == collection;
}

}  // namespace

Json MemoryApi::store(const std::string& path, Json object, const std::string& type) {
  if (object.contains("stringData")) {
    const Json plain = object["stringData"];
    for (const auto& [key, text] : plain.items()) object["data"][key] = domain::base64(text.get<std::string>());
    object.erase("stringData");
  }
  ++version_;
  object["metadata"]["resourceVersion"] = std::to_string(version_);
  objects_[path] = object;
  events_.push_back({version_, path, type, object});
  return object;
}

void MemoryApi::drop(const std::string& path) {
  const auto it = objects_.find(path);
  if (it == objects_.end()) return;
  Json last = it->second;
  ++version_;
  last["metadata"]["resourceVersion"] = std::to_string(version_);
  events_.push_back({version_, path, "DELETED", last});
  objects_.erase(it);
}

Json MemoryApi::put(const kube::Resource& resource, const std::string& ns, const std::string& name, Json object) {
  const std::string path = kube::object_path(resource, {ns, name});
  const bool known = objects_.contains(path);
  object["metadata"]["namespace"] = ns;
  object["metadata"]["name"] = name;
  if (!object["metadata"].contains("uid")) object["metadata"]["uid"] = "uid-" + name;
  if (!object["metadata"].contains("generation")) object["metadata"]["generation"] = 1;
  return store(path, std::move(object), known ? "MODIFIED" : "ADDED");
}

void MemoryApi::change(const kube::Resource& resource, const std::string& ns, const std::string& name,
                       const std::function<void(Json&)>& change) {
  const std::string path = kube::object_path(resource, {ns, name});
  Json object = objects_.at(path);
  const Json spec = object.value("spec", Json());
  change(object);
  if (object.value("spec", Json()) != spec) {
    object["metadata"]["generation"] = object["metadata"]["generation"].get<int>() + 1;
  }
  store(path, std::move(object), "MODIFIED");
}

void MemoryApi::remove(const kube::Resource& resource, const std::string& ns, const std::string& name) {
  drop(kube::object_path(resource, {ns, name}));
}

std::optional<Json> MemoryApi::find(const kube::Resource& resource, const std::string& ns,
                                    const std::string& name) const {
  const auto it = objects_.find(kube::object_path(resource, {ns, name}));
  return it == objects_.end() ? std::nullopt : std::optional<Json>(it->second);
}

std::size_t MemoryApi::count(const kube::Resource& resource, const std::string& ns) const {
  const std::string collection = kube::collection_path(resource, ns);
  return static_cast<std::size_t>(std::count_if(
      objects_.begin(), objects_.end(), [&](const auto& item) { return in_collection(item.first, collection); }));
}

std::vector<std::string> MemoryApi::paths(kube::Method method) const {
  std::vector<std::string> out;
  for (const kube::HttpRequest& request : requests) {
    if (request.method == method) out.push_back(split(request.path).first);
  }
  return out;
}

std::size_t MemoryApi::writes() const {
  return static_cast<std::size_t>(
      std::count_if(requests.begin(), requests.end(), [](const auto& r) { return r.method != kube::Method::Get; }));
}

kube::HttpResponse MemoryApi::list(const std::string& path, const std::string& query) const {
  Json items = Json::array();
  const std::string selector = parameter(query, "labelSelector");
  for (const auto& [at, object] : objects_) {
    if (in_collection(at, path) && selected(object, selector)) items.push_back(object);
  }
  return {200, Json{{"metadata", {{"resourceVersion", std::to_string(version_)}}}, {"items", items}}.dump(), {}};
}

kube::HttpResponse MemoryApi::create(const std::string& collection, Json object) {
  const std::string name = object.at("metadata").at("name");
  const std::string path = collection + "/" + name;
  if (objects_.contains(path)) return refusal(409, "AlreadyExists", name + " already exists");
  object["metadata"]["uid"] = "uid-" + name + "-" + std::to_string(version_);
  object["metadata"]["generation"] = 1;
  return {201, store(path, std::move(object), "ADDED").dump(), {}};
}

kube::HttpResponse MemoryApi::patch(const std::string& path, bool status_only, const std::string& type,
                                    const Json& patch) {
  const Json old = objects_.at(path);
  Json fresh = old;
  if (type == "application/json-patch+json") {
    try {
      fresh = old.patch(patch);
    } catch (const Json::exception&) {  // in a real server's words
      return refusal(422, "Invalid", "the server rejected our request due to an error in our request");
    }
  } else {
    fresh.merge_patch(patch);
  }
  if (fresh["metadata"]["resourceVersion"] != old["metadata"]["resourceVersion"]) {
    return refusal(409, "Conflict", "the object has been modified");
  }
  if (status_only) {
    const Json status = fresh.value("status", Json());
    fresh = old;
    fresh["status"] = status;
  } else if (fresh.value("spec", Json()) != old.value("spec", Json())) {
    fresh["metadata"]["generation"] = old["metadata"]["generation"].get<int>() + 1;
  }
  if (fresh == old) return {200, old.dump(), {}};
  const bool last_finalizer_gone =
      fresh["metadata"].contains("deletionTimestamp") && fresh["metadata"].value("finalizers", Json::array()).empty();
  const Json stored = store(path, fresh, "MODIFIED");
  if (last_finalizer_gone) drop(path);
  return {200, stored.dump(), {}};
}

kube::HttpResponse MemoryApi::serve(const kube::HttpRequest& request) {
  auto [path, query] = split(request.path);
  const bool status_only = path.ends_with("/status");
  if (status_only) path.resize(path.size() - std::string("/status").size());
  if (request.method == kube::Method::Post) return create(path, Json::parse(request.body));
  if (request.method == kube::Method::Get && !objects_.contains(path)) {
    const std::string last = path.substr(path.rfind('/') + 1);
    const std::string before_last = path.substr(0, path.rfind('/'));
    const bool is_object = before_last.find("/namespaces/") != std::string::npos &&
                           before_last.find('/', before_last.find("/namespaces/") + 12) != std::string::npos;
    return is_object ? refusal(404, "NotFound", last + " not found") : list(path, query);
  }
  if (!objects_.contains(path)) return refusal(404, "NotFound", path + " not found");
  if (request.method == kube::Method::Get) return {200, objects_.at(path).dump(), {}};
  if (request.method == kube::Method::Delete) {
    drop(path);
    return {200, R"({"kind":"Status","status":"Success"})", {}};
  }
  return patch(path, status_only, request.content_type, Json::parse(request.body));
}

bool MemoryApi::readable(const kube::HttpRequest& request) const {
  return request.method != kube::Method::Get || split(request.path).first != unreadable;
}

Result<kube::HttpResponse> MemoryApi::unary(const kube::HttpRequest& request, std::stop_token) {
  requests.push_back(request);
  if (before) before(request);
  kube::HttpResponse answer = readable(request) ? serve(request) : refusal(403, "Forbidden", "no right to read");
  if (lose_next_answer && request.method != kube::Method::Get) {
    lose_next_answer = false;
    return fail(ErrorKind::Unknown, "the answer was lost");
  }
  return answer;
}

kube::StreamOutcome MemoryApi::stream(const kube::HttpRequest& request,
                                      const std::function<bool(std::string_view)>& on_data,
                                      const std::function<Duration()>&, std::stop_token) {
  if (!readable(request)) return {kube::StreamEnd::HttpError, refusal(403, "Forbidden", "no right to read"), "refused"};
  on_data({});
  const auto [path, query] = split(request.path);
  const std::string selector = parameter(query, "labelSelector");
  const std::int64_t since = std::stoll("0" + parameter(query, "resourceVersion"));
  for (const Event& event : events_) {
    if (event.version <= since || !in_collection(event.path, path) || !selected(event.object, selector)) continue;
    on_data(Json{{"type", event.type}, {"object", event.object}}.dump() + "\n");
  }
  return {kube::StreamEnd::Cancelled, {}, "nothing more for now"};
}

}  // namespace pawl::test

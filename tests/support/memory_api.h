// An API server in memory, for tests of what stands on a Transport: objects by path, JSON and merge patches guarded by
// resourceVersion and `test`, watches that replay what happened since. A Secret's
// stringData becomes data. It validates nothing. Not thread-safe.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "kube/resource.h"
#include "kube/transport.h"

namespace pawl::test {

class MemoryApi final : public kube::Transport {
 public:
  using Json = nlohmann::json;

  /// Makes or replaces an object, as somebody else would. Returns it as stored.
  Json put(const kube::Resource& resource, const std::string& ns, const std::string& name, Json object);
  /// Changes what is there, as somebody else would.
  void change(const kube::Resource& resource, const std::string& ns, const std::string& name,
              const std::function<void(Json&)>& change);
  void remove(const kube::Resource& resource, const std::string& ns, const std::string& name);
  [[nodiscard]] std::optional<Json> find(const kube::Resource& resource, const std::string& ns,
                                         const std::string& name) const;
  [[nodiscard]] std::size_t count(const kube::Resource& resource, const std::string& ns) const;

  /// Who may not read this collection ("/api/v1/configmaps") is told so, in a list and in a watch. Empty: none.
  std::string unreadable;
  /// The answer to the next write is lost after it was made.
  bool lose_next_answer = false;
  /// Called before each request is served: somebody else may act first.
  std::function<void(const kube::HttpRequest&)> before;
  std::vector<kube::HttpRequest> requests;
  /// Requests of this method since the last call of `forget_requests`, as paths without the query.
  [[nodiscard]] std::vector<std::string> paths(kube::Method method) const;
  [[nodiscard]] std::size_t writes() const;
  void forget_requests() { requests.clear(); }

  Result<kube::HttpResponse> unary(const kube::HttpRequest& request, std::stop_token stop) override;
  kube::StreamOutcome stream(const kube::HttpRequest& request, const std::function<bool(std::string_view)>& on_data,
                             const std::function<Duration()>& idle_limit, std::stop_token stop) override;

 private:
  struct Event {
    std::int64_t version = 0;
    std::string path;
    std::string type;
    Json object;
  };

  [[nodiscard]] bool readable(const kube::HttpRequest& request) const;
  kube::HttpResponse serve(const kube::HttpRequest& request);
  kube::HttpResponse list(const std::string& path, const std::string& query) const;
  kube::HttpResponse create(const std::string& collection, Json object);
  kube::HttpResponse patch(const std::string& path, bool status_only, const std::string& type, const Json& patch);
  Json store(const std::string& path, Json object, const std::string& type);
  void drop(const std::string& path);

  std::map<std::string, Json> objects_;  ///< by path
  std::vector<Event> events_;
  std::int64_t version_ = 100;
};

}  // namespace pawl::test

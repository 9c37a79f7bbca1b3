// Typed verbs of the API server. Thread-safe. One request each; no hidden retries of writes.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "base/time.h"
#include "kube/resource.h"
#include "kube/transport.h"

namespace pawl::kube {

enum class PatchType { Json, Merge, Apply };

using Json = nlohmann::json;  // after PatchType, whose enumerator would shadow it

/// Asked before every mutating call: the lease. A closed gate refuses the write with ErrorKind::Cancelled.
class WriteGate {
 public:
  virtual ~WriteGate() = default;
  [[nodiscard]] virtual bool open() const = 0;
  /// How long the gate stays open at most: the time limit of a write that starts now. Nothing: no limit.
  [[nodiscard]] virtual std::optional<Duration> remaining() const { return std::nullopt; }
};

struct PatchOptions {
  PatchType type = PatchType::Merge;
  std::string subresource;    ///< "status" or empty
  std::string field_manager;  ///< required for Apply
  bool force = false;         ///< Apply only: own objects only
};

struct ListPage {
  std::vector<Json> items;
  std::string resource_version;
  std::string continue_token;
};

struct ListOptions {
  std::string ns;  ///< empty: all namespaces
  std::string label_selector;
  std::string field_selector;
  std::string resource_version;  ///< empty: quorum-fresh
  std::string continue_token;
  int limit = 500;  ///< 0: no limit
};

/// What one finished request was, for metrics.
struct CallRecord {
  std::string verb;                      ///< get, list, watch, create, patch, update, delete
  std::string resource;                  ///< plural
  int code = 0;                          ///< 0: no answer
  std::chrono::duration<double> took{};  ///< until the answer was read
};

class Client {
 public:
  /// `gate` may be null: every write allowed.
  explicit Client(std::shared_ptr<Transport> transport, std::shared_ptr<const WriteGate> gate = nullptr);

  Result<Json> get(const Resource& resource, const ObjectKey& key, std::stop_token stop = {}) const;
  Result<ListPage> list(const Resource& resource, const ListOptions& options, std::stop_token stop = {}) const;
  Result<Json> create(const Resource& resource, const std::string& ns, const Json& object,
                      const std::string& subresource = {}, const std::string& name = {}) const;
  Result<Json> replace(const Resource& resource, const ObjectKey& key, const Json& object,
                       const std::string& subresource = {}) const;
  Result<Json> patch(const Resource& resource, const ObjectKey& key, const Json& patch,
                     const PatchOptions& options) const;
  /// `uid` empty: no precondition. Propagation is Background.
  Status remove(const Resource& resource, const ObjectKey& key, const std::string& uid = {}) const;

  [[nodiscard]] Transport& transport() const { return *transport_; }
  /// Called after every request, from the calling thread. Set before the client is shared.
  void on_call(std::function<void(const CallRecord&)> observer) { observer_ = std::move(observer); }

 private:
  Result<HttpResponse> read(HttpRequest request, const char* verb, const Resource& resource,
                            std::stop_token stop) const;
  Result<Json> write(HttpRequest request, const char* verb, const Resource& resource) const;
  /// One exchange, measured and told to the observer.
  Result<HttpResponse> exchange(const HttpRequest& request, const char* verb, const Resource& resource,
                                const std::stop_token& stop) const;

  std::shared_ptr<Transport> transport_;
  std::shared_ptr<const WriteGate> gate_;
  std::function<void(const CallRecord&)> observer_;
};

}  // namespace pawl::kube

// The part of an informer that does not depend on the type of its objects: the thread that feeds a
// Reflector from a Transport, and what others may ask about its progress.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/error.h"
#include "base/time.h"
#include "kube/cache_state.h"
#include "kube/reflector.h"
#include "kube/transport.h"

namespace pawl::kube {

/// `transport` and `clock` must outlive the informer.
struct InformerOptions {
  Transport& transport;
  Resource resource;
  std::string ns;  ///< empty: all namespaces
  std::string label_selector;
  std::string field_selector;
  const Clock& clock;
  std::uint64_t seed = 1;     ///< different for each informer of a process, and for each process
  int page_size = kPageSize;  ///< objects in one answer of a list
};

/// What one `step` did.
struct InformerStep {
  enum class Kind { Listed, Watched, Waiting };
  Kind kind = Kind::Waiting;
  bool cancelled = false;  ///< the transport said Cancelled: a stop, or (in a simulation) no more for now
  BootTime next{0};        ///< another step before this only waits
};

/// `run` or `step` from one thread only; everything else is thread-safe.
class InformerBase : public CacheState {
 public:
  explicit InformerBase(InformerOptions options);
  ~InformerBase() override = default;
  InformerBase(const InformerBase&) = delete;
  InformerBase& operator=(const InformerBase&) = delete;

  /// Called on the informer's thread when the server begins or ceases to refuse the collection to us, once
  /// last_error() shows it: what was judged by the cache before is to be judged again. Must only enqueue keys and not
  /// throw. Before run() only.
  void on_access_change(std::function<void()> handler) { access_handlers_.push_back(std::move(handler)); }

  /// Keeps the cache current until stop. Blocks; errors are retried for ever and visible in last_error().
  void run(std::stop_token stop);

  /// One action: one page of a list, or one watch until the transport ends it. A simulated transport ends a
  /// stream that has nothing more to say with `Cancelled`; the next step goes on there.
  InformerStep step(std::stop_token stop = {});

  /// The first whole list is in the cache and the handlers were called for it.
  [[nodiscard]] bool synced() const;
  /// Waits for that. False on stop or after `limit`.
  bool wait_synced(std::stop_token stop, Duration limit);
  /// Waits for that or for the server to refuse the list, which may last until somebody gives the right. False on stop.
  bool wait_answered(std::stop_token stop);

  [[nodiscard]] std::string last_resource_version() const override;
  [[nodiscard]] std::uint64_t epoch() const override;
  /// Why the cache is not kept current, if so. `Denied` names verb and resource ("cannot list pods: ...").
  [[nodiscard]] std::optional<Error> last_error() const;
  /// When the server last proved to be current: for the age of the cache.
  [[nodiscard]] std::optional<BootTime> last_heard() const;
  /// How many objects could not be decoded, ever.
  [[nodiscard]] std::uint64_t undecodable() const;
  [[nodiscard]] ReflectorCounters counters() const;
  [[nodiscard]] const Resource& resource() const { return options_.resource; }

 protected:
  virtual void store_upsert(const nlohmann::json& object) = 0;
  virtual void store_remove(const nlohmann::json& object) = 0;
  virtual void store_listed(const nlohmann::json& object) = 0;
  virtual void drop_listed() = 0;
  virtual void store_list() = 0;
  void note_undecodable(const ObjectKey& key, const Error& error);
  /// The epoch of what is being stored right now. Watch thread only.
  [[nodiscard]] std::uint64_t reflected_epoch() const { return reflector_.epoch(); }

 private:
  class Store final : public ReflectorSink {
   public:
    explicit Store(InformerBase& base) : base_(base) {}
    void upsert(const nlohmann::json& object) override { base_.store_upsert(object); }
    void remove(const nlohmann::json& object) override { base_.store_remove(object); }
    void listed(const nlohmann::json& object) override { base_.store_listed(object); }
    void list_abandoned() override { base_.drop_listed(); }
    void list_complete() override { base_.store_list(); }

   private:
    InformerBase& base_;
  };

  struct Progress {
    bool synced = false;
    std::string version;
    std::uint64_t epoch = 0;
    std::uint64_t undecodable = 0;
    std::optional<Error> error;
    std::optional<BootTime> heard;
    ReflectorCounters counters;
  };

  bool list_page(const HttpRequest& request, std::stop_token stop);
  StreamEnd watch(const HttpRequest& request, std::stop_token stop);
  void publish();
  void sleep_until(BootTime until, std::stop_token stop) const;
  void log_new_error();

  const InformerOptions options_;
  Store store_{*this};
  Reflector reflector_;  // watch thread only
  std::vector<std::function<void()>> access_handlers_;
  std::string logged_;  // the error last logged: the same one is not repeated with every retry

  mutable std::mutex mutex_;
  mutable std::condition_variable_any changed_;
  Progress progress_;
};

}  // namespace pawl::kube

// A typed, read-only copy of one collection, kept current by list and watch.
//
// `Informer<T>` decodes each object once (the rest of it is dropped, for memory) and shares it as
// `shared_ptr<const T>`: nobody can change the copy. The protocol is `Reflector` (reflector.h), a state
// machine without I/O; `InformerBase::run` is the thread that feeds it from a Transport.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "kube/informer_base.h"
#include "kube/meta.h"

namespace pawl::kube {

template <class T>
class Informer final : public InformerBase {
 public:
  using Json = nlohmann::json;
  using Pointer = std::shared_ptr<const T>;
  /// An undecodable object is an Error: it is logged, kept out of the cache and counted.
  using Decode = std::function<Result<T>(const Json&)>;
  /// `before` is null for a new object, `after` for a deleted one (`before` is then its final state, as far
  /// as it is known). An object deleted and made again is two calls. Must only enqueue keys and not throw;
  /// called on the watch thread after the cache changed. Same-content relists call nothing.
  using OnChange = std::function<void(const Meta&, const Pointer& before, const Pointer& after)>;

  Informer(InformerOptions options, Decode decode) : InformerBase(std::move(options)), decode_(std::move(decode)) {}

  /// Before run() only.
  void on_change(OnChange handler) { handlers_.push_back(std::move(handler)); }

  [[nodiscard]] Pointer get(const ObjectKey& key) const {
    const std::shared_lock lock(mutex_);
    const auto it = entries_.find(key);
    return it == entries_.end() ? nullptr : it->second.value;
  }
  [[nodiscard]] std::vector<std::pair<Meta, Pointer>> list() const {
    const std::shared_lock lock(mutex_);
    std::vector<std::pair<Meta, Pointer>> out;
    out.reserve(entries_.size());
    for (const auto& [key, entry] : entries_) {
      out.emplace_back(Meta{key, entry.uid, entry.resource_version}, entry.value);
    }
    return out;
  }
  /// Calls `visit(key, value)` for each object, copying nothing. It must not use this informer, and be quick: changes
  /// wait.
  template <class Visit>
  void each(Visit&& visit) const {
    const std::shared_lock lock(mutex_);
    for (const auto& [key, entry] : entries_) visit(key, *entry.value);
  }
  [[nodiscard]] std::optional<Meta> meta(const ObjectKey& key) const override {
    const std::shared_lock lock(mutex_);
    const auto it = entries_.find(key);
    if (it == entries_.end()) return std::nullopt;
    return Meta{key, it->second.uid, it->second.resource_version};
  }

 private:
  struct Entry {
    std::string uid;
    std::string resource_version;
    Pointer value;
  };

  void store_upsert(const Json& object) override;
  void store_remove(const Json& object) override;
  void store_listed(const Json& object) override;
  void drop_listed() override { listed_.clear(); }
  void store_list() override;

  struct Change {
    Meta meta;
    Pointer before;
    Pointer after;
  };
  using Entries = std::map<ObjectKey, Entry>;

  /// Null if undecodable: logged and counted.
  Pointer decoded(const Meta& meta, const Json& object);
  void store(const Meta& meta, Pointer value);
  [[nodiscard]] std::optional<Entry> find(const ObjectKey& key) const;
  static void add_change(std::vector<Change>& changes, const Meta& meta, const Entry* before, const Pointer& after);
  void tell(const std::vector<Change>& changes) const;

  Decode decode_;
  std::vector<OnChange> handlers_;
  mutable std::shared_mutex mutex_;
  Entries entries_;
  std::uint64_t stored_epoch_ = 0;                // watch thread only
  std::vector<std::pair<Meta, Pointer>> listed_;  // by a list under way; watch thread only
};

}  // namespace pawl::kube

#include "kube/informer_impl.h"

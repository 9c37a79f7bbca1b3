// Finds the objects of one kind by something they say of themselves (the rollout they belong to, the agent they
// describe), so that one reconcile among a thousand rollouts does not look at everything there is.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "kube/informer.h"

namespace pawl::adapters {

/// Thread-safe. Follows its informer's changes, so it must be made before the informer runs and before other
/// handlers are added: whoever is told of a change finds it here.
template <class T>
class ObjectIndex {
 public:
  using Object = std::pair<kube::ObjectKey, std::shared_ptr<const T>>;
  /// What an object is found by; empty: not at all.
  using NameOf = std::function<std::string(const T&)>;

  /// `informer` must outlive this; this must not move.
  ObjectIndex(kube::Informer<T>& informer, NameOf name_of) : informer_(informer), name_of_(std::move(name_of)) {
    informer_.on_change([this](const kube::Meta& meta, const auto&, const auto& after) {
      file(meta.key, after ? name_of_(*after) : std::string());
    });
  }
  ObjectIndex(const ObjectIndex&) = delete;
  ObjectIndex& operator=(const ObjectIndex&) = delete;

  /// The objects of namespace `ns` that say `name`, by key. One that is just being deleted may be left out.
  [[nodiscard]] std::vector<Object> find(const std::string& ns, const std::string& name) const {
    std::vector<Object> out;
    for (const kube::ObjectKey& key : keys(ns, name)) {
      auto object = informer_.get(key);
      if (object && name_of_(*object) == name) out.emplace_back(key, std::move(object));
    }
    return out;
  }

 private:
  using Place = std::pair<std::string, std::string>;  ///< namespace, and what the object says
  struct Filed {
    std::map<Place, std::set<kube::ObjectKey>> at;
    /// Where each object is filed: what a deletion says last may differ from what was filed.
    std::map<kube::ObjectKey, std::string> name;
  };

  void file(const kube::ObjectKey& key, std::string name) {
    filed_.with([&](Filed& filed) {
      if (const auto old = filed.name.find(key); old != filed.name.end()) {
        const auto place = filed.at.find({key.ns, old->second});
        place->second.erase(key);
        if (place->second.empty()) filed.at.erase(place);
        filed.name.erase(old);
      }
      if (name.empty()) return;
      filed.at[{key.ns, name}].insert(key);
      filed.name.emplace(key, std::move(name));
    });
  }

  [[nodiscard]] std::vector<kube::ObjectKey> keys(const std::string& ns, const std::string& name) const {
    return filed_.with([&](const Filed& filed) {
      const auto place = filed.at.find({ns, name});
      return place == filed.at.end() ? std::vector<kube::ObjectKey>{}
                                     : std::vector<kube::ObjectKey>(place->second.begin(), place->second.end());
    });
  }

  kube::Informer<T>& informer_;
  NameOf name_of_;
  Guarded<Filed> filed_;
};

}  // namespace pawl::adapters

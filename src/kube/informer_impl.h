// The bodies of Informer<T>: what a cache does with a change. Included by informer.h only.
#pragma once

#include <mutex>
#include <utility>

#include <nlohmann/json.hpp>

#include "kube/informer.h"

namespace pawl::kube {

template <class T>
typename Informer<T>::Pointer Informer<T>::decoded(const Meta& meta, const Json& object) {
  Result<T> value = decode_(object);
  if (value) return std::make_shared<const T>(std::move(*value));
  note_undecodable(meta.key, value.error());
  return nullptr;
}

template <class T>
std::optional<typename Informer<T>::Entry> Informer<T>::find(const ObjectKey& key) const {
  const std::shared_lock lock(mutex_);
  const auto it = entries_.find(key);
  return it == entries_.end() ? std::nullopt : std::optional<Entry>(it->second);
}

/// Null removes.
template <class T>
void Informer<T>::store(const Meta& meta, Pointer value) {
  const std::unique_lock lock(mutex_);
  if (value) {
    entries_.insert_or_assign(meta.key, Entry{meta.uid, meta.resource_version, std::move(value)});
  } else {
    entries_.erase(meta.key);
  }
}

template <class T>
void Informer<T>::add_change(std::vector<Change>& changes, const Meta& meta, const Entry* before,
                             const Pointer& after) {
  // Another uid is another object under the same name: who counted on the old one must see it go.
  if (before != nullptr && (!after || before->uid != meta.uid)) {
    changes.push_back({{meta.key, before->uid, before->resource_version}, before->value, nullptr});
    before = nullptr;
  }
  if (after) changes.push_back({meta, before == nullptr ? nullptr : before->value, after});
}

template <class T>
void Informer<T>::tell(const std::vector<Change>& changes) const {
  for (const Change& change : changes) {
    for (const OnChange& handler : handlers_) handler(change.meta, change.before, change.after);
  }
}

template <class T>
void Informer<T>::store_upsert(const Json& object) {
  const Meta meta = meta_of(object);
  const std::optional<Entry> before = find(meta.key);
  if (before && before->uid == meta.uid) {
    // The cache never goes back, whatever is replayed to it.
    const bool repeated = before->resource_version == meta.resource_version;
    if (repeated || older(meta.resource_version, before->resource_version)) return;
  }
  const Pointer after = decoded(meta, object);
  store(meta, after);
  std::vector<Change> changes;
  add_change(changes, meta, before ? &*before : nullptr, after);
  tell(changes);
}

template <class T>
void Informer<T>::store_remove(const Json& object) {
  const Meta meta = meta_of(object);
  const std::optional<Entry> before = find(meta.key);
  if (!before || older(meta.resource_version, before->resource_version)) return;
  // The event carries the last state, which may be newer than ours; ours will do if it cannot be read.
  const Pointer last = before->uid == meta.uid ? decoded(meta, object) : nullptr;
  store(meta, nullptr);
  tell({{{meta.key, before->uid, meta.resource_version}, last ? last : before->value, nullptr}});
}

template <class T>
void Informer<T>::store_listed(const Json& object) {
  Meta meta = meta_of(object);
  Pointer value = decoded(meta, object);
  listed_.emplace_back(std::move(meta), std::move(value));
}

template <class T>
void Informer<T>::store_list() {
  // Only this thread writes: reading entries_ without the lock is safe here.
  const bool comparable = stored_epoch_ == reflected_epoch();
  stored_epoch_ = reflected_epoch();
  Entries fresh;
  std::vector<Change> changes;
  for (auto& [meta, value] : std::exchange(listed_, {})) {
    const auto old = entries_.find(meta.key);
    const Entry* before = old == entries_.end() ? nullptr : &old->second;
    const bool same =
        comparable && before != nullptr && before->uid == meta.uid && before->resource_version == meta.resource_version;
    const Pointer after = same ? before->value : std::move(value);
    if (after) fresh.insert_or_assign(meta.key, Entry{meta.uid, meta.resource_version, after});
    if (!same) add_change(changes, meta, before, after);
  }
  for (const auto& [key, entry] : entries_) {
    const bool told = fresh.contains(key);
    const Meta meta{key, entry.uid, entry.resource_version};
    if (!told) changes.push_back({meta, entry.value, nullptr});
  }
  {
    const std::unique_lock lock(mutex_);
    entries_.swap(fresh);
  }
  tell(changes);
}

}  // namespace pawl::kube

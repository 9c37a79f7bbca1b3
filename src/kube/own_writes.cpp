#include "kube/own_writes.h"

#include "kube/meta.h"

namespace pawl::kube {

namespace {
/// Has `have` reached `want`? False while there is nothing to compare.
bool reached(const std::string& have, const std::string& want) {
  const auto order = compare_versions(have, want);
  return order && *order >= 0;
}
}  // namespace

void OwnWrites::observe(const Resource& resource, const CacheState& cache) { caches_[resource] = &cache; }

void OwnWrites::wrote(const std::string& key, const Resource& resource, const ObjectKey& object, const std::string& uid,
                      const std::string& version, BootTime now) {
  const auto cache = caches_.find(resource);
  if (cache == caches_.end() || !compare_versions(version, version)) return;
  Write& write = records_[key].writes[{resource, object}];
  const bool late = write.uid == uid && older(version, write.version);
  if (!late) write = {uid, version, cache->second->epoch(), now};
}

void OwnWrites::unknown(const std::string& key) { records_[key].unknown = true; }

bool OwnWrites::observed(const Resource& resource, const ObjectKey& object, const Write& write) const {
  const CacheState& cache = *caches_.at(resource);
  if (cache.epoch() != write.epoch) return true;
  if (reached(cache.last_resource_version(), write.version)) return true;
  // Another uid counts by its version too: it may be the object before ours (not seen yet) or after it.
  const auto meta = cache.meta(object);
  return meta && reached(meta->resource_version, write.version);
}

Freshness OwnWrites::fresh(const std::string& key, BootTime now) {
  const auto it = records_.find(key);
  if (it == records_.end()) return Freshness::Fresh;
  if (it->second.unknown) {
    records_.erase(it);
    return Freshness::ReadLive;
  }
  bool too_long = false;
  std::erase_if(it->second.writes, [&](const auto& item) {
    const bool seen = observed(item.first.first, item.first.second, item.second);
    if (!seen && now - item.second.at >= give_up_) too_long = true;
    return seen;
  });
  if (!it->second.writes.empty() && !too_long) return Freshness::Stale;
  records_.erase(it);
  return too_long ? Freshness::ReadLive : Freshness::Fresh;
}

void OwnWrites::forget(const std::string& key) { records_.erase(key); }

std::size_t OwnWrites::size() const { return records_.size(); }

}  // namespace pawl::kube

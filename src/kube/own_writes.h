// Read your own writes: a reconcile must not act on a cache that does not show yet what the last reconcile
// wrote, or it does the same step twice. Bookkeeping only; not thread-safe (keep it in a Guarded).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "base/time.h"
#include "kube/cache_state.h"
#include "kube/resource.h"

namespace pawl::kube {

enum class Freshness {
  Fresh,     ///< the caches show every write
  Stale,     ///< not yet: try again soon (the queue's `Stale` outcome)
  ReadLive,  ///< a write's outcome is unknown, or the cache lags for too long: read from the server, once
};

class OwnWrites {
 public:
  /// `give_up`: how long a cache may lag before the server is asked instead.
  explicit OwnWrites(Duration give_up = Duration{10'000}) : give_up_(give_up) {}

  /// Names the cache that will show writes to `resource`; it must outlive this. Before use.
  void observe(const Resource& resource, const CacheState& cache);

  /// A write for reconcile key `key` succeeded; `version` is that of the answer. Writes to resources
  /// nobody observes, or with a version that is no number, are not followed: there is nothing to wait for.
  void wrote(const std::string& key, const Resource& resource, const ObjectKey& object, const std::string& uid,
             const std::string& version, BootTime now);
  /// A write's answer was lost.
  void unknown(const std::string& key);
  /// May `key` be reconciled now? Forgets what has been observed.
  Freshness fresh(const std::string& key, BootTime now);
  /// The key's object is gone.
  void forget(const std::string& key);

  [[nodiscard]] std::size_t size() const;

 private:
  struct Write {
    std::string uid;
    std::string version;
    std::uint64_t epoch = 0;
    BootTime at{0};
  };
  struct Record {
    bool unknown = false;
    std::map<std::pair<Resource, ObjectKey>, Write> writes;
  };

  [[nodiscard]] bool observed(const Resource& resource, const ObjectKey& object, const Write& write) const;

  Duration give_up_;
  std::map<Resource, const CacheState*> caches_;
  std::map<std::string, Record> records_;
};

}  // namespace pawl::kube

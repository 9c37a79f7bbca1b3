// What can be asked of any informer about how far its cache is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "kube/meta.h"

namespace pawl::kube {

/// Thread-safe.
class CacheState {
 public:
  virtual ~CacheState() = default;
  [[nodiscard]] virtual std::optional<Meta> meta(const ObjectKey& key) const = 0;
  /// Everything up to this version is in the cache. Empty before the first list.
  [[nodiscard]] virtual std::string last_resource_version() const = 0;
  /// Versions of different epochs compare with nothing.
  [[nodiscard]] virtual std::uint64_t epoch() const = 0;
};

}  // namespace pawl::kube

// Object metadata that the cache itself needs, and what may be said about resource versions.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "kube/resource.h"

namespace pawl::kube {

struct Meta {
  ObjectKey key;
  std::string uid;
  std::string resource_version;
};

/// Reads metadata.{namespace,name,uid,resourceVersion}; what is absent or no string is empty.
Meta meta_of(const nlohmann::json& object);

/// Orders two resource versions of one resource (decimal integers of any length, KEP-5504). Nothing if
/// either is not such a number: then only equality may be used.
std::optional<std::strong_ordering> compare_versions(std::string_view a, std::string_view b);
/// True only if both are comparable and a < b.
bool older(std::string_view a, std::string_view b);

}  // namespace pawl::kube

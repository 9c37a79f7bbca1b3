// The Lease object of leader election, as a value. Pure.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "base/time.h"
#include "kube/resource.h"

namespace pawl::kube {

struct LeaseRecord {
  std::string holder;  ///< empty: released
  int duration_seconds = 0;
  std::string acquire_time;  ///< RFC 3339 with six decimals; written for people, never compared with a clock
  std::string renew_time;
  int transitions = 0;  ///< grows with every change of holder: the fencing epoch
  std::string resource_version;

  bool operator==(const LeaseRecord&) const = default;
};

/// Malformed when the object has no metadata.resourceVersion. Missing spec fields read as zero and empty.
Result<LeaseRecord> parse_lease(const nlohmann::json& object);
/// The whole object for POST (no resource version) or PUT (with it: the server refuses a stale one).
nlohmann::json lease_object(const ObjectKey& key, const LeaseRecord& record);

}  // namespace pawl::kube

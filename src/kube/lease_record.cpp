#include "kube/lease_record.h"

#include <nlohmann/json.hpp>

#include "json/lookup.h"

namespace pawl::kube {
namespace {

using Json = nlohmann::json;

int number_at(const Json& object, const char* name) {
  const auto it = object.find(name);
  return it != object.end() && it->is_number_integer() ? it->get<int>() : 0;
}

}  // namespace

Result<LeaseRecord> parse_lease(const Json& object) {
  const auto metadata = object.find("metadata");
  if (!object.is_object() || metadata == object.end() || !metadata->is_object()) {
    return fail(ErrorKind::Malformed, "the lease has no metadata");
  }
  LeaseRecord record;
  record.resource_version = json::text_at(*metadata, "resourceVersion");
  if (record.resource_version.empty()) return fail(ErrorKind::Malformed, "the lease has no resource version");
  const auto spec = object.find("spec");
  if (spec == object.end() || !spec->is_object()) return record;
  record.holder = json::text_at(*spec, "holderIdentity");
  record.duration_seconds = number_at(*spec, "leaseDurationSeconds");
  record.acquire_time = json::text_at(*spec, "acquireTime");
  record.renew_time = json::text_at(*spec, "renewTime");
  record.transitions = number_at(*spec, "leaseTransitions");
  return record;
}

Json lease_object(const ObjectKey& key, const LeaseRecord& record) {
  Json metadata = {{"namespace", key.ns}, {"name", key.name}};
  if (!record.resource_version.empty()) metadata["resourceVersion"] = record.resource_version;
  Json spec = {{"holderIdentity", record.holder},
               {"leaseDurationSeconds", record.duration_seconds},
               {"leaseTransitions", record.transitions}};
  if (!record.acquire_time.empty()) spec["acquireTime"] = record.acquire_time;
  if (!record.renew_time.empty()) spec["renewTime"] = record.renew_time;
  return {{"apiVersion", "coordination.k8s.io/v1"}, {"kind", "Lease"}, {"metadata", metadata}, {"spec", spec}};
}

}  // namespace pawl::kube

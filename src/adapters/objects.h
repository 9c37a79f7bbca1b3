// The objects of the cluster as small values: what the operator reads of each kind, and nothing else, so that
// a thousand of them fit in memory. Decoding drops the rest. Pure functions.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "domain/lineage/bundle.h"
#include "domain/rollout/observation.h"

namespace pawl::adapters {

using Json = nlohmann::json;

/// Labels on everything pawl makes.
inline constexpr const char* kManagedBy = "app.kubernetes.io/managed-by";
inline constexpr const char* kRolloutLabel = "pawl.dev/rollout";
inline constexpr const char* kAgentLabel = "pawl.dev/agent";
inline constexpr const char* kRevisionLabel = "pawl.dev/revision";   ///< the first 63 characters of the digest
inline constexpr const char* kDigestAnnotation = "pawl.dev/digest";  ///< the whole digest: a label holds 63 characters
inline constexpr const char* kRecordLabel = "pawl.dev/record";       ///< the sequence of a decision record
inline constexpr const char* kFinalizer = "pawl.dev/traffic";
inline constexpr const char* kFieldManager = "pawl-operator";
inline constexpr const char* kUserAgent = "pawl";  ///< the server's name for the manager of what is created

/// What the last decision says of itself, as annotations of the rollout and of the revision it is about.
inline constexpr const char* kDecisionAnnotation = "pawl.dev/decision";
inline constexpr const char* kReasonAnnotation = "pawl.dev/reason";
inline constexpr const char* kDecidedAtAnnotation = "pawl.dev/decided-at";
inline constexpr const char* kRecordAnnotation = "pawl.dev/decision-record";
inline constexpr const char* kEvidenceAnnotation = "pawl.dev/evidence";
inline constexpr const char* kRevertedToAnnotation = "pawl.dev/reverted-to";

/// Annotations by name; only those above are kept.
using Provenance = std::map<std::string, std::string>;

struct RolloutObject {
  std::string uid;
  std::string created;  ///< RFC 3339 in UTC: sorts as text
  std::string resource_version;
  std::int64_t generation = 0;
  bool deleting = false;
  bool has_finalizer = false;
  domain::RolloutSpec spec;
  std::vector<domain::SpecFault> faults;
  domain::RolloutStatus status;
  Provenance provenance;
};

struct RevisionObject {
  std::string uid;
  std::string resource_version;
  std::int64_t generation = 0;
  domain::RevisionView view;
  domain::RevisionStatus status;
  std::string fault;  ///< why the bundle cannot be used, empty if it can
  Provenance provenance;
};

struct DeploymentObject {
  std::string rollout;
  std::string digest;
  int wanted = 0;
  int ready = 0;
};

struct BundleObject {
  std::string rollout;
  std::string digest;
};

struct ServiceObject {
  std::string rollout;  ///< owner by label, empty for a foreign Service
  std::string selects;  ///< digest label of its selector
};

struct EndpointsObject {
  std::string rollout;  ///< the Service's label, which the server's controller copies
  std::string service;
  std::vector<std::string> ready_pods;  ///< names
};

struct PodObject {
  std::string uid;
  std::string rollout;
  std::string revision_label;
  std::string ip;
  std::map<std::string, int> ports;  ///< container ports by name
  bool ready = false;
};

struct RouteBackend {
  std::string name;
  std::optional<int> weight;  ///< absent means 1
};
struct RouteRule {
  std::string name;
  std::vector<RouteBackend> backends;
};
struct RouteObject {
  std::string uid;
  std::string resource_version;
  std::string rollout;  ///< owner by label, empty for a user's route
  std::int64_t generation = 0;
  std::vector<RouteRule> rules;
  std::vector<domain::GatewayRef> parents;
  std::vector<std::string> hostnames;
  bool accepted = false;
  std::string not_accepted_because;
};

struct TemplateObject {
  std::string resource_version;
};

Result<RolloutObject> decode_rollout(const Json& object);
Result<RevisionObject> decode_revision(const Json& object);
Result<DeploymentObject> decode_deployment(const Json& object);
Result<BundleObject> decode_bundle(const Json& object);
Result<ServiceObject> decode_service(const Json& object);
Result<EndpointsObject> decode_endpoints(const Json& object);
Result<PodObject> decode_pod(const Json& object);
Result<RouteObject> decode_route(const Json& object);
Result<TemplateObject> decode_template(const Json& object);

/// The manager other than us that last wrote the spec of this live object; empty if none did. The copies cannot tell:
/// they keep no managedFields.
std::string foreign_writer(const Json& object);

}  // namespace pawl::adapters

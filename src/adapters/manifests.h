// Builders of everything pawl writes: spec to object. Pure; the same input gives the same bytes.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "adapters/objects.h"
#include "domain/rollout/spec.h"

namespace pawl::adapters {

struct Owner {
  std::string ns;
  std::string name;
  std::string uid;
};

/// "<rollout>-<first 10 of the digest>": the name of a revision's ConfigMap and Deployment. Two rollouts of one agent
/// have each their own.
std::string workload_name(const std::string& rollout, const std::string& digest);

/// The immutable bundle. Paths become keys ("prompt/system.md" -> "prompt__system.md"), restored by the volume's items.
Json bundle_config_map(const Owner& owner, const std::string& agent, const std::string& digest,
                       const std::vector<domain::RevisionFile>& files);

/// The user's pod template with the revision's label, its bundle mounted, and AGENT_REVISION set in every container.
Json deployment(const Owner& owner, const domain::RolloutSpec& spec, const std::string& digest, int replicas,
                const Json& pod_template, const std::vector<std::string>& file_paths);

/// An immutable decision record: the hashed text as it is, and its hash.
Json record_config_map(const Owner& owner, const std::string& name, const std::string& sequence,
                       const std::string& text, const std::string& sha256);

Json service(const Owner& owner, const domain::RolloutSpec& spec, const std::string& name, const std::string& digest);

/// A Managed route with the canary at `canary` basis points.
Json managed_route(const Owner& owner, const domain::RolloutSpec& spec, int canary);

/// The guarded change of both weights: a `test` on each backend's name and old weight, then both new weights.
/// Nothing else of the object is named, so nothing else can change. A weight that is absent cannot be tested: then
/// the whole object must be the one that was read. An Error names what is missing.
Result<Json> share_patch(const RouteObject& route, const domain::RolloutSpec& spec, int canary);
/// The server's answer to such a patch: a `test` failed, or a path is not there any more. A value that is invalid is
/// refused in other words.
bool guard_failed(const Error& error);

/// Where the split lives in a route; an Error (Invalid) says why it cannot.
struct SplitPlace {
  std::size_t rule = 0;
  std::size_t stable = 0;
  std::size_t canary = 0;
};
/// A managed route has exactly the parent and the hostnames that the spec asks for.
[[nodiscard]] bool is_attached(const RouteObject& route, const domain::TrafficSpec& traffic);
Result<SplitPlace> find_split(const RouteObject& route, const domain::TrafficSpec& traffic);

}  // namespace pawl::adapters

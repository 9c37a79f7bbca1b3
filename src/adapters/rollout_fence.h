// What a write may rest on: the rollout as it was seen, or as we last wrote it. A copy that is older than that is
// not acted on, and a process that was asleep does not act on a decision that somebody has made anew.
#pragma once

#include <map>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "adapters/cluster_view.h"
#include "base/guarded.h"
#include "kube/client.h"
#include "kube/own_writes.h"
#include "ports/rollout_world.h"

namespace pawl::adapters {

/// Thread-safe; calls for one rollout must not overlap.
class RolloutFence {
 public:
  /// All of them must outlive this.
  RolloutFence(const kube::Client& client, ClusterView& view, const Clock& clock);

  /// Conflict while the copy does not show what we last wrote. Asks the server where the copy alone cannot tell. That
  /// it is no older than this process's term is for who makes the copy: see the operator's `lead`.
  Status may_observe(const ports::RolloutKey& key);
  /// Notes a write, so that the next reconcile does not read an older copy. Passes the answer through.
  Result<Json> wrote(const ports::RolloutKey& key, const kube::Resource& resource, Result<Json> answer);

  /// Conflict if the copy shows a rollout that is neither the one seen nor the one last written by us.
  Status unchanged(const ports::RolloutKey& key, const std::string& seen_version) const;
  /// The same of the live rollout.
  Status unchanged_live(const ports::RolloutKey& key, const std::string& seen_version) const;
  /// Conflict if `version` is not the rollout that a write may rest on now.
  Status is_current(const ports::RolloutKey& key, const std::string& seen_version, const std::string& version) const;
  void forget(const ports::RolloutKey& key);

 private:
  using Versions = std::map<ports::RolloutKey, std::string>;

  Status same_as_live(const ports::RolloutKey& key);
  [[nodiscard]] std::optional<std::string> written(const ports::RolloutKey& key) const;

  const kube::Client& client_;
  ClusterView& view_;
  const Clock& clock_;
  Guarded<kube::OwnWrites> own_writes_;
  Guarded<Versions> written_;  ///< of the rollout itself, since it was last observed
};

}  // namespace pawl::adapters

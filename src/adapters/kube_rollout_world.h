// ports::RolloutWorld over the API server: reads from the informers' copies, writes through the client.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "adapters/cluster_view.h"
#include "adapters/digest_prober.h"
#include "adapters/manifests.h"
#include "base/guarded.h"
#include "kube/client.h"
#include "kube/events.h"
#include "kube/own_writes.h"
#include "ports/rollout_world.h"

namespace pawl::adapters {

/// Thread-safe; calls for one rollout must not overlap.
class KubeRolloutWorld final : public ports::RolloutWorld {
 public:
  /// All of them must outlive this.
  KubeRolloutWorld(const kube::Client& client, ClusterView& view, DigestProber& prober, kube::EventRecorder& events, const Clock& clock);

  Result<std::optional<domain::Observation>> observe(const ports::RolloutKey& key, Instant now) override;
  Status write_record(const ports::RolloutKey& key, const domain::Record& record) override;
  Status write_status(const ports::RolloutKey& key, const domain::Observation& seen, const domain::RolloutStatus& status) override;
  Status write_revisions(const ports::RolloutKey& key, const domain::Observation& seen, const domain::RolloutStatus& status,
                         const std::vector<domain::Refusal>& refusals, Instant now) override;
  Status execute(const ports::RolloutKey& key, const domain::Observation& seen, const domain::Effect& effect) override;
  void announce(const ports::RolloutKey& key, const domain::Observation& seen, const domain::Decision& decision) override;

 private:
  struct ShareWrite {
    int canary = 0;
    std::int64_t generation = 0;
  };

  void observe_revisions(const ports::RolloutKey& key, domain::Observation& seen) const;
  void observe_workloads(const ports::RolloutKey& key, domain::Observation& seen) const;
  domain::ServiceView observe_service(const ports::RolloutKey& key, const std::string& service, const domain::Observation& seen) const;
  domain::RouteView observe_route(const ports::RolloutKey& key, const domain::RolloutSpec& spec) const;
  std::string route_conflict(const ports::RolloutKey& key, const domain::RolloutSpec& spec) const;
  Owner owner(const ports::RolloutKey& key) const;

  Status ensure_bundle(const ports::RolloutKey& key, const domain::Observation& seen, const domain::EnsureBundle& effect);
  Status ensure_deployment(const ports::RolloutKey& key, const domain::Observation& seen, const domain::EnsureDeployment& effect);
  Status ensure_service(const ports::RolloutKey& key, const domain::Observation& seen, const domain::EnsureService& effect);
  Status ensure_share(const ports::RolloutKey& key, const domain::Observation& seen, const domain::EnsureShare& effect);
  Status ensure_retired(const ports::RolloutKey& key, const domain::Observation& seen, const domain::EnsureRetired& effect);
  Status release_finalizer(const ports::RolloutKey& key);
  Status ensure_finalizer(const ports::RolloutKey& key, const RolloutObject& rollout);
  /// Notes a write so that the next reconcile does not read an older copy.
  Result<Json> wrote(const ports::RolloutKey& key, const kube::Resource& resource, Result<Json> answer);
  Result<std::vector<domain::RevisionFile>> read_files(const ports::RolloutKey& key, const domain::RevisionRef& revision) const;

  const kube::Client& client_;
  ClusterView& view_;
  DigestProber& prober_;
  kube::EventRecorder& events_;
  const Clock& clock_;
  Guarded<std::map<ports::RolloutKey, ShareWrite>> shares_;
  Guarded<kube::OwnWrites> own_writes_;
};

}  // namespace pawl::adapters

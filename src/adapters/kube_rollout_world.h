// ports::RolloutWorld over the API server: reads from the informers' copies, writes through the client.
#pragma once

#include <string>
#include <vector>

#include "adapters/cluster_view.h"
#include "adapters/decision_records.h"
#include "adapters/digest_prober.h"
#include "adapters/manifests.h"
#include "adapters/rollout_fence.h"
#include "adapters/route_contention.h"
#include "kube/client.h"
#include "kube/events.h"
#include "ports/rollout_world.h"

namespace pawl::adapters {

/// Thread-safe; calls for one rollout must not overlap.
class KubeRolloutWorld final : public ports::RolloutWorld {
 public:
  /// All of them must outlive this.
  KubeRolloutWorld(const kube::Client& client, ClusterView& view, DigestProber& prober, kube::EventRecorder& events,
                   const Clock& clock);

  Result<std::optional<domain::Observation>> observe(const ports::RolloutKey& key, Instant now) override;
  Status write_record(const ports::RolloutKey& key, const domain::Record& record) override;
  Status write_status(const ports::RolloutKey& key, const domain::Observation& seen,
                      const domain::RolloutStatus& status) override;
  Status write_revisions(const ports::RolloutKey& key, const domain::Observation& seen,
                         const domain::RolloutStatus& status, const std::vector<domain::Refusal>& refusals,
                         Instant now) override;
  Status execute(const ports::RolloutKey& key, const domain::Observation& seen, const domain::Effect& effect) override;
  void announce(const ports::RolloutKey& key, const domain::Observation& seen,
                const domain::Decision& decision) override;

 private:
  void observe_revisions(const ports::RolloutKey& key, domain::Observation& seen) const;
  void observe_workloads(const ports::RolloutKey& key, domain::Observation& seen) const;
  void observe_pods(const ports::RolloutKey& key, const std::string& port, const std::string& digest,
                    domain::WorkloadView& workload) const;
  domain::ServiceView observe_service(const ports::RolloutKey& key, const std::string& service,
                                      const domain::Observation& seen) const;
  domain::RouteView observe_route(const ports::RolloutKey& key, const domain::RolloutSpec& spec);
  std::string route_conflict(const ports::RolloutKey& key, const domain::RolloutSpec& spec) const;
  Owner owner(const ports::RolloutKey& key) const;
  void forget(const ports::RolloutKey& key);

  Status fence(const ports::RolloutKey& key, const domain::Observation& seen, const domain::Effect& effect) const;
  Status perform(const ports::RolloutKey& key, const domain::Observation& seen, const domain::EnsureBundle& effect);
  Status perform(const ports::RolloutKey& key, const domain::Observation& seen, const domain::EnsureDeployment& effect);
  Status perform(const ports::RolloutKey& key, const domain::Observation& seen, const domain::EnsureService& effect);
  Status perform(const ports::RolloutKey& key, const domain::Observation& seen, const domain::EnsureShare& effect);
  Status perform(const ports::RolloutKey& key, const domain::Observation& seen, const domain::EnsureAttached& effect);
  Status perform(const ports::RolloutKey& key, const domain::Observation& seen, const domain::EnsureRetired& effect);
  Status perform(const ports::RolloutKey& key, const domain::Observation& seen, const domain::ReleaseFinalizer& effect);
  Status make_deployment(const ports::RolloutKey& key, const domain::Observation& seen,
                         const domain::EnsureDeployment& effect);
  Status live_share_is_zero(const ports::RolloutKey& key, const domain::Observation& seen) const;
  Status ensure_finalizer(const ports::RolloutKey& key, const std::string& seen_version);
  Status write_revision(const ports::RolloutKey& key, const domain::Observation& seen, const kube::ObjectKey& name,
                        const RevisionObject& revision, const domain::RevisionStatus& wanted);
  Status write_provenance(const ports::RolloutKey& key, const domain::Observation& seen, const kube::Resource& resource,
                          const std::string& name, const Json& patch);
  Result<std::vector<domain::RevisionFile>> read_files(const ports::RolloutKey& key,
                                                       const domain::RevisionRef& revision) const;

  const kube::Client& client_;
  ClusterView& view_;
  DigestProber& prober_;
  kube::EventRecorder& events_;
  RolloutFence fence_;
  RouteContention contention_;
  DecisionRecords records_;
};

}  // namespace pawl::adapters

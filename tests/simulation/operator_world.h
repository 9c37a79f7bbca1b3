// One operator process's way to the simulated cluster: cached copies that lag, kind by kind, and guarded writes.
// Promises exactly what ports/rollout_world.h says and nothing more.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "ports/rollout_world.h"
#include "simulation/laws.h"
#include "simulation/sim_cluster.h"

namespace pawl::simulation {

class OperatorWorld : public ports::RolloutWorld {
 public:
  OperatorWorld(SimCluster& cluster, Laws& laws) : cluster_(cluster), laws_(laws) { list_again(); }

  Result<std::optional<domain::Observation>> observe(const ports::RolloutKey& key, Instant now) override;
  Status write_record(const ports::RolloutKey& key, const domain::Record& record) override;
  Status write_status(const ports::RolloutKey& key, const domain::Observation& seen,
                      const domain::RolloutStatus& status) override;
  Status write_revisions(const ports::RolloutKey& key, const domain::Observation& seen,
                         const domain::RolloutStatus& status, const std::vector<domain::Refusal>& refusals,
                         Instant now) override;
  Status execute(const ports::RolloutKey& key, const domain::Observation& seen, const domain::Effect& effect) override;
  void announce(const ports::RolloutKey&, const domain::Observation&, const domain::Decision&) override { ++announced; }

  /// A watch event of this kind arrives, at last.
  void catch_up(Kind kind) {
    if (cluster_.unreadable != kind) view_.copy_kind(kind, cluster_.truth);
  }
  /// As a new process does: a consistent list of everything that may be read.
  void list_again();
  /// A takeover: nothing older than this moment may be believed.
  void take_over();
  [[nodiscard]] bool fresh() const { return view_.version == cluster_.truth.version; }

  bool fenced = true;  ///< off: the world forgets to compare with the live rollout (to prove that the laws notice)
  int announced = 0;

 private:
  Status write(Kind kind, const std::string& what, const std::function<void(Objects&)>& change);
  [[nodiscard]] bool moved_on() const {
    return fenced && cluster_.truth.rollout.present && cluster_.truth.version_of(Kind::Rollout) != based_on_;
  }
  Status apply(const domain::EnsureBundle& effect, const std::string& what);
  Status apply(const domain::EnsureDeployment& effect, const std::string& what);
  Status apply(const domain::EnsureService& effect, const std::string& what);
  Status apply(const domain::EnsureShare& effect, const std::string& what);
  Status apply(const domain::EnsureAttached&, const std::string&) {
    return {};
  }  // the simulated route hangs where it should
  Status apply(const domain::EnsureRetired& effect, const std::string& what);
  Status apply(const domain::ReleaseFinalizer& effect, const std::string& what);

  SimCluster& cluster_;
  Laws& laws_;
  Objects view_;
  std::array<std::int64_t, kKinds> at_least_{};  ///< own last writes and takeovers, by kind
  std::int64_t based_on_ = 0;                    ///< the rollout's version that this reconcile decides on
};

}  // namespace pawl::simulation

// What must hold whatever goes wrong. Laws are checked at the very write that could break them.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "simulation/sim_cluster.h"
#include "simulation/sim_evidence.h"
#include "simulation/sim_gate.h"

namespace pawl::simulation {

class Laws {
 public:
  Laws(const SimCluster& cluster, const SimPrometheus& prometheus, const SimGate& gate)
      : cluster_(cluster), prometheus_(prometheus), gate_(gate) {}

  void before_status(const domain::RolloutStatus& next);
  void before_share(int share);
  void before_service(bool stable, const std::string& digest);
  void before_bundle(const std::string& digest);
  void before_scaling(const std::string& digest, int replicas);
  void before_retirement(const std::string& digest);
  void before_release();
  /// `clean`: the reconcile saw a fresh world and met no fault. `evidence`: what the operator that reconciled knows.
  void after_reconcile(bool clean, const SimEvidence& evidence);
  void when_settled();

  std::vector<std::string> broken;
  Duration clocks_apart{0};  ///< the operators' clocks may be as far from the true time

 private:
  void require(bool holds, const std::string& law);
  void check_gate(const domain::RolloutStatus& next);
  void check_chain(const domain::RolloutStatus& next);
  void check_breach(bool clean, const SimEvidence& evidence);
  void check_soak(bool clean, const SimEvidence& evidence);
  void check_one_stable(bool clean);
  void check_deadline(bool clean);
  [[nodiscard]] bool quarantined(const std::string& digest) const { return quarantined_.count(digest) > 0; }

  const SimCluster& cluster_;
  const SimPrometheus& prometheus_;
  const SimGate& gate_;
  std::set<int> persisted_shares_{0};
  std::set<std::string> quarantined_;
  std::set<std::string> named_;  ///< digests that some persisted status wanted
  int clean_since_breach_ = 0;
  int clean_since_deadline_ = 0;
  int clean_since_late_breach_ = 0;
};

}  // namespace pawl::simulation

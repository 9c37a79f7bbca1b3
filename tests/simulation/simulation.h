// Drives one rollout through simulated time: operators that reconcile, lag, crash, lose leadership, and clocks that
// step.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "controllers/rollout_controller.h"
#include "simulation/laws.h"
#include "simulation/operator_world.h"
#include "simulation/sim_cluster.h"
#include "simulation/sim_evidence.h"
#include "simulation/sim_gate.h"

namespace pawl::simulation {

domain::RolloutSpec usual_spec();

/// What the operator's wall clock says: true time plus an offset that may step either way.
struct SimClock {
  Duration offset{0};
  [[nodiscard]] Instant wall(Instant truth) const { return truth + offset; }
};

class Simulation {
 public:
  explicit Simulation(std::uint64_t seed, int operators = 1);

  /// Time passes, views catch up with chance `freshness`, one operator reconciles.
  void step(double freshness = 1.0);
  /// Steps until `done` holds; false when it does not within `limit` steps.
  template <class Condition>
  bool run_until(Condition done, int limit = 400, double freshness = 1.0) {
    for (int i = 0; i < limit; ++i) {
      if (done()) return true;
      step(freshness);
    }
    return done();
  }
  /// Faults end; the world comes to rest. Counts the writes of 100 further reconciles.
  int writes_after_settling();
  /// The other operator becomes the leader.
  void change_leader();
  /// In the midst of the next write the other operator takes over and reconciles.
  void lose_leadership_at_the_next_write();
  void the_other_leads_for_a_while();
  void restart(std::size_t which);

  [[nodiscard]] const domain::RolloutStatus& status() const { return cluster.truth.rollout.status; }
  [[nodiscard]] bool serves_alone(const std::string& content) const;
  [[nodiscard]] std::string report() const;

  SimCluster cluster;
  SimPrometheus prometheus{cluster};
  SimGate gate{cluster};
  Laws laws{cluster, prometheus, gate};
  SimClock clock;
  std::vector<std::unique_ptr<OperatorWorld>> worlds;
  std::vector<std::unique_ptr<SimEvidence>> evidence;  ///< of each operator
  std::size_t leader = 0;
  int crashes = 0;

 private:
  void reconcile(std::size_t which);
  std::vector<std::unique_ptr<controllers::RolloutController>> controllers_;
};

}  // namespace pawl::simulation

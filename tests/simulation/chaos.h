// A random subset of everything that goes wrong, chosen by a seed.
#pragma once

#include "simulation/simulation.h"

namespace pawl::simulation {

struct Dangers {
  FaultRates faults;
  double freshness = 1.0;  ///< chance per kind and step that a watch event arrives
  double leader_change = 0;
  double lost_mid_reconcile = 0;
  double clock_step = 0;
  double pod_loss = 0;
  double refusal = 0;  ///< chance per step that a right is taken, or a quota is full, for a while
  double user_acts = 0.02;
};

class Chaos {
 public:
  Chaos(Simulation& sim, std::uint64_t seed);
  void run(int steps);
  Dangers dangers;

 private:
  void script_natures();
  void script_deadline();
  void script_gate();
  void user_acts();
  void users_change_their_mind();
  void clock_steps();
  void pods_die();
  void rights_come_and_go();

  Simulation& sim_;
  Random random_;
  int created_ = 0;
};

}  // namespace pawl::simulation

// How the stories begin, and when they have ended.
#pragma once

#include "simulation/simulation.h"

namespace pawl::simulation {

/// "zero" will serve; "one" is its successor, of this nature.
inline void begin(Simulation& sim, const Nature& nature = {}) {
  sim.prometheus.natures[digest_of("one")] = nature;
  sim.cluster.user_creates("r0", "zero", true);
  sim.cluster.user_creates("r1", "one");
}

/// The same where the gate must pass each edit; it treats "one" so.
inline void begin_gated(Simulation& sim, const GateNature& gate = {}, const Nature& nature = {}) {
  sim.cluster.truth.rollout.spec.gate.suites = {"held-out"};
  sim.gate.natures[digest_of("one")] = gate;
  for (auto& world : sim.worlds) world->list_again();
  begin(sim, nature);
}

inline Nature leaky() {
  Nature nature;
  nature.leaks_after = Duration{70'000};
  return nature;
}

inline Nature worse() {
  Nature nature;
  nature.regresses_after = Duration{90'000};
  return nature;
}

inline bool ended(const Simulation& sim) {
  return sim.status().phase == domain::Phase::Stable && !sim.status().history.empty() && !sim.status().previous;
}

}  // namespace pawl::simulation

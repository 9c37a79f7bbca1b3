// How the stories begin, and when they have ended.
#pragma once

#include "simulation/simulation.h"

namespace pawl::simulation {

/// "zero" will serve; "one" is its successor, of this nature.
inline void begin(Simulation& sim, const Nature& nature = {}) {
  sim.evidence.natures[digest_of("one")] = nature;
  sim.cluster.user_creates("r0", "zero", true);
  sim.cluster.user_creates("r1", "one");
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

inline bool ended(const Simulation& sim) { return sim.status().phase == domain::Phase::Stable && !sim.status().history.empty() && !sim.status().previous; }

}  // namespace pawl::simulation

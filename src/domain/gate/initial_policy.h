// What an agent's first revision needs, which has nothing to be compared with.
#pragma once

namespace pawl::domain {

enum class InitialPolicy {
  Accept,             ///< what needs no baseline: integrity, the regression tier and the ceilings
  RequireThresholds,  ///< and every capability proven to reach its threshold
};

}  // namespace pawl::domain

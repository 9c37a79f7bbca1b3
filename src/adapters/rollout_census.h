// How the rollouts are, all together: for metrics, which name none of them.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "adapters/objects.h"
#include "kube/informer.h"

namespace pawl::adapters {

struct RolloutCensus {
  std::map<std::string, int> phases;                              ///< every phase, also those that none is in
  std::map<std::pair<std::string, std::string>, int> conditions;  ///< by type and status ("True", "False", "Unknown")
};

/// Of what is in the copy now. Thread-safe.
RolloutCensus count_rollouts(const kube::Informer<RolloutObject>& rollouts);

}  // namespace pawl::adapters

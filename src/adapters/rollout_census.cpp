#include "adapters/rollout_census.h"

#include "codec/enums.h"

namespace pawl::adapters {

RolloutCensus count_rollouts(const kube::Informer<RolloutObject>& rollouts) {
  RolloutCensus out;
  for (const auto& phase : codec::kPhaseNames) out.phases[std::string(phase.name)] = 0;
  rollouts.each([&](const kube::ObjectKey&, const RolloutObject& rollout) {
    ++out.phases[std::string(json::enum_name(codec::kPhaseNames, rollout.status.phase))];
    for (const domain::Condition& each : rollout.status.conditions) {
      ++out.conditions[{each.type, std::string(json::enum_name(codec::kConditionStatusNames, each.status))}];
    }
  });
  return out;
}

}  // namespace pawl::adapters

#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/counted.h"
#include "domain/gate/gate_steps.h"
#include "domain/gate/step_parts.h"

namespace pawl::domain {

GateStep thresholds(const Gate& gate) {
  if (gate.policy.initial == InitialPolicy::Accept) {
    return step("thresholds", GateVerdict::Pass, "NoBaselineAccepted",
                "there is nothing to compare with, and the policy accepts a first revision");
  }
  std::vector<std::string> below;
  std::vector<std::string> open = without_cases(gate);
  std::vector<Number> numbers;
  const bool held_out = has_held_out(gate.input);
  for (const SkillRow& row : gate.scoreboard.rows) {
    if (!row.required) continue;
    const auto found = gate.policy.capabilities.find(row.capability);
    const bool is_set = found != gate.policy.capabilities.end() && found->second.threshold;
    const double threshold = is_set ? *found->second.threshold : 1;
    numbers.push_back({row.capability, row.candidate_mean, row.held_out});
    if (!is_set) open.push_back(row.capability + " has no threshold");
    else if (row.candidate_interval.upper < threshold) {
      below.push_back(
          fmt::format("{} is {:.3f}, at least {:.3f} is asked", row.capability, row.candidate_mean, threshold));
    } else if (row.cases < gate.policy.min_cases || row.candidate_interval.lower < threshold) {
      open.push_back(
          fmt::format("{} is {:.3f} over {}", row.capability, row.candidate_mean, counted(row.cases, "case")));
    }
  }
  if (!below.empty()) {
    return veiled(step("thresholds", GateVerdict::Fail, "NoBaselineBelowThreshold", listed(below), std::move(numbers)),
                  held_out);
  }
  if (!open.empty()) {
    return veiled(step("thresholds", GateVerdict::Insufficient, "NoBaselineNotProven",
                       "not proven to reach its threshold: " + listed(open), std::move(numbers)),
                  held_out);
  }
  return veiled(step("thresholds", GateVerdict::Pass, kThresholdsMet, "every capability reaches its threshold",
                     std::move(numbers)),
                held_out);
}

}  // namespace pawl::domain

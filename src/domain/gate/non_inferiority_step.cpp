#include <fmt/format.h>

#include <string>
#include <vector>

#include "domain/gate/gate_steps.h"
#include "domain/gate/step_parts.h"

namespace pawl::domain {

GateStep non_inferiority(const Gate& gate) {
  std::vector<std::string> lost;
  std::vector<std::string> open = without_cases(gate);
  std::vector<Number> numbers;
  for (const SkillRow& row : gate.scoreboard.rows) {
    numbers.push_back({row.capability, row.p_non_inferior});
    const bool proven = row.state == SkillState::Held || row.state == SkillState::Gained;
    if (row.state == SkillState::Lost) {
      lost.push_back(fmt::format("{} ({:+.1f} points, p {:.2g})", row.capability, 100 * row.difference, row.p_worse));
    } else if (row.required && !proven) {
      open.push_back(fmt::format("{} ({} cases, {:+.1f} points, p {:.2g})", row.capability, row.cases,
                                 100 * row.difference, row.p_non_inferior));
    }
  }
  if (!lost.empty()) {
    return step("non-inferiority", GateVerdict::Fail,
                gate.scoreboard.mean_up_skill_down ? kMeanUpSkillDown : "SkillLost", "got worse: " + listed(lost),
                std::move(numbers));
  }
  if (!open.empty()) {
    return step("non-inferiority", GateVerdict::Insufficient, "NotProvenNoWorse",
                "not proven to have kept within the margin: " + listed(open) + "; add cases or epochs",
                std::move(numbers));
  }
  return step("non-inferiority", GateVerdict::Pass, "NoSkillLost",
              fmt::format("{} capabilities kept within their margins", gate.scoreboard.rows.size()),
              std::move(numbers));
}

}  // namespace pawl::domain

#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/counted.h"
#include "domain/gate/gate_steps.h"
#include "domain/gate/step_parts.h"

namespace pawl::domain {

namespace {

/// Capabilities with their numbers, and as everyone may know them: a held-out one by its name, which is its bit.
struct Named {
  std::vector<std::string> whole;
  std::vector<std::string> told;

  void add(const SkillRow& row, const std::string& numbers) {
    whole.push_back(row.capability + " " + numbers);
    told.push_back(row.held_out ? row.capability : whole.back());
  }
};

GateStep not_passed(GateVerdict verdict, const char* reason, const std::string& before, const Named& rows,
                    const std::string& after, std::vector<Number> numbers, bool held_out) {
  GateStep out = step("non-inferiority", verdict, reason, before + listed(rows.whole) + after, std::move(numbers));
  if (held_out) out.told = before + listed(rows.told) + after;
  return out;
}

}  // namespace

GateStep non_inferiority(const Gate& gate) {
  Named lost;
  Named open{without_cases(gate), without_cases(gate)};
  std::vector<Number> numbers;
  const bool held_out = has_held_out(gate.input);
  for (const SkillRow& row : gate.scoreboard.rows) {
    numbers.push_back({row.capability, row.p_non_inferior, row.held_out});
    const bool proven = row.state == SkillState::Held || row.state == SkillState::Gained;
    if (row.state == SkillState::Lost) {
      lost.add(row, fmt::format("({:+.1f} points, p {:.2g})", 100 * row.difference, row.p_worse));
    } else if (row.required && !proven) {
      open.add(row, fmt::format("({}, {:+.1f} points, p {:.2g})", counted(row.cases, "case"), 100 * row.difference,
                                row.p_non_inferior));
    }
  }
  if (!lost.whole.empty()) {
    return not_passed(GateVerdict::Fail, gate.scoreboard.mean_up_skill_down ? kMeanUpSkillDown : "SkillLost",
                      "got worse: ", lost, "", std::move(numbers), held_out);
  }
  if (!open.whole.empty()) {
    return not_passed(GateVerdict::Insufficient, "NotProvenNoWorse",
                      "not proven to have kept within the margin: ", open, "; add cases or epochs", std::move(numbers),
                      held_out);
  }
  const std::string message = counted(gate.scoreboard.rows.size(), "capability kept within its margin",
                                      "capabilities kept within their margins");
  GateStep out = step("non-inferiority", GateVerdict::Pass, "NoSkillLost", message, std::move(numbers));
  if (held_out) out.told = message;
  return out;
}

}  // namespace pawl::domain

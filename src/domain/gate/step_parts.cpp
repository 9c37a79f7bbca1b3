#include "domain/gate/step_parts.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/gate/coarse_words.h"

namespace pawl::domain {

GateStep step(std::string name, GateVerdict verdict, std::string reason, std::string message,
              std::vector<Number> numbers) {
  return {std::move(name), verdict, std::move(reason), std::move(message), std::move(numbers), {}};
}

GateStep veiled(GateStep step, bool held_out) {
  if (!held_out) return step;
  step.told =
      step.verdict == GateVerdict::Pass ? "passed; what it looked at is held out" : coarse_word(step.reason).message;
  return step;
}

bool has_held_out(const GateInput& input) {
  return std::any_of(input.cases.begin(), input.cases.end(),
                     [](const PlannedCase& one) { return one.tier == Tier::HeldOut; });
}

std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 5;
  std::string out;
  for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) out += (out.empty() ? "" : ", ") + names[i];
  return names.size() > kShown ? out + fmt::format(" and {} more", names.size() - kShown) : out;
}

std::vector<std::string> without_cases(const Gate& gate) {
  std::vector<std::string> out;
  for (const auto& [name, wanted] : gate.policy.capabilities) {
    const auto& rows = gate.scoreboard.rows;
    const bool asked =
        std::any_of(rows.begin(), rows.end(), [&](const SkillRow& row) { return row.capability == name; });
    if (wanted.required && !asked) out.push_back(name + " (no cases)");
  }
  if (gate.scoreboard.rows.empty()) {
    out.emplace_back("the suite has no cases outside of the regression tier that may decide");
  }
  return out;
}

}  // namespace pawl::domain

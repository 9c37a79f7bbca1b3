#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "domain/gate/error_budget.h"
#include "domain/gate/gate_steps.h"
#include "domain/gate/step_parts.h"

namespace pawl::domain {
namespace {

/// The rows whose rise has to be proven. A claim on a capability that no case asks for is a row without cases.
std::vector<SkillRow> claimed_rows(const Gate& gate) {
  std::vector<SkillRow> out;
  for (const std::string& name : gate.input.claimed) {
    const auto& rows = gate.scoreboard.rows;
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&](const SkillRow& row) { return row.capability == name; });
    out.push_back(found == rows.end() ? SkillRow{.capability = name,
                                                 .state = SkillState::Insufficient,
                                                 .required = true,
                                                 .cases = 0,
                                                 .candidate_mean = 0,
                                                 .candidate_interval = {},
                                                 .stable_mean = {},
                                                 .stable_interval = {},
                                                 .difference = 0,
                                                 .difference_interval = {-1, 1},
                                                 .margin = 0,
                                                 .p_non_inferior = 1,
                                                 .p_worse = 1,
                                                 .log_e_better = 0,
                                                 .cases_won = {}}
                                      : *found);
  }
  if (out.empty() && gate.scoreboard.overall && gate.policy.unclaimed == UnclaimedPolicy::ProveOverall) {
    out.push_back(*gate.scoreboard.overall);
  }
  return out;
}

std::string rise(const SkillRow& row) {
  return fmt::format("{} ({:+.1f} points over {} cases, {} won, {} lost, e {:.3g})", row.capability,
                     100 * row.difference, row.cases, row.cases_won.wins, row.cases_won.losses,
                     std::exp(std::min(row.log_e_better, 700.0)));
}

std::vector<Number> rises(const std::vector<SkillRow>& rows, double level) {
  std::vector<Number> numbers = {{"level", level}};
  for (const SkillRow& row : rows) numbers.push_back({"log e " + row.capability, row.log_e_better});
  return numbers;
}

}  // namespace

bool unclaimed_is_enough(const Gate& gate) {
  return gate.input.claimed.empty() && gate.policy.unclaimed == UnclaimedPolicy::NoWorse;
}

GateStep superiority(const Gate& gate) {
  if (unclaimed_is_enough(gate)) {
    return step("superiority", GateVerdict::Pass, "NothingClaimed",
                "the edit claims no improvement, and the policy asks for none");
  }
  const std::vector<SkillRow> rows = claimed_rows(gate);
  std::vector<std::string> contradicted;
  std::vector<std::string> open;
  for (const SkillRow& row : rows) {
    if (row.cases > 0 && row.difference <= 0) contradicted.push_back(rise(row));
    else if (row.log_e_better < std::log(1 / gate.policy.alpha)) open.push_back(rise(row));
  }
  std::vector<Number> numbers = rises(rows, gate.policy.alpha);
  if (!contradicted.empty()) {
    return step("superiority", GateVerdict::Fail, "NoImprovement",
                "did not rise: " + listed(contradicted) + "; a tie is no improvement", std::move(numbers));
  }
  if (!open.empty() || rows.empty()) {
    return step("superiority", GateVerdict::Insufficient, "ImprovementNotProven",
                "rose, but not proven: " + listed(open) + "; add cases or epochs", std::move(numbers));
  }
  return step("superiority", GateVerdict::Pass, "Improved", rise(rows.front()), std::move(numbers));
}

GateStep error_budget(const Gate& gate) {
  std::vector<Number> numbers = {{"candidate", static_cast<double>(gate.input.candidate_number)},
                                 {"level", gate.level},
                                 {"spent", level_spent(gate.policy.alpha, gate.input.candidate_number)}};
  if (gate.input.candidate_number < 1) {
    return step("error budget", GateVerdict::Insufficient, "SequenceUnknown",
                "the candidate's place in the sequence is not known; it counts from 1", std::move(numbers));
  }
  std::vector<std::string> open;
  if (!unclaimed_is_enough(gate)) {
    for (const SkillRow& row : claimed_rows(gate)) {
      if (row.log_e_better < std::log(1 / gate.level)) open.push_back(rise(row));
    }
  }
  const std::string place =
      fmt::format("candidate {} of this generation is judged at level {:.2g}", gate.input.candidate_number, gate.level);
  if (open.empty()) return step("error budget", GateVerdict::Pass, "WithinBudget", place, std::move(numbers));
  return step("error budget", GateVerdict::Insufficient, "BudgetNeedsMore",
              place + ", and the proof is too weak for it: " + listed(open) +
                  "; add cases, or start a new generation of the suite",
              std::move(numbers));
}

}  // namespace pawl::domain

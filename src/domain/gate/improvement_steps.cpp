#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/counted.h"
#include "domain/gate/error_budget.h"
#include "domain/gate/gate_steps.h"
#include "domain/gate/step_parts.h"

namespace pawl::domain {
namespace {

/// The rows whose rise has to be proven.
std::vector<SkillRow> claimed_rows(const Gate& gate) {
  std::vector<SkillRow> out;
  for (const SkillRow& row : gate.scoreboard.rows) {
    const auto& claimed = gate.input.claimed;
    if (std::find(claimed.begin(), claimed.end(), row.capability) != claimed.end()) out.push_back(row);
  }
  if (gate.input.claimed.empty() && gate.scoreboard.overall && gate.policy.unclaimed == UnclaimedPolicy::ProveOverall) {
    out.push_back(*gate.scoreboard.overall);
  }
  return out;
}

/// Claims that no case asks for: a mistyped name, or a capability of frozen cases alone.
std::vector<std::string> claims_without_cases(const Gate& gate) {
  std::vector<std::string> out;
  for (const std::string& name : gate.input.claimed) {
    const auto& rows = gate.scoreboard.rows;
    if (std::none_of(rows.begin(), rows.end(), [&](const SkillRow& row) { return row.capability == name; })) {
      out.push_back(name);
    }
  }
  return out;
}

std::vector<std::string> names(const std::vector<SkillRow>& rows) {
  std::vector<std::string> out;
  for (const SkillRow& row : rows) out.push_back(row.capability);
  return out;
}

std::string rise(const SkillRow& row) {
  return fmt::format("{} ({:+.1f} points over {}, {} won, {} lost, e {:.3g})", row.capability, 100 * row.difference,
                     counted(row.cases, "case"), row.cases_won.wins, row.cases_won.losses,
                     std::exp(std::min(row.log_e_better, 700.0)));
}

std::vector<Number> rises(const std::vector<SkillRow>& rows, double level) {
  std::vector<Number> numbers = {{"level", level}};
  for (const SkillRow& row : rows) numbers.push_back({"log e " + row.capability, row.log_e_better, row.held_out});
  return numbers;
}

bool any_held_out(const std::vector<SkillRow>& rows) {
  return std::any_of(rows.begin(), rows.end(), [](const SkillRow& row) { return row.held_out; });
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
  if (const auto unknown = claims_without_cases(gate); !unknown.empty()) {
    return step("superiority", GateVerdict::Insufficient, "ClaimWithoutCases",
                "no case that may decide asks for what is claimed: " + listed(unknown) +
                    "; there are cases of: " + listed(names(gate.scoreboard.rows)));
  }
  const std::vector<SkillRow> rows = claimed_rows(gate);
  const bool held_out = any_held_out(rows);
  std::vector<std::string> contradicted;
  std::vector<std::string> open;
  for (const SkillRow& row : rows) {
    if (row.difference <= 0) contradicted.push_back(rise(row));
    else if (row.log_e_better < std::log(1 / gate.policy.alpha)) open.push_back(rise(row));
  }
  std::vector<Number> numbers = rises(rows, gate.policy.alpha);
  if (!contradicted.empty()) {
    return veiled(step("superiority", GateVerdict::Fail, "NoImprovement",
                       "did not rise: " + listed(contradicted) + "; a tie is no improvement", std::move(numbers)),
                  held_out);
  }
  if (!open.empty() || rows.empty()) {
    return veiled(step("superiority", GateVerdict::Insufficient, "ImprovementNotProven",
                       "rose, but not proven: " + listed(open) + "; add cases or epochs", std::move(numbers)),
                  held_out);
  }
  return veiled(step("superiority", GateVerdict::Pass, "Improved", rise(rows.front()), std::move(numbers)), held_out);
}

GateStep error_budget(const Gate& gate) {
  std::vector<Number> numbers = {{"candidate", static_cast<double>(gate.input.candidate_number)},
                                 {"level", gate.level},
                                 {"spent", level_spent(gate.policy.alpha, gate.input.candidate_number)}};
  if (gate.input.candidate_number < 1) {
    return step("error budget", GateVerdict::Insufficient, "SequenceUnknown",
                "the candidate's place in the sequence is not known; it counts from 1", std::move(numbers));
  }
  const std::vector<SkillRow> rows = claimed_rows(gate);
  std::vector<std::string> open = claims_without_cases(gate);
  for (const SkillRow& row : rows) {
    if (row.log_e_better < std::log(1 / gate.level)) open.push_back(rise(row));
  }
  const std::string place =
      fmt::format("candidate {} of this generation is judged at level {:.2g}", gate.input.candidate_number, gate.level);
  const char* remedy = "; add cases, or start a new generation of the suite";
  GateStep out = open.empty()
                     ? step("error budget", GateVerdict::Pass, "WithinBudget", place, std::move(numbers))
                     : step("error budget", GateVerdict::Insufficient, "BudgetNeedsMore",
                            place + ", and the proof is too weak for it: " + listed(open) + remedy, std::move(numbers));
  if (any_held_out(rows)) out.told = open.empty() ? place : place + ", and the proof is too weak for it" + remedy;
  return out;
}

}  // namespace pawl::domain

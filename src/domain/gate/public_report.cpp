#include "domain/gate/public_report.h"

#include <algorithm>

#include "domain/gate/coarse_words.h"

namespace pawl::domain {
namespace {

bool thresholds_met(const GateReport& report) {
  return report.verdict == GateVerdict::Pass &&
         std::any_of(report.steps.begin(), report.steps.end(),
                     [](const GateStep& step) { return step.reason == kThresholdsMet; });
}

SkillRow one_bit(const SkillRow& row, const GateReport& report) {
  SkillRow out;
  out.capability = row.capability;
  out.required = row.required;
  out.held_out = true;
  out.withheld = true;
  out.state = thresholds_met(report) ? SkillState::Held : coarse_state(row.state, report.verdict);
  return out;
}

GateStep coarse(GateStep step) {
  std::erase_if(step.numbers, [](const Number& number) { return number.held_out; });
  if (step.told.empty()) return step;
  step.message = std::move(step.told);
  step.told.clear();
  if (step.verdict != GateVerdict::Pass) step.reason = coarse_word(step.reason).word;
  return step;
}

std::vector<GateStep> coarse_steps(const std::vector<GateStep>& steps) {
  std::vector<GateStep> out;
  bool decided = false;
  for (const GateStep& step : steps) {
    if (decided && !step.told.empty()) continue;
    decided = decided || step.verdict != GateVerdict::Pass;
    out.push_back(coarse(step));
  }
  return out;
}

}  // namespace

GateReport for_everyone(const GateReport& report) {
  GateReport out = report;
  std::erase_if(out.cases, [](const CaseRow& row) { return row.tier == Tier::HeldOut; });
  for (SkillRow& row : out.scoreboard) {
    if (row.held_out) row = one_bit(row, report);
  }
  const bool mean_is_secret = out.overall && out.overall->held_out;
  if (mean_is_secret) out.overall.reset();
  out.steps = coarse_steps(report.steps);
  const auto decides = std::find_if(out.steps.begin(), out.steps.end(),
                                    [](const GateStep& step) { return step.verdict != GateVerdict::Pass; });
  if (decides != out.steps.end()) {
    out.reason = decides->reason;
    out.message = decides->name + ": " + decides->message;
  }
  if (mean_is_secret) out.mean_up_skill_down = out.reason == kMeanUpSkillDown;
  return out;
}

}  // namespace pawl::domain

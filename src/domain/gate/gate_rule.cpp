#include "domain/gate/gate_rule.h"

#include <algorithm>

#include "domain/gate/error_budget.h"
#include "domain/gate/gate_steps.h"
#include "domain/gate/paired_cases.h"
#include "domain/gate/skill_rows.h"

namespace pawl::domain {
namespace {

CaseState state_of(const PairedCase& one, int epochs) {
  if (one.candidate.scored < epochs || (one.stable && one.stable->scored < epochs)) return CaseState::Missing;
  const bool now = one.candidate.passed();
  if (!one.stable) return now ? CaseState::Passed : CaseState::Failed;
  const bool before = one.stable->passed();
  if (now != before) return now ? CaseState::Won : CaseState::Lost;
  return now ? CaseState::BothPassed : CaseState::BothFailed;
}

CaseRow case_row(const PairedCase& one, int epochs) {
  CaseRow row;
  row.id = one.planned.id;
  row.capability = one.planned.capability;
  row.tier = one.planned.tier;
  row.state = state_of(one, epochs);
  row.candidate_passes = one.candidate.passes;
  if (one.stable) row.stable_passes = one.stable->passes;
  row.flaky = one.stable && one.stable->mixed();
  row.quarantined = quarantined(one);
  row.reason = one.candidate.reason;
  return row;
}

GateReport heading(const Gate& gate) {
  GateReport report;
  report.no_baseline = !gate.input.stable;
  report.candidate_revision = gate.input.candidate.revision;
  report.candidate_digest = gate.input.candidate.digest;
  if (gate.input.stable) report.stable_revision = gate.input.stable->revision;
  report.suite_digest = gate.input.candidate.suite_digest;
  report.grader_digest = gate.input.candidate.grader_digest;
  report.epochs = gate.policy.epochs;
  report.candidate_number = gate.input.candidate_number;
  report.alpha = gate.policy.alpha;
  report.waived = gate.input.waived;
  for (const PairedCase& one : gate.pairing.cases) report.cases.push_back(case_row(one, gate.policy.epochs));
  return report;
}

using Rule = GateStep (*)(const Gate&);
constexpr Rule kCompared[] = {regression, non_inferiority, superiority, ceilings, error_budget};
constexpr Rule kInitial[] = {regression, thresholds, ceilings};

void conclude(GateReport& report) {
  const auto decides = std::find_if(report.steps.begin(), report.steps.end(),
                                    [](const GateStep& s) { return s.verdict != GateVerdict::Pass; });
  if (decides == report.steps.end()) {
    report.verdict = GateVerdict::Pass;
    report.reason = report.no_baseline ? "NoBaseline" : "Passed";
    report.message = report.no_baseline ? "a first revision: accepted by the policy for these, compared with nothing"
                                        : "every step passed";
    return;
  }
  report.verdict = decides->verdict;
  report.reason = decides->reason;
  report.message = decides->name + ": " + decides->message;
}

}  // namespace

GateReport judge_candidate(const GateInput& input, const GatePolicy& policy) {
  Gate gate{input,
            policy,
            pair_up(input, policy.epochs),
            {},
            level_of_candidate(policy.alpha, std::max(1, input.candidate_number))};
  GateReport report = heading(gate);
  report.steps.push_back(integrity(gate));
  if (!gate.pairing.informing.empty()) report.steps.push_back(judge_informs(gate));
  if (report.steps.front().verdict == GateVerdict::Pass) {
    if (std::any_of(gate.pairing.cases.begin(), gate.pairing.cases.end(),
                    [](const PairedCase& one) { return one.planned.judge.has_value(); })) {
      report.steps.push_back(judge_rates(gate));
    }
    // Without a claim that has to be proven, the proof of no loss is all there is: it pays from the budget.
    gate.scoreboard = make_scoreboard(gate.pairing.cases, policy, unclaimed_is_enough(gate) ? gate.level : policy.alpha,
                                      input.candidate.suite_digest);
    report.scoreboard = gate.scoreboard.rows;
    report.overall = gate.scoreboard.overall;
    report.mean_up_skill_down = gate.scoreboard.mean_up_skill_down;
    if (input.stable) {
      for (const Rule rule : kCompared) report.steps.push_back(rule(gate));
    } else {
      for (const Rule rule : kInitial) report.steps.push_back(rule(gate));
    }
  }
  conclude(report);
  return report;
}

}  // namespace pawl::domain

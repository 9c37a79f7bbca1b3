#include "domain/gate/gate_rule.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "domain/evidence/paired_difference.h"
#include "domain/gate/error_budget.h"
#include "domain/gate/paired_cases.h"
#include "domain/gate/skill_rows.h"

namespace pawl::domain {
namespace {

constexpr double kP95 = 0.95;

/// Everything the steps look at.
struct Gate {
  const GateInput& input;
  const GatePolicy& policy;
  Pairing pairing;
  Scoreboard scoreboard;
  double level;  ///< of this candidate, from the error budget
};

GateStep step(std::string name, GateVerdict verdict, std::string reason, std::string message,
              std::vector<Number> numbers = {}) {
  return {std::move(name), verdict, std::move(reason), std::move(message), std::move(numbers)};
}

std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 5;
  std::string out;
  for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) out += (out.empty() ? "" : ", ") + names[i];
  return names.size() > kShown ? out + fmt::format(" and {} more", names.size() - kShown) : out;
}

double number(int count) { return count; }

// ---- integrity

std::string describe(const IntegrityFaults& faults, const GateInput& input) {
  if (input.cases.empty()) return "the suite has no cases; add some";
  if (faults.cases_repeated) return "the suite has two cases of one id; rename one";
  if (faults.suites_differ) return "the two arms ran different cases; run both again on one suite";
  if (faults.graders_differ) return "the two arms were judged by different graders; judge both again";
  if (faults.same_bundle) return "candidate and stable are the same bundle: nothing was changed";
  if (faults.answers_missing > 0) {
    return fmt::format("{} answers of {} cases are missing or could not be judged; repeat them", faults.answers_missing,
                       faults.cases_missing);
  }
  return fmt::format("{} answers belong to no planned case, {} came twice; run again", faults.answers_unplanned,
                     faults.answers_twice);
}

GateStep integrity(const Gate& gate) {
  const IntegrityFaults& faults = gate.pairing.faults;
  std::vector<Number> numbers = {{"cases", number(static_cast<int>(gate.input.cases.size()))},
                                 {"epochs", number(gate.policy.epochs)},
                                 {"missing", number(faults.answers_missing)},
                                 {"unplanned", number(faults.answers_unplanned)},
                                 {"twice", number(faults.answers_twice)}};
  if (faults.none() && !gate.input.cases.empty() && gate.policy.epochs > 0) {
    return step("integrity", GateVerdict::Pass, "Complete", "both arms answered every case, judged alike",
                std::move(numbers));
  }
  return step("integrity", GateVerdict::Insufficient, faults.answers_missing > 0 ? "AnswersMissing" : "NotComparable",
              describe(faults, gate.input), std::move(numbers));
}

// ---- regression tier

/// Only stable's own repeats quarantine a case: a candidate must not excuse its failures by being erratic. A case that
/// stable passes by majority and the candidate never is no flake.
bool quarantined(const PairedCase& one) {
  if (one.planned.tier != Tier::Regression || !one.stable || !one.stable->mixed()) return false;
  return !(one.stable->passed() && one.candidate.passes == 0);
}

GateStep regression(const Gate& gate) {
  int frozen = 0;
  int aside = 0;
  std::vector<std::string> broken;
  for (const PairedCase& one : gate.pairing.cases) {
    if (one.planned.tier != Tier::Regression) continue;
    ++frozen;
    if (quarantined(one)) ++aside;
    else if (!one.candidate.passed()) broken.push_back(one.planned.id);
  }
  std::vector<Number> numbers = {
      {"frozen", number(frozen)}, {"broken", number(static_cast<int>(broken.size()))}, {"quarantined", number(aside)}};
  if (!broken.empty()) {
    return step("regression", GateVerdict::Fail, "FrozenCaseFails", "fails in most epochs: " + listed(broken),
                std::move(numbers));
  }
  if (aside > gate.policy.max_quarantined * frozen) {
    return step(
        "regression", GateVerdict::Insufficient, "TooManyFlaky",
        fmt::format("{} of {} frozen cases change between stable's own epochs; mend or retire them", aside, frozen),
        std::move(numbers));
  }
  return step("regression", GateVerdict::Pass, "FrozenCasesPass",
              fmt::format("{} frozen cases pass, {} set aside as flaky", frozen - aside, aside), std::move(numbers));
}

/// Capabilities that the policy requires and no case asks for: no data is no proof.
std::vector<std::string> without_cases(const Gate& gate) {
  std::vector<std::string> out;
  for (const auto& [name, wanted] : gate.policy.capabilities) {
    const auto& rows = gate.scoreboard.rows;
    const bool asked =
        std::any_of(rows.begin(), rows.end(), [&](const SkillRow& row) { return row.capability == name; });
    if (wanted.required && !asked) out.push_back(name + " (no cases)");
  }
  if (gate.scoreboard.rows.empty()) out.emplace_back("the suite has no cases outside of the regression tier");
  return out;
}

// ---- non-inferiority

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
                gate.scoreboard.mean_up_skill_down ? "MeanUpSkillDown" : "SkillLost", "got worse: " + listed(lost),
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

// ---- superiority

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

// ---- ceilings

struct Spending {
  std::optional<double> cost_usd;  ///< mean per answer; absent if any answer's is not known
  std::optional<double> p95_ms;
};

Spending spending_of(const ArmRun& run) {
  double cost = 0;
  std::vector<double> latencies;
  bool all_costs = !run.answers.empty();
  for (const JudgedAnswer& answer : run.answers) {
    all_costs = all_costs && answer.cost_usd;
    cost += answer.cost_usd.value_or(0);
    if (answer.latency) latencies.push_back(static_cast<double>(answer.latency->count()));
  }
  Spending out;
  if (all_costs) out.cost_usd = cost / static_cast<double>(run.answers.size());
  if (latencies.empty() || latencies.size() < run.answers.size()) return out;
  const auto at = static_cast<std::ptrdiff_t>(std::ceil(kP95 * static_cast<double>(latencies.size()))) - 1;
  std::nth_element(latencies.begin(), latencies.begin() + at, latencies.end());
  out.p95_ms = latencies[static_cast<std::size_t>(at)];
  return out;
}

struct Ceiling {
  std::string name;
  std::optional<double> limit;  ///< absolute
  std::optional<double> ratio;  ///< of stable's
  std::optional<double> candidate;
  std::optional<double> stable;
};

GateVerdict check(const Ceiling& ceiling, bool has_baseline, std::vector<std::string>& complaints) {
  const bool compares = ceiling.ratio && has_baseline;
  if (!ceiling.limit && !compares) return GateVerdict::Pass;
  if (!ceiling.candidate || (compares && !ceiling.stable)) {
    complaints.push_back(ceiling.name + " was not measured for every answer");
    return GateVerdict::Insufficient;
  }
  GateVerdict verdict = GateVerdict::Pass;
  const auto refuse = [&](double most) {
    complaints.push_back(
        fmt::format("{} is {:.4g}, at most {:.4g} is allowed", ceiling.name, *ceiling.candidate, most));
    verdict = GateVerdict::Fail;
  };
  if (ceiling.limit && *ceiling.candidate > *ceiling.limit) refuse(*ceiling.limit);
  else if (compares && *ceiling.candidate > *ceiling.ratio * *ceiling.stable) refuse(*ceiling.ratio * *ceiling.stable);
  return verdict;
}

GateStep ceilings(const Gate& gate) {
  const Spending candidate = spending_of(gate.input.candidate);
  const Spending stable = gate.input.stable ? spending_of(*gate.input.stable) : Spending{};
  const GatePolicy& p = gate.policy;
  std::vector<Number> numbers;
  std::vector<std::string> complaints;
  GateVerdict worst = GateVerdict::Pass;
  for (const Ceiling& ceiling :
       {Ceiling{"the mean cost in USD", p.max_cost_usd, p.max_cost_ratio, candidate.cost_usd, stable.cost_usd},
        Ceiling{"the 95th percentile of latency in ms", p.max_p95_ms, p.max_p95_ratio, candidate.p95_ms,
                stable.p95_ms}}) {
    if (ceiling.candidate) numbers.push_back({ceiling.name, *ceiling.candidate});
    if (ceiling.stable) numbers.push_back({ceiling.name + ", stable", *ceiling.stable});
    const GateVerdict verdict = check(ceiling, gate.input.stable.has_value(), complaints);
    if (verdict == GateVerdict::Fail || worst == GateVerdict::Pass) worst = verdict;
  }
  if (worst == GateVerdict::Pass) {
    return step("ceilings", worst, "WithinCeilings", "cost and latency are within what the policy allows",
                std::move(numbers));
  }
  return step("ceilings", worst, worst == GateVerdict::Fail ? "TooExpensive" : "NotMeasured", listed(complaints),
              std::move(numbers));
}

// ---- error budget

GateStep error_budget(const Gate& gate) {
  std::vector<Number> numbers = {{"candidate", number(gate.input.candidate_number)},
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

// ---- first revision

GateStep thresholds(const Gate& gate) {
  if (gate.policy.initial == InitialPolicy::Accept) {
    return step("thresholds", GateVerdict::Pass, "NoBaselineAccepted",
                "there is nothing to compare with, and the policy accepts a first revision");
  }
  std::vector<std::string> below;
  std::vector<std::string> open = without_cases(gate);
  std::vector<Number> numbers;
  for (const SkillRow& row : gate.scoreboard.rows) {
    if (!row.required) continue;
    const auto found = gate.policy.capabilities.find(row.capability);
    const bool is_set = found != gate.policy.capabilities.end() && found->second.threshold;
    const double threshold = is_set ? *found->second.threshold : 1;
    numbers.push_back({row.capability, row.candidate_mean});
    if (!is_set) open.push_back(row.capability + " has no threshold");
    else if (row.candidate_interval.upper < threshold) {
      below.push_back(
          fmt::format("{} is {:.3f}, at least {:.3f} is asked", row.capability, row.candidate_mean, threshold));
    } else if (row.cases < gate.policy.min_cases || row.candidate_interval.lower < threshold) {
      open.push_back(fmt::format("{} is {:.3f} over {} cases", row.capability, row.candidate_mean, row.cases));
    }
  }
  if (!below.empty()) {
    return step("thresholds", GateVerdict::Fail, "NoBaselineBelowThreshold", listed(below), std::move(numbers));
  }
  if (!open.empty()) {
    return step("thresholds", GateVerdict::Insufficient, "NoBaselineNotProven",
                "not proven to reach its threshold: " + listed(open), std::move(numbers));
  }
  return step("thresholds", GateVerdict::Pass, "NoBaselineThresholdsMet", "every capability reaches its threshold",
              std::move(numbers));
}

// ---- the report

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
  if (report.steps.back().verdict == GateVerdict::Pass) {
    // Without a claim that has to be proven, the proof of no loss is all there is: it pays from the budget.
    gate.scoreboard =
        make_scoreboard(gate.pairing.cases, policy, unclaimed_is_enough(gate) ? gate.level : policy.alpha);
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

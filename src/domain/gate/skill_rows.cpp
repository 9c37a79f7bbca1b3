#include "domain/gate/skill_rows.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "base/sha256.h"
#include "domain/evidence/mcnemar.h"
#include "domain/evidence/multiplicity.h"
#include "domain/evidence/paired_bets.h"
#include "domain/evidence/paired_difference.h"

namespace pawl::domain {
namespace {

using Cases = std::vector<const PairedCase*>;

constexpr double kDisplayLevel = 0.05;  // the intervals of the scoreboard, for people to read

GatePolicy::Capability policy_of(const GatePolicy& policy, const std::string& capability) {
  const auto found = policy.capabilities.find(capability);
  return found == policy.capabilities.end() ? GatePolicy::Capability{} : found->second;
}

WinsAndLosses count_wins(const Cases& cases) {
  WinsAndLosses out;
  for (const PairedCase* one : cases) {
    if (!one->stable || one->candidate.passed() == one->stable->passed()) continue;
    ++(one->candidate.passed() ? out.wins : out.losses);
  }
  out.p_better = mcnemar_p(out.wins, out.losses);
  out.p_worse = mcnemar_p(out.losses, out.wins);
  return out;
}

/// A case counts as one draw, however many epochs it had: epochs of one case are alike.
Interval interval_of(const Cases& cases, double mean) {
  const auto n = static_cast<double>(cases.size());
  return cs_beta(mean * n, n, kDisplayLevel);
}

SkillRow describe(const std::string& capability, const Cases& cases, const GatePolicy& policy) {
  SkillRow row;
  const auto wanted = policy_of(policy, capability);
  row.capability = capability;
  row.required = wanted.required;
  row.margin = wanted.margin.value_or(policy.margin);
  row.cases = static_cast<int>(cases.size());
  row.held_out =
      std::any_of(cases.begin(), cases.end(), [](const PairedCase* one) { return one->planned.tier == Tier::HeldOut; });
  std::vector<double> differences;
  PairedBets bets;
  double candidate = 0;
  double stable = 0;
  for (const PairedCase* one : cases) {
    candidate += one->candidate.mean;
    if (!one->stable) continue;
    stable += one->stable->mean;
    differences.push_back(one->difference());
    bets.add(one->difference());
  }
  row.candidate_mean = candidate / static_cast<double>(cases.size());
  row.candidate_interval = interval_of(cases, row.candidate_mean);
  if (differences.empty()) return row;
  row.stable_mean = stable / static_cast<double>(cases.size());
  row.stable_interval = interval_of(cases, *row.stable_mean);
  const PairedDifference paired(differences, policy.epochs);
  row.difference = paired.mean();
  row.difference_interval = paired.interval(kDisplayLevel);
  row.p_non_inferior = paired.p_above(-row.margin);
  row.p_worse = paired.p_below(0);
  row.log_e_better = bets.best_log_e();
  row.cases_won = count_wins(cases);
  return row;
}

bool is_flaky(const Cases& cases, double share) {
  const auto mixed = std::count_if(cases.begin(), cases.end(),
                                   [](const PairedCase* one) { return one->stable && one->stable->mixed(); });
  return static_cast<double>(mixed) > share * static_cast<double>(cases.size());
}

SkillState state_of(const SkillRow& row, const GatePolicy& policy, double level, bool flaky) {
  const bool held = row.p_non_inferior <= level;
  if (row.cases < policy.min_cases || !row.stable_mean) return SkillState::Insufficient;
  if (!held && row.p_worse <= policy.alpha) return SkillState::Lost;
  // The largest e-value may be of a rise that was lost again: what is told as gained has also risen.
  if (held && row.difference > 0 && row.log_e_better >= std::log(1 / level)) return SkillState::Gained;
  if (held) return SkillState::Held;
  return flaky ? SkillState::Flaky : SkillState::Insufficient;
}

/// Only rows that can be judged share the error: a capability with two cases must not cost the others their proof.
void adjust(std::vector<SkillRow>& rows, const GatePolicy& policy) {
  std::vector<SkillRow*> judged;
  for (SkillRow& row : rows) {
    if (row.cases >= policy.min_cases && row.stable_mean) judged.push_back(&row);
  }
  std::vector<double> non_inferior;
  std::vector<double> worse;
  for (const SkillRow* row : judged) {
    non_inferior.push_back(row->p_non_inferior);
    worse.push_back(row->p_worse);
  }
  non_inferior = holm_adjusted(non_inferior);
  worse = holm_adjusted(worse);
  for (std::size_t i = 0; i < judged.size(); ++i) {
    judged[i]->p_non_inferior = non_inferior[i];
    judged[i]->p_worse = worse[i];
  }
}

/// All but the regression tier.
Cases in_betting_order(const std::vector<PairedCase>& cases, const std::string& suite_digest) {
  std::vector<std::pair<std::string, const PairedCase*>> drawn;
  for (const PairedCase& one : cases) {
    if (one.planned.tier != Tier::Regression) {
      drawn.emplace_back(sha256_hex("bets\n" + suite_digest + "\n" + one.planned.id), &one);
    }
  }
  std::sort(drawn.begin(), drawn.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  Cases out;
  for (const auto& [place, one] : drawn) out.push_back(one);
  return out;
}

}  // namespace

Scoreboard make_scoreboard(const std::vector<PairedCase>& cases, const GatePolicy& policy, double level,
                           const std::string& suite_digest) {
  Scoreboard out;
  std::map<std::string, Cases> by_capability;
  const Cases all = in_betting_order(cases, suite_digest);
  for (const PairedCase* one : all) by_capability[one->planned.capability].push_back(one);
  for (const auto& [capability, own] : by_capability) out.rows.push_back(describe(capability, own, policy));
  adjust(out.rows, policy);
  bool lost = false;
  for (SkillRow& row : out.rows) {
    row.state = state_of(row, policy, level, is_flaky(by_capability[row.capability], policy.flaky_share));
    lost = lost || row.state == SkillState::Lost;
  }
  if (all.empty()) return out;
  out.overall = describe("(all)", all, policy);
  out.overall->state = state_of(*out.overall, policy, level, is_flaky(all, policy.flaky_share));
  out.mean_up_skill_down = out.overall->difference > 0 && lost;
  return out;
}

}  // namespace pawl::domain

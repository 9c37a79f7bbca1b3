#include "domain/gate/gate_rule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "domain/gate/error_budget.h"
#include "domain/gate/paired_cases.h"
#include "unit/domain/gate/runs.h"

namespace pawl::domain {
namespace {

using namespace runs;
using enum GateVerdict;

TEST(Gate, PassesAnEditThatGainsWhatItClaimsAndLosesNothing) {
  const GateReport report = judge_candidate(input(good_blocks()), {});
  EXPECT_EQ(report.verdict, Pass) << report.message;
  EXPECT_EQ(report.reason, "Passed");
  EXPECT_EQ(report.steps.size(), 6u);
  EXPECT_EQ(row(report, "refunds").state, SkillState::Gained);
  EXPECT_EQ(row(report, "privacy").state, SkillState::Held);
  EXPECT_EQ(row(report, "refunds").cases_won.wins, 40);
  EXPECT_EQ(row(report, "refunds").cases_won.losses, 0);
  EXPECT_FALSE(report.mean_up_skill_down);
}

TEST(Gate, SaysTheSameWhateverOrderTheAnswersCameIn) {
  GateInput in = input(good_blocks());
  const GateReport first = judge_candidate(in, {});
  std::reverse(in.candidate.answers.begin(), in.candidate.answers.end());
  std::reverse(in.cases.begin(), in.cases.end());
  const GateReport second = judge_candidate(in, {});
  EXPECT_EQ(first.message, second.message);
  EXPECT_EQ(row(first, "refunds").log_e_better, row(second, "refunds").log_e_better);
}

TEST(Gate, FailsAnEditUnderWhoseRisingMeanASkillFalls) {
  auto blocks = good_blocks();
  blocks[1].candidate_passes = 25;
  const GateReport report = judge_candidate(input(blocks), {});
  EXPECT_EQ(report.verdict, Fail);
  EXPECT_EQ(report.reason, "MeanUpSkillDown");
  EXPECT_TRUE(report.mean_up_skill_down);
  EXPECT_GT(report.overall->difference, 0);
  EXPECT_EQ(row(report, "privacy").state, SkillState::Lost);
  EXPECT_EQ(row(report, "privacy").cases_won.losses, 25);
  EXPECT_LT(row(report, "privacy").cases_won.p_worse, 1e-6);
}

// ---- a judge that only informs

/// The good edit, whose capability "tone" is lost by a judge that may not decide.
GateInput judged_input() {
  auto blocks = good_blocks();
  blocks.push_back({"tone", 40, 40, 10, Tier::HeldOut});
  GateInput in = input(blocks);
  for (PlannedCase& one : in.cases) one.informs = one.capability == "tone";
  return in;
}

TEST(GateJudge, ShowsWhatItSaysAndLetsItDecideNothing) {
  const GateReport report = judge_candidate(judged_input(), {});
  EXPECT_EQ(report.verdict, Pass) << report.message;
  ASSERT_EQ(report.steps.size(), 7u);
  EXPECT_EQ(report.steps[1].reason, "JudgeInforms");
  EXPECT_NE(report.steps[1].message.find("40 cases"), std::string::npos);
  EXPECT_NE(report.steps[1].message.find("tone 0.250 over 40 cases"), std::string::npos) << report.steps[1].message;
  for (const SkillRow& each : report.scoreboard) EXPECT_NE(each.capability, "tone");
}

TEST(GateJudge, DoesNotStopTheVerdictByAnswersThatItCouldNotJudge) {
  GateInput in = judged_input();
  in.candidate.answers.pop_back();
  EXPECT_EQ(judge_candidate(in, {}).verdict, Pass);
}

TEST(GateJudge, LeavesASuiteThatNobodyElseGradesInsufficient) {
  GateInput in = input(good_blocks());
  for (PlannedCase& one : in.cases) one.informs = true;
  EXPECT_EQ(judge_candidate(in, {}).verdict, Insufficient);
}

// ---- integrity

TEST(GateIntegrity, TakesAMissingAnswerForNoPassAndNoFailure) {
  GateInput in = input(good_blocks());
  in.candidate.answers.pop_back();
  const GateReport report = judge_candidate(in, {});
  EXPECT_EQ(report.verdict, Insufficient);
  EXPECT_EQ(report.reason, "AnswersMissing");
  EXPECT_EQ(report.steps.size(), 1u) << "nothing is computed from data that are not whole";
  EXPECT_TRUE(report.scoreboard.empty());
}

TEST(GateIntegrity, TakesAGradersErrorAndANumberThatIsNoScoreForMissing) {
  for (const std::optional<double> score : {std::optional<double>{}, std::optional<double>{std::nan("")},
                                            std::optional<double>{1.5}, std::optional<double>{-0.1}}) {
    GateInput in = input(good_blocks());
    in.stable->answers.front().score = score;
    EXPECT_EQ(judge_candidate(in, {}).reason, "AnswersMissing");
  }
}

TEST(GateIntegrity, TakesAStableThatOftenGivesNoAnswerForNoBaseline) {
  const auto down_for = [](std::size_t answers) {
    GateInput in = input(good_blocks());
    for (std::size_t i = 0; i < answers; ++i) {
      JudgedAnswer& answer = in.stable->answers[i];
      answer.score = 0;
      answer.passed = false;
      answer.unanswered = true;
      answer.reason = "answered 502: bad gateway";
    }
    return judge_candidate(in, {});
  };
  const GateReport report = down_for(12);
  EXPECT_EQ(report.verdict, Insufficient) << "its zeros would be gains of the candidate";
  EXPECT_EQ(report.reason, "StableUnwell");
  EXPECT_THAT(report.steps.front().message, ::testing::HasSubstr("answered 502: bad gateway; see that it is well"));
  EXPECT_NE(down_for(1).reason, "StableUnwell") << "one may be a hiccup";
}

TEST(PairedCases, ACaseThatStableDidNotAnswerIsNoGain) {
  PairedCase pair;
  pair.candidate.mean = 1;
  pair.stable = Epochs{.scored = 1, .unanswered = 1, .passes = 0, .mean = 0, .reason = ""};
  EXPECT_EQ(pair.difference(), 0);
  pair.stable->unanswered = 0;
  EXPECT_EQ(pair.difference(), 1);
  pair.candidate.mean = 0;
  pair.stable = Epochs{.scored = 2, .unanswered = 1, .passes = 1, .mean = .5, .reason = ""};
  EXPECT_EQ(pair.difference(), -.5) << "a loss is one all the same";
}

TEST(GateIntegrity, TakesACandidateThatGivesNoAnswerForAWorseOne) {
  GateInput in = input(good_blocks());
  for (JudgedAnswer& answer : in.candidate.answers) {
    answer.score = 0;
    answer.passed = false;
    answer.unanswered = true;
  }
  EXPECT_EQ(judge_candidate(in, {}).verdict, Fail);
}

TEST(GateIntegrity, RefusesToCompareWhatWasNotRunAlike) {
  const std::vector<std::pair<std::string, void (*)(GateInput&)>> rows = {
      {"different cases", [](GateInput& in) { in.stable->suite_digest = "other"; }},
      {"different graders", [](GateInput& in) { in.stable->grader_digest = "other"; }},
      {"same bundle", [](GateInput& in) { in.stable->digest = in.candidate.digest; }},
      {"two cases of one id", [](GateInput& in) { in.cases.push_back(in.cases.front()); }},
      {"came twice", [](GateInput& in) { in.candidate.answers.push_back(in.candidate.answers.front()); }},
      {"no planned case", [](GateInput& in) { in.candidate.answers.push_back(answer("stranger", 0, true)); }},
      {"no planned case", [](GateInput& in) { in.candidate.answers.push_back(answer(in.cases[0].id, 3, true)); }},
      {"no cases", [](GateInput& in) { in.cases.clear(), in.candidate.answers.clear(), in.stable->answers.clear(); }},
  };
  for (const auto& [said, spoil] : rows) {
    GateInput in = input(good_blocks());
    spoil(in);
    const GateReport report = judge_candidate(in, {});
    EXPECT_EQ(report.verdict, Insufficient) << said;
    EXPECT_NE(report.message.find(said), std::string::npos) << report.message;
  }
}

// ---- regression tier

TEST(GateRegressionTier, StopsAnEditThatBreaksOneFrozenCase) {
  auto blocks = good_blocks();
  blocks[3].candidate_passes = 1;
  const GateReport report = judge_candidate(input(blocks), {});
  EXPECT_EQ(report.verdict, Fail);
  EXPECT_EQ(report.reason, "FrozenCaseFails");
  EXPECT_NE(report.message.find("frozen-001"), std::string::npos) << report.message;
}

TEST(GateRegressionTier, ForgivesOneFailureOfThreeAndNotTwo) {
  GateInput in = input(good_blocks());
  set(in.candidate, "frozen-000", 0, false);
  EXPECT_EQ(judge_candidate(in, {}).verdict, Pass);
  set(in.candidate, "frozen-000", 1, false);
  EXPECT_EQ(judge_candidate(in, {}).reason, "FrozenCaseFails");
}

TEST(GateRegressionTier, SetsACaseAsideThatFlickersOnStable) {
  auto blocks = good_blocks();
  blocks[3] = {"frozen", 10, 10, 10, Tier::Regression};
  GateInput in = input(blocks);
  set(*in.stable, "frozen-004", 1, false);
  set(in.candidate, "frozen-004", 0, false);
  set(in.candidate, "frozen-004", 1, false);
  const GateReport report = judge_candidate(in, {});
  EXPECT_EQ(report.verdict, Pass) << report.message;
  const auto aside =
      std::find_if(report.cases.begin(), report.cases.end(), [](const CaseRow& c) { return c.quarantined; });
  ASSERT_NE(aside, report.cases.end());
  EXPECT_EQ(aside->id, "frozen-004");
  EXPECT_TRUE(aside->flaky);
}

TEST(GateRegressionTier, IsNotExcusedByACandidateThatFlickers) {
  GateInput in = input(good_blocks());
  set(in.candidate, "frozen-000", 0, false);
  set(in.candidate, "frozen-000", 2, false);
  const GateReport report = judge_candidate(in, {});
  EXPECT_EQ(report.reason, "FrozenCaseFails") << "only stable's repeats set a case aside";
}

TEST(GateRegressionTier, StopsACollapseEvenOfACaseThatFlickers) {
  auto blocks = good_blocks();
  blocks[3] = {"frozen", 10, 10, 9, Tier::Regression};
  GateInput in = input(blocks);
  set(*in.stable, "frozen-009", 1, false);
  EXPECT_EQ(judge_candidate(in, {}).reason, "FrozenCaseFails");
}

TEST(GateRegressionTier, IsNoTierAnyMoreWhenTooMuchOfItFlickers) {
  GateInput in = input(good_blocks());
  set(*in.stable, "frozen-000", 0, false);
  EXPECT_EQ(judge_candidate(in, {}).reason, "TooManyFlaky");
}

// ---- non-inferiority

TEST(GateNonInferiority, NeedsProofForEveryRequiredCapability) {
  auto blocks = good_blocks();
  blocks[1].cases = 12;
  blocks[1].stable_passes = blocks[1].candidate_passes = 12;
  GatePolicy policy;
  const GateReport strict = judge_candidate(input(blocks), policy);
  EXPECT_EQ(strict.verdict, Insufficient);
  EXPECT_EQ(strict.reason, "NotProvenNoWorse");
  EXPECT_EQ(row(strict, "privacy").state, SkillState::Insufficient) << "12 cases protect nothing";
  policy.capabilities["privacy"].required = false;
  EXPECT_EQ(judge_candidate(input(blocks), policy).verdict, Pass);
}

TEST(GateNonInferiority, MissesACapabilityThatThePolicyRequiresAndNoCaseAsksFor) {
  GatePolicy policy;
  policy.capabilities["refusals"].margin = 0.02;
  const GateReport report = judge_candidate(input(good_blocks()), policy);
  EXPECT_EQ(report.verdict, Insufficient);
  EXPECT_NE(report.message.find("refusals (no cases)"), std::string::npos) << report.message;
}

TEST(GateNonInferiority, KeepsEachCapabilityToItsOwnMargin) {
  auto blocks = good_blocks();
  blocks[1] = {"privacy", 300, 250, 245, Tier::HeldOut};
  GatePolicy policy;
  EXPECT_EQ(judge_candidate(input(blocks), policy).verdict, Pass) << "1.7 points are within 5";
  policy.capabilities["privacy"].margin = 0.01;
  EXPECT_NE(judge_candidate(input(blocks), policy).verdict, Pass) << "and not within 1";
}

TEST(GateNonInferiority, CallsACapabilityFlakyWhenStableItselfCannotRepeatIt) {
  auto blocks = good_blocks();
  blocks[1] = {"privacy", 24, 24, 24, Tier::HeldOut};
  GateInput in = input(blocks);
  for (int i = 0; i < 24; ++i) {
    set(*in.stable, case_id(blocks[1], i), i % kEpochs, false);
    set(in.candidate, case_id(blocks[1], i), 0, i % 2 == 0);
    set(in.candidate, case_id(blocks[1], i), 1, i % 4 == 0);
  }
  EXPECT_EQ(row(judge_candidate(in, {}), "privacy").state, SkillState::Flaky);
}

// ---- superiority

TEST(GateSuperiority, TakesATieForNoImprovement) {
  auto blocks = good_blocks();
  blocks[0].candidate_passes = blocks[0].stable_passes;
  const GateReport report = judge_candidate(input(blocks), {});
  EXPECT_EQ(report.verdict, Fail);
  EXPECT_EQ(report.reason, "NoImprovement");
}

TEST(GateSuperiority, DoesNotBlameARiseThatIsNotProven) {
  auto blocks = good_blocks();
  blocks[0].candidate_passes = blocks[0].stable_passes + 2;
  const GateReport report = judge_candidate(input(blocks), {});
  EXPECT_EQ(report.verdict, Insufficient);
  EXPECT_EQ(report.reason, "ImprovementNotProven");
}

TEST(GateSuperiority, NeedsEveryClaimToBeTrue) {
  GateInput in = input(good_blocks());
  in.claimed = {"refunds", "privacy"};
  EXPECT_EQ(judge_candidate(in, {}).reason, "NoImprovement");
  in.claimed = {"refunds", "poetry"};
  const GateReport report = judge_candidate(in, {});
  EXPECT_EQ(report.verdict, Insufficient) << "no case asks for poetry";
}

TEST(GateSuperiority, AsksAnEditThatClaimsNothingToImproveTheWhole) {
  GateInput in = input(good_blocks());
  in.claimed = {};
  EXPECT_EQ(judge_candidate(in, {}).verdict, Pass);
  auto blocks = good_blocks();
  blocks[0].candidate_passes = blocks[0].stable_passes;
  GateInput tie = input(blocks);
  tie.claimed = {};
  EXPECT_EQ(judge_candidate(tie, {}).reason, "NoImprovement");
  GatePolicy refactoring;
  refactoring.unclaimed = UnclaimedPolicy::NoWorse;
  refactoring.epochs = kEpochs;
  EXPECT_EQ(judge_candidate(tie, refactoring).verdict, Pass);
}

// ---- ceilings

TEST(GateCeilings, StopWhatIsTooExpensiveOrTooSlow) {
  GateInput in = input(good_blocks());
  for (std::size_t i = 0; i < in.candidate.answers.size(); i += 10) in.candidate.answers[i].latency = Duration{3000};
  GatePolicy policy;
  policy.max_p95_ratio = 1.5;
  EXPECT_EQ(judge_candidate(in, policy).reason, "TooExpensive");
  policy.max_p95_ratio = 3;
  policy.max_cost_usd = 0.005;
  EXPECT_EQ(judge_candidate(in, policy).reason, "TooExpensive");
  policy.max_cost_usd = 0.02;
  EXPECT_EQ(judge_candidate(in, policy).verdict, Pass);
}

TEST(GateCeilings, TakeWhatWasNotMeasuredForNoPass) {
  GateInput in = input(good_blocks());
  in.candidate.answers.front().cost_usd.reset();
  EXPECT_EQ(judge_candidate(in, {}).verdict, Pass) << "nobody asked";
  GatePolicy policy;
  policy.max_cost_ratio = 1.2;
  const GateReport report = judge_candidate(in, policy);
  EXPECT_EQ(report.verdict, Insufficient);
  EXPECT_EQ(report.reason, "NotMeasured");
}

// ---- error budget

TEST(GateErrorBudget, AsksLaterCandidatesForMore) {
  auto blocks = good_blocks();
  blocks[0].candidate_passes = 33;
  GateInput in = input(blocks);
  EXPECT_EQ(judge_candidate(in, {}).verdict, Pass);
  in.candidate_number = 30;
  const GateReport report = judge_candidate(in, {});
  EXPECT_EQ(report.verdict, Insufficient);
  EXPECT_EQ(report.reason, "BudgetNeedsMore");
  in.candidate_number = 0;
  EXPECT_EQ(judge_candidate(in, {}).reason, "SequenceUnknown");
}

TEST(GateErrorBudget, IsNeverOverdrawnHoweverManyCandidatesCome) {
  EXPECT_NEAR(level_of_candidate(0.05, 1), 0.0303964, 1e-7);
  EXPECT_NEAR(level_of_candidate(0.05, 2), 0.0303964 / 4, 1e-7);
  EXPECT_LT(level_spent(0.05, 100'000), 0.05);
  EXPECT_GT(level_spent(0.05, 100'000), 0.0499);
}

// ---- first revision

GateInput first_revision() {
  GateInput in = input(good_blocks());
  in.stable.reset();
  in.claimed = {};
  return in;
}

TEST(GateWithoutBaseline, AcceptsAFirstRevisionOnlyIfThePolicySaysSo) {
  GatePolicy policy;
  policy.initial = InitialPolicy::Accept;
  const GateReport report = judge_candidate(first_revision(), policy);
  EXPECT_EQ(report.verdict, Pass);
  EXPECT_EQ(report.reason, "NoBaseline");
  EXPECT_TRUE(report.no_baseline);
  EXPECT_EQ(judge_candidate(first_revision(), {}).verdict, Insufficient)
      << "by default thresholds are needed, and none is set";
}

TEST(GateWithoutBaseline, ProvesEveryThreshold) {
  GatePolicy policy;
  policy.capabilities["refunds"].threshold = 0.9;
  policy.capabilities["language"].threshold = 0.9;
  policy.capabilities["privacy"].threshold = 0.6;
  EXPECT_EQ(judge_candidate(first_revision(), policy).verdict, Pass);
  policy.capabilities["privacy"].threshold = 0.8;
  EXPECT_EQ(judge_candidate(first_revision(), policy).reason, "NoBaselineNotProven");
  policy.capabilities["privacy"].threshold = 0.97;
  EXPECT_EQ(judge_candidate(first_revision(), policy).reason, "NoBaselineBelowThreshold");
}

TEST(GateWithoutBaseline, StillStopsAtAFrozenCase) {
  auto blocks = good_blocks();
  blocks[3].candidate_passes = 1;
  GateInput in = input(blocks);
  in.stable.reset();
  GatePolicy policy;
  policy.initial = InitialPolicy::Accept;
  EXPECT_EQ(judge_candidate(in, policy).reason, "FrozenCaseFails");
}

TEST(GateRule, ShowsRatesOfACalibratedJudgeCorrectedForItsErrors) {
  GateInput in = input({{"refunds", 60, 20, 45, Tier::Golden}});
  for (PlannedCase& one : in.cases) one.judge = JudgeErrors{45, 10, 40, 5};
  const GateReport report = judge_candidate(in, {});
  const auto step = std::find_if(report.steps.begin(), report.steps.end(),
                                 [](const GateStep& each) { return each.name == "judge rates"; });
  ASSERT_NE(step, report.steps.end());
  ASSERT_EQ(step->numbers.size(), 8U);
  EXPECT_DOUBLE_EQ(step->numbers[0].value, 0.75);
  EXPECT_NEAR(step->numbers[1].value, (0.75 + 0.8 - 1) / (0.9 + 0.8 - 1), 1e-12);
  EXPECT_LT(step->numbers[2].value, 0.66) << "few labels make it wide";
  EXPECT_NE(step->message.find("corrected 0.786"), std::string::npos) << step->message;
}

TEST(GateRule, SaysOfAClaimWithoutCasesThatNobodyAsks) {
  GateInput in = input(good_blocks());
  in.claimed = {"mth"};
  const GateReport report = judge_candidate(in, {});
  EXPECT_EQ(report.verdict, GateVerdict::Insufficient);
  EXPECT_EQ(report.reason, "ClaimWithoutCases");
  EXPECT_NE(report.message.find("mth; there are cases of: language, privacy, refunds"), std::string::npos)
      << report.message;
}

}  // namespace
}  // namespace pawl::domain

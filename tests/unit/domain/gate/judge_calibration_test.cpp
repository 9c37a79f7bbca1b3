#include "domain/gate/judge_calibration.h"

#include <gtest/gtest.h>

namespace pawl::domain {
namespace {

void add(std::vector<LabelledAnswer>& labels, int count, bool human, std::vector<bool> judge,
         const std::string& criterion = "polite") {
  for (int i = 0; i < count; ++i) labels.push_back({criterion, human, judge});
}

std::vector<LabelledAnswer> labels(int true_pass, int false_fail, int true_fail, int false_pass) {
  std::vector<LabelledAnswer> out;
  add(out, true_pass, true, {true});
  add(out, false_fail, true, {false});
  add(out, true_fail, false, {false});
  add(out, false_pass, false, {true});
  return out;
}

TEST(JudgeCalibration, MeasuresAgreementWithPeople) {
  const auto all = calibrate(labels(45, 5, 43, 7), {});
  ASSERT_EQ(all.size(), 1u);
  const CriterionCalibration& c = all.front();
  EXPECT_DOUBLE_EQ(c.tpr, 0.9);
  EXPECT_DOUBLE_EQ(c.tnr, 0.86);
  EXPECT_NEAR(c.kappa, 0.76, 1e-9) << "p_o .88, p_e .5";
  EXPECT_NEAR(c.kappa_lower, 0.76 - 1.6449 * 0.065, 1e-3) << "SE .065";
  EXPECT_FALSE(c.consistency);
  EXPECT_FALSE(c.may_gate);
  EXPECT_NE(c.why_not.find("86 %"), std::string::npos) << c.why_not;
}

TEST(JudgeCalibration, LetsAGoodJudgeGate) {
  const auto c = calibrate(labels(48, 2, 47, 3), {}).front();
  EXPECT_TRUE(c.may_gate) << c.why_not;
}

TEST(JudgeCalibration, DoesNotTrustFewLabelsHoweverWellTheyAgree) {
  EXPECT_FALSE(calibrate(labels(19, 0, 200, 0), {}).front().may_gate);
  EXPECT_LT(calibrate(labels(20, 0, 20, 0), {}).front().kappa_lower, 1);
}

TEST(JudgeCalibration, IsNotFooledByAJudgeThatPassesEverything) {
  const auto c = calibrate(labels(95, 0, 0, 30), {}).front();
  EXPECT_EQ(c.kappa, 0);
  EXPECT_FALSE(c.may_gate);
}

TEST(JudgeCalibration, TakesTheMajorityOfRepeatsAndATieForNoPass) {
  std::vector<LabelledAnswer> some;
  add(some, 1, true, {true, true, false});
  add(some, 1, false, {true, false});
  const auto c = calibrate(some, {}).front();
  EXPECT_EQ(c.true_pass, 1);
  EXPECT_EQ(c.true_fail, 1);
  ASSERT_TRUE(c.consistency);
  EXPECT_NEAR(*c.consistency, (1.0 / 3 + 0) / 2, 1e-12);
}

TEST(JudgeCalibration, RefusesAJudgeThatDisagreesWithItself) {
  std::vector<LabelledAnswer> some;
  add(some, 50, true, {true, true, false});
  add(some, 50, false, {false, false, true});
  const auto c = calibrate(some, {}).front();
  EXPECT_FALSE(c.may_gate);
  EXPECT_NE(c.why_not.find("itself"), std::string::npos) << c.why_not;
}

TEST(JudgeCalibration, KeepsCriteriaApart) {
  auto some = labels(50, 0, 50, 0);
  add(some, 50, true, {false}, "brief");
  const auto all = calibrate(some, {});
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].criterion, "brief");
  EXPECT_FALSE(all[0].may_gate);
  EXPECT_TRUE(all[1].may_gate);
}

TEST(CorrectedRate, HasAnIntervalThatLabelsSetNotTraffic) {
  const auto few = correct_rate(0.75, 1000, 0.9, 50, 0.8, 50, 0.05);
  ASSERT_TRUE(few);
  EXPECT_NEAR(few->rate, 0.786, 0.0005);
  EXPECT_NEAR(few->half_width, 0.106, 0.0005);
  const auto many = correct_rate(0.75, 1000, 0.9, 200, 0.8, 200, 0.05);
  ASSERT_TRUE(many);
  EXPECT_NEAR(many->half_width, 0.063, 0.0005);
  EXPECT_GT(correct_rate(0.75, 1'000'000, 0.9, 50, 0.8, 50, 0.05)->half_width, 0.09)
      << "a thousand times the traffic hardly helps";
}

TEST(CorrectedRate, StaysWithinZeroAndOne) {
  const auto low = correct_rate(0.05, 100, 0.9, 50, 0.8, 50, 0.05);
  ASSERT_TRUE(low);
  EXPECT_EQ(low->rate, 0);
  EXPECT_EQ(low->interval.lower, 0);
}

TEST(CorrectedRate, DoesNotExistForAJudgeNoBetterThanChance) {
  EXPECT_FALSE(correct_rate(0.5, 100, 0.5, 50, 0.5, 50, 0.05));
  EXPECT_FALSE(correct_rate(0.5, 100, 0.9, 0, 0.9, 50, 0.05));
}

TEST(JudgeFingerprint, ChangesWithEveryPart) {
  const std::string base = judge_fingerprint("m", "rubric", "prompt");
  EXPECT_EQ(base, judge_fingerprint("m", "rubric", "prompt"));
  EXPECT_NE(base, judge_fingerprint("m2", "rubric", "prompt"));
  EXPECT_NE(base, judge_fingerprint("m", "rubric!", "prompt"));
  EXPECT_NE(base, judge_fingerprint("m", "rubric", "prompt "));
  EXPECT_NE(judge_fingerprint("m", "ab", "c"), judge_fingerprint("m", "a", "bc"));
}

}  // namespace
}  // namespace pawl::domain

#include "domain/gate/ledger.h"

#include <gtest/gtest.h>

namespace pawl::domain {
namespace {

TEST(Ledger, ChargesABitForEachCapabilityAndTheReason) {
  const Ledger after = charge_answer({}, {}, 4).value();
  EXPECT_EQ(after, (Ledger{.generation = 1, .bits_spent = 8, .answers = 1, .promotions = 0, .cases = {}}));
}

TEST(Ledger, RefusesTheAnswerAfterTheLastAndSaysHowToRotate) {
  Ledger ledger;
  const LeakBudget budget{.answers = 3, .promotions = 1, .bits = 400};
  for (int i = 0; i < 3; ++i) ledger = charge_answer(ledger, budget, 2).value();
  const auto refused = charge_answer(ledger, budget, 2);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Denied);
  EXPECT_EQ(
      refused.error().message,
      "budget of the held-out set is spent: 3 of 3 answers in generation 1. Rotate the set: replace at least a quarter of its cases "
      "(pawl suite split with a new seed), store them, and raise spec.generation, or --generation, to 2");
}

TEST(Ledger, RefusesWhenTheBitsAreSpentBeforeTheAnswers) {
  const LeakBudget budget{.answers = 20, .promotions = 5, .bits = 20};
  const Ledger once = charge_answer({}, budget, 8).value();
  EXPECT_NE(charge_answer(once, budget, 8).error().message.find("12 of 20 bits"), std::string::npos);
}

TEST(Ledger, CountsPromotionsOnTheirOwn) {
  const LeakBudget budget{.answers = 20, .promotions = 1, .bits = 400};
  const Ledger once = charge_promotion({}, budget).value();
  EXPECT_EQ(once.promotions, 1);
  EXPECT_NE(charge_promotion(once, budget).error().message.find("1 of 1 promotions"), std::string::npos);
}

std::vector<std::string> digests(int from, int to) {
  std::vector<std::string> out;
  for (int i = from; i < to; ++i) out.push_back("digest " + std::to_string(i));
  return out;
}

TEST(Ledger, BeginsAnewWithAGenerationThatIsAQuarterNew) {
  const Ledger spent{
      .generation = 4, .bits_spent = 90, .answers = 12, .promotions = 2, .cases = sample_cases(digests(0, 300))};
  EXPECT_EQ(rotate(spent, 6, digests(75, 375)).value(),
            (Ledger{.generation = 6, .bits_spent = 0, .answers = 0, .promotions = 0, .cases = {}}));
  EXPECT_EQ(
      rotate(spent, 5, digests(74, 374)).error().message,
      "74 of 300 cases are new since generation 4; a new generation needs at least 75, or what was learnt of the old one still holds");
  EXPECT_FALSE(rotate(spent, 5, {}));
}

TEST(Ledger, CannotRefuseANewGenerationOfASetThatItDoesNotRemember) {
  const Ledger older{.generation = 1, .bits_spent = 5, .answers = 1, .promotions = 0, .cases = {}};
  EXPECT_TRUE(rotate(older, 2, digests(0, 300)));
}

TEST(CaseSample, CountsExactlyWhatIsNewInASetThatItHoldsWhole) {
  const CaseSample old = sample_cases(digests(0, 1024));
  EXPECT_EQ(old.fingerprints.size(), 1024 * kFingerprintLength);
  EXPECT_EQ(new_cases(old, digests(0, 1024)), 0U);
  EXPECT_EQ(new_cases(old, digests(300, 1400)), 376U);
  EXPECT_EQ(new_cases(old, digests(5000, 5010)), 10U);
}

TEST(CaseSample, EstimatesWhatIsNewInALargeSetFromAThousandCases) {
  const CaseSample old = sample_cases(digests(0, 5000));
  EXPECT_EQ(old.size, 5000);
  EXPECT_EQ(old.fingerprints.size(), kSampledCasesMax * kFingerprintLength);
  EXPECT_EQ(new_cases(old, digests(0, 5000)), 0U);
  EXPECT_NEAR(static_cast<double>(new_cases(old, digests(1250, 6250))), 1250, 3 * 0.0136 * 5000);
}

// Published figures for delta .05: 1000 cases, 50 answers of which one or five promotions; 200 cases.
TEST(BiasBound, HasThePublishedValues) {
  EXPECT_NEAR(bias_bound(1000, 1, 0, 0.05), 0.043, 0.0005);
  EXPECT_NEAR(bias_bound(1000, 50, 1, 0.05), 0.062, 0.0005);
  EXPECT_NEAR(bias_bound(1000, 50, 5, 0.05), 0.096, 0.0005);
  EXPECT_NEAR(bias_bound(1000, 50, 50, 0.05), 0.138, 0.0005);
  EXPECT_NEAR(bias_bound(200, 50, 5, 0.05), 0.21, 0.005);
  EXPECT_EQ(bias_bound(0, 1, 1, 0.05), 1);
}

TEST(BiasBound, GrowsWithBitsOnAverage) {
  EXPECT_NEAR(expected_bias_bound(1000, 20), 0.0833, 0.0001);
  EXPECT_EQ(expected_bias_bound(10, 100'000), 1);
}

}  // namespace
}  // namespace pawl::domain

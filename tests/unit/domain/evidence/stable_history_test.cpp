#include "domain/evidence/stable_history.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "domain/evidence/matched_bets.h"

namespace pawl::domain {
namespace {

/// Of these pseudo scores, a pass and a fail.
double variance_with_a_pass_and_a_fail(double n, double sum, double squares) {
  const double mean = (sum + 1) / (n + 2);
  return (squares + 1) / (n + 2) - mean * mean;
}

TEST(StableHistory, IsWorthAtMostTwoHundredPseudoScores) {
  const StableHistory history =
      stable_history({{"refunds", "judge", binary_counts(50'000, 45'000)}, {"tone", "judge", binary_counts(40, 30)}});
  EXPECT_EQ(history.at("refunds").n, 200);
  EXPECT_EQ(history.at("refunds").mean, 0.9);
  EXPECT_NEAR(history.at("refunds").variance, variance_with_a_pass_and_a_fail(200, 180, 180), 1e-12);
  EXPECT_EQ(history.at("tone").n, 40);
  EXPECT_EQ(history.at("tone").mean, 0.75) << "the pass and the fail are for the variance alone";
  EXPECT_NEAR(history.at("tone").variance, variance_with_a_pass_and_a_fail(40, 30, 30), 1e-12);
}

TEST(StableHistory, TakesTheEvaluatorThatScoredMost) {
  const std::vector<PastScores> past{{"refunds", "old", binary_counts(100, 50)},
                                     {"refunds", "new", binary_counts(300, 270)}};
  EXPECT_EQ(stable_history(past).at("refunds").mean, 0.9);
  EXPECT_EQ(stable_history({past[1], past[0]}).at("refunds").mean, 0.9) << "in whatever order they come";
}

TEST(StableHistory, KnowsTheVarianceOfGradedScores) {
  EXPECT_NEAR(stable_history({{"tone", "judge", {100, 80, 66}}}).at("tone").variance,
              variance_with_a_pass_and_a_fail(100, 80, 66), 1e-12);
  const double many = stable_history({{"tone", "judge", {100'000, 80'000, 66'000}}}).at("tone").variance;
  EXPECT_NEAR(many, variance_with_a_pass_and_a_fail(200, 160, 132), 1e-12);
  EXPECT_NEAR(many / 0.02, 1, 0.2) << "near what was seen";
}

TEST(StableHistory, MakesNothingOfNothing) {
  EXPECT_TRUE(stable_history({}).empty());
  EXPECT_TRUE(stable_history({{"tone", "judge", binary_counts(1, 1)}}).empty());
  EXPECT_TRUE(stable_history({{"tone", "judge", {std::numeric_limits<double>::quiet_NaN(), 1, 1}}}).empty());
}

// Sums of estimates need not fit together.
TEST(StableHistory, ImpossibleMomentsBecomeThoseNextToThem) {
  const History more_passes_than_scores = stable_history({{"tone", "judge", {100, 101, 102}}}).at("tone");
  EXPECT_EQ(more_passes_than_scores.mean, 1);
  EXPECT_NEAR(more_passes_than_scores.variance, variance_with_a_pass_and_a_fail(100, 100, 100), 1e-12);
  EXPECT_NEAR(stable_history({{"tone", "judge", {100, 80, 0}}}).at("tone").variance,
              variance_with_a_pass_and_a_fail(100, 80, 64), 1e-12);
}

TEST(StableHistory, APerfectStableIsRememberedWhateverItsCountRoundsTo) {
  for (int thousandths = 2'000; thousandths < 100'000; ++thousandths) {
    const double n = thousandths / 1000.0;
    const StableHistory history = stable_history({{"refunds", "rules/1", {.n = n, .sum = n, .sumsq = n}}});
    ASSERT_EQ(history.at("refunds").mean, 1.0) << n;
    ASSERT_NEAR(history.at("refunds").variance, variance_with_a_pass_and_a_fail(n, n, n), 1e-12) << n;
  }
}

TEST(StableHistory, NumbersThatAreNoneAreNoHistory) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(stable_history({{"refunds", "rules/1", {.n = 10, .sum = none, .sumsq = 9}}}).empty());
  EXPECT_TRUE(stable_history({{"refunds", "rules/1", {.n = 10, .sum = 9, .sumsq = none}}}).empty());
  EXPECT_TRUE(stable_history({{"refunds", "rules/1", {.n = none, .sum = 9, .sumsq = 9}}}).empty());
}

TEST(StableHistory, OfAPerfectStableDoesNotHideADropOfGradedScores) {
  const StableHistory history = stable_history({{"tone", "judge", {.n = 5'000, .sum = 5'000, .sumsq = 5'000}}});
  MatchedBetsConfig config;
  config.history = history.at("tone");
  config.graded = true;
  MatchedBets bets(config);
  for (int second = 0; second < 6; ++second) {
    bets.add({.canary = {.n = 10, .sum = 6, .sumsq = 5}, .stable = {.n = 10, .sum = 10, .sumsq = 10}});
  }
  EXPECT_GT(bets.log_e(), std::log(100)) << "60 scores that lost 40 points";
}

}  // namespace
}  // namespace pawl::domain

#include "domain/evidence/stable_history.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "domain/evidence/matched_bets.h"

namespace pawl::domain {
namespace {

TEST(StableHistory, IsWorthAtMostTwoHundredPseudoScores) {
  const StableHistory history =
      stable_history({{"refunds", "judge", binary_counts(50'000, 45'000)}, {"tone", "judge", binary_counts(40, 30)}});
  EXPECT_EQ(history.at("refunds").n, 200);
  EXPECT_EQ(history.at("refunds").mean, 0.9);
  EXPECT_NEAR(history.at("refunds").variance, 0.09, 1e-12);
  EXPECT_EQ(history.at("tone").n, 40);
}

TEST(StableHistory, TakesTheEvaluatorThatScoredMost) {
  const std::vector<PastScores> past{{"refunds", "old", binary_counts(100, 50)},
                                     {"refunds", "new", binary_counts(300, 270)}};
  EXPECT_EQ(stable_history(past).at("refunds").mean, 0.9);
  EXPECT_EQ(stable_history({past[1], past[0]}).at("refunds").mean, 0.9) << "in whatever order they come";
}

TEST(StableHistory, KnowsTheVarianceOfGradedScores) {
  EXPECT_NEAR(stable_history({{"tone", "judge", {100, 80, 66}}}).at("tone").variance, 0.02, 1e-12);
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
  EXPECT_EQ(more_passes_than_scores.variance, 0.02);
  EXPECT_EQ(stable_history({{"tone", "judge", {100, 80, 0}}}).at("tone").variance, 0.02);
}

TEST(StableHistory, APerfectStableIsRememberedWhateverItsCountRoundsTo) {
  for (int thousandths = 2'000; thousandths < 100'000; ++thousandths) {
    const double n = thousandths / 1000.0;
    const StableHistory history = stable_history({{"refunds", "rules/1", {.n = n, .sum = n, .sumsq = n}}});
    ASSERT_EQ(history.at("refunds").mean, 1.0) << n;
    ASSERT_EQ(history.at("refunds").variance, 0.02) << n;
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

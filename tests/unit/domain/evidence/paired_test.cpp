// Tests of paired differences against values computed by hand.
#include <gtest/gtest.h>

#include <cmath>

#include "domain/evidence/mcnemar.h"
#include "domain/evidence/multiplicity.h"
#include "domain/evidence/normal.h"
#include "domain/evidence/paired_bets.h"
#include "domain/evidence/paired_difference.h"

namespace pawl::domain {
namespace {

TEST(NormalDistribution, HasItsWellKnownValues) {
  EXPECT_NEAR(normal_cdf(1.6448536269514722), 0.95, 1e-12);
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-9);
}

TEST(Wilson, KeepsAwayFromCertaintyAtTheEnds) {
  EXPECT_NEAR(wilson(45, 50, 0.05).lower, 0.7864, 1e-4);
  EXPECT_NEAR(wilson(45, 50, 0.05).upper, 0.9565, 1e-4);
  EXPECT_LT(wilson(50, 50, 0.05).lower, 0.93);
  EXPECT_EQ(wilson(0, 0, 0.05), (Interval{0, 1}));
}

TEST(McNemar, CountsOnlyPairsThatDiffer) {
  EXPECT_EQ(mcnemar_p(0, 0), 1);
  EXPECT_NEAR(mcnemar_p(5, 0), 1.0 / 32, 1e-12);
  EXPECT_NEAR(mcnemar_p(6, 2), (28.0 + 8 + 1) / 256, 1e-12);
  EXPECT_NEAR(mcnemar_p(0, 5), 1, 1e-12);
  EXPECT_NEAR(mcnemar_p(600, 400), 1.3642e-10, 1e-13);
}

TEST(Holm, AdjustsByRankAndNeverFalls) {
  const std::vector<double> adjusted = holm_adjusted(std::vector<double>{0.01, 0.04, 0.03, 0.005});
  EXPECT_NEAR(adjusted[0], 0.03, 1e-12);
  EXPECT_NEAR(adjusted[1], 0.06, 1e-12);
  EXPECT_NEAR(adjusted[2], 0.06, 1e-12);
  EXPECT_NEAR(adjusted[3], 0.02, 1e-12);
  EXPECT_TRUE(holm_adjusted({}).empty());
}

TEST(PairedBets, MultiplyOneStakePerPairAndAverageTheStakes) {
  PairedBets bets;
  bets.add(1);
  bets.add(-1.0 / 3);
  double mean = 0;
  for (const double stake : PairedBets::kStakes) mean += (1 + stake) * (1 - stake / 3) / 5;
  EXPECT_NEAR(std::exp(bets.log_e()), mean, 1e-12);
  EXPECT_NEAR(std::exp(bets.best_log_e()), 1 + (0.1 + 0.25 + 0.5 + 0.75 + 0.95) / 5, 1e-12);
  EXPECT_EQ(bets.best_at(), 1u);
}

TEST(PairedBets, SurviveAWholeLossOnEveryPair) {
  PairedBets bets;
  for (int i = 0; i < 10'000; ++i) bets.add(-1);
  EXPECT_TRUE(std::isfinite(bets.log_e()));
  EXPECT_EQ(bets.best_log_e(), 0);
}

TEST(PairedDifference, HasTheMeanAndTheErrorOfItsPairs) {
  const std::vector<double> d = {1, 0, 0, -1, 1, 1, 0, 0, 0, 1};
  const PairedDifference paired(d, 1);
  EXPECT_NEAR(paired.mean(), 0.3, 1e-12);
  EXPECT_NEAR(paired.standard_error(), std::sqrt((4.1 + 2) / (12.0 * 11)), 1e-12);
  EXPECT_NEAR(paired.p_above(0), normal_cdf(-0.3 / paired.standard_error()), 1e-12);
}

TEST(PairedDifference, DoesNotTakeAHandfulOfTiesForProof) {
  const std::vector<double> ties(20, 0.0);
  EXPECT_GT(PairedDifference(ties, 1).p_above(-0.05), 0.2) << "20 single ties leave room for a loss of 5 points";
  EXPECT_LT(PairedDifference(ties, 3).p_above(-0.05), 0.02) << "60 ties leave little";
  EXPECT_EQ(PairedDifference({}, 3).p_above(-0.05), 1) << "no data is no proof";
  EXPECT_EQ(PairedDifference({}, 3).interval(0.05), (Interval{-1, 1}));
}

}  // namespace
}  // namespace pawl::domain

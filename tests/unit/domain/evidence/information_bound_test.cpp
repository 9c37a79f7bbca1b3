#include "domain/evidence/information_bound.h"

#include <gtest/gtest.h>

#include <cmath>

namespace pawl::domain {
namespace {

TEST(InformationBound, NothingCanProveWhatIsNotSo) {
  EXPECT_EQ(growth_of_regression({0.9, 0.9, 0.5}), 0);
  EXPECT_EQ(growth_of_regression({0.88, 0.9, 0.5}, 0.02), 0);
  EXPECT_EQ(growth_of_non_inferiority({0.85, 0.9, 0.5}, 0.05), 0);
  EXPECT_TRUE(std::isinf(least_scores(0, 20, 0.05)));
}

TEST(InformationBound, ALargerDropIsProvenSooner) {
  double before = INFINITY;
  for (const double canary : {0.88, 0.85, 0.8, 0.7}) {
    const double scores = least_scores(growth_of_regression({canary, 0.9, 0.1}), 20, 0.05);
    EXPECT_LT(scores, before);
    before = scores;
  }
}

TEST(InformationBound, AToleranceMakesADropHarderToProve) {
  EXPECT_LT(growth_of_regression({0.8, 0.9, 0.1}, 0.01), growth_of_regression({0.8, 0.9, 0.1}));
}

// At half the traffic stable is as uncertain as the canary.
TEST(InformationBound, ASmallerShareNeedsFewerCanaryScoresButMoreTraffic) {
  const double at_5 = least_scores(growth_of_non_inferiority({0.9, 0.9, 0.05}, 0.05), 1, 0.05);
  const double at_50 = least_scores(growth_of_non_inferiority({0.9, 0.9, 0.5}, 0.05), 1, 0.05);
  EXPECT_LT(at_5, at_50);
  EXPECT_GT(at_5 / 0.05, at_50 / 0.5);
}

TEST(InformationBound, HoldsAtTheEdges) {
  EXPECT_GT(growth_of_regression({0.5, 1.0, 0.5}), 0);
  EXPECT_GT(growth_of_regression({0.0, 0.5, 0.5}), 0);
  EXPECT_GT(growth_of_non_inferiority({1.0, 1.0, 0.5}, 0.05), 0);
}

}  // namespace
}  // namespace pawl::domain

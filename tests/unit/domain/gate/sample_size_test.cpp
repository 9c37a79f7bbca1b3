#include "domain/gate/sample_size.h"

#include <gtest/gtest.h>

namespace pawl::domain {
namespace {

TEST(SampleSize, KnowsTheTablesOfTheNormalDistribution) {
  EXPECT_NEAR(normal_upper_quantile(0.05), 1.6448536, 1e-6);
  EXPECT_NEAR(normal_upper_quantile(0.2), 0.8416212, 1e-6);
  EXPECT_NEAR(normal_upper_quantile(0.5), 0, 1e-9);
}

// One-sided .05, power .8: the published figures for a tenth and a fifth of the cases differing.
TEST(SampleSize, OfAPairedComparison) {
  EXPECT_EQ(paired_cases_needed(0.03, 0.1, 0.05, 0.8), 685U);
  EXPECT_EQ(paired_cases_needed(0.03, 0.2, 0.05, 0.8), 1372U);
  EXPECT_EQ(paired_cases_needed(0.05, 0.1, 0.05, 0.8), 246U) << "245.1, and a case is not divisible";
  EXPECT_EQ(paired_cases_needed(0.05, 0.2, 0.05, 0.8), 493U);
  EXPECT_EQ(paired_cases_needed(0.10, 0.1, 0.05, 0.8), 60U);
  EXPECT_EQ(paired_cases_needed(0.10, 0.2, 0.05, 0.8), 122U);
}

TEST(SampleSize, ReadBackwardsTellsWhatASuiteCanSee) {
  EXPECT_NEAR(smallest_visible_difference(246, 0.1, 0.05, 0.8), 0.05, 0.0005);
  EXPECT_EQ(smallest_visible_difference(0, 0.1, 0.05, 0.8), 1);
}

}  // namespace
}  // namespace pawl::domain

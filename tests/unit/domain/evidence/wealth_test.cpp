#include "domain/evidence/wealth.h"

#include <gtest/gtest.h>

#include <cmath>

#include "domain/evidence/log_space.h"

namespace pawl::domain {
namespace {

TEST(Wealth, MultipliesAndAddsLikeItsLogarithm) {
  Wealth wealth(0.75);
  double log_wealth = std::log(0.75);
  for (int i = 0; i < 5'000; ++i) {
    const double factor = i % 7 == 0 ? 3e40 : 2e-9;
    wealth.multiply(factor);
    log_wealth += std::log(factor);
    wealth.add(Wealth(1e-5));
    log_wealth = log_add(log_wealth, std::log(1e-5));
    ASSERT_NEAR(wealth.log(), log_wealth, 1e-9 * (1 + std::fabs(log_wealth))) << i;
  }
}

TEST(Wealth, IsNeverTooLargeOrTooSmall) {
  for (const double each : {600.0, -600.0, 1e9, -1e9}) {
    Wealth wealth(1);
    for (int i = 0; i < 100; ++i) wealth.multiply_by_exp(each);
    EXPECT_NEAR(wealth.log() / (100 * each), 1, 1e-12);
    Wealth sum = wealth;
    sum.add(wealth);
    EXPECT_NEAR(sum.log() - wealth.log(), std::log(2), 1e-12 * std::fabs(100 * each));
  }
}

TEST(Wealth, WhatIsFarSmallerVanishesInASum) {
  Wealth large(1);
  large.multiply_by_exp(5'000);
  Wealth small(1);
  small.multiply_by_exp(-5'000);
  Wealth sum = small;
  sum.add(large);
  EXPECT_EQ(sum.log(), large.log());
  large.add(small);
  EXPECT_EQ(large.log(), sum.log());
}

TEST(Wealth, NothingStaysNothing) {
  Wealth nothing(0);
  nothing.multiply(7);
  nothing.multiply_by_exp(-3);
  EXPECT_EQ(nothing.log(), kLogZero);
  nothing.add(Wealth(0.5));
  EXPECT_EQ(nothing.log(), std::log(0.5));
}

}  // namespace
}  // namespace pawl::domain

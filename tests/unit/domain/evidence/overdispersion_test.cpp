#include "domain/evidence/overdispersion.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/random.h"

namespace pawl::domain {
namespace {

using Windows = std::vector<ArmCounts>;

/// Windows of 40 sessions; all `together` scores of one session are alike.
Windows day_of(double p, int together, std::uint64_t seed) {
  Random random(seed);
  Windows out(144);
  for (ArmCounts& window : out) {
    for (int session = 0; session < 40; ++session) {
      window += binary_counts(together, random.chance(p) ? together : 0);
    }
  }
  return out;
}

TEST(Overdispersion, IsOneWhereNothingScatters) {
  EXPECT_EQ(overdispersion({}), (Overdispersion{0, 1, 0, 0}));
  const Windows same = {binary_counts(100, 100), binary_counts(50, 50)};
  EXPECT_EQ(overdispersion(same), (Overdispersion{1, 1, 0, 2}));
  const Windows even = {binary_counts(100, 90), {}, binary_counts(100, 90)};
  EXPECT_EQ(overdispersion(even).phi, 1);
  EXPECT_EQ(overdispersion(even).windows, 2) << "an empty window is none";
}

// Scores of four that are alike vary four times as much as four independent ones.
TEST(Overdispersion, FindsHowManyScoresAreAlike) {
  double independent = 0;
  double alike = 0;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    independent += overdispersion(day_of(0.8, 1, seed)).phi / 50;
    alike += overdispersion(day_of(0.8, 4, seed)).phi / 50;
  }
  EXPECT_NEAR(independent, 1, 0.08);
  EXPECT_NEAR(alike, 4, 0.2);
}

TEST(Overdispersion, ItsStandardErrorIsThatOfIndependentScores) {
  double squares = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    // Above 1 only: phi is cut off there, and half of its errors with it.
    const double off = overdispersion(day_of(0.8, 1, seed)).phi - 1;
    squares += off * off / 200;
  }
  EXPECT_NEAR(std::sqrt(squares), overdispersion(day_of(0.8, 1, 0)).standard_error, 0.015);
}

TEST(Overdispersion, OfGradedScoresTheVarianceIsTheirOwn) {
  // Scores of 0.7 and 0.9, half and half in every window: they scatter by 0.01, not by 0.8 x 0.2.
  const Windows windows = {{100, 80, 65}, {100, 81, 66.6}, {100, 79, 63.4}, {100, 80, 65}};
  EXPECT_NEAR(overdispersion(windows).phi, 1, 1e-9);
  const Windows apart = {{100, 80, 65}, {100, 82, 68.2}, {100, 78, 61.8}, {100, 80, 65}};
  EXPECT_NEAR(overdispersion(apart).phi, 2, 1e-9);
}

TEST(AdvisedDeflation, LeavesIndependentScoresAlone) {
  int left_alone = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    left_alone += advised_deflation(overdispersion(day_of(0.8, 1, seed))) == 1 ? 1 : 0;
  }
  EXPECT_GE(left_alone, 94);
}

TEST(AdvisedDeflation, IsAQuarterMoreThanPhiWhereScoresAreAlike) {
  const Overdispersion found = overdispersion(day_of(0.8, 4, 7));
  EXPECT_EQ(advised_deflation(found), 1.25 * found.phi);
  EXPECT_EQ(advised_deflation({0.8, 1.09, 0.01, 144}), 1) << "too little to harm";
}

TEST(AdvisedDeflation, SaysNothingWithTooFewWindowsToTell) {
  EXPECT_FALSE(advised_deflation({0.8, 3, 0.1, 11})) << "less than two hours";
  EXPECT_EQ(advised_deflation({0.8, 3, 0.1, 12}), 3.75);
  EXPECT_EQ(advised_deflation({0.8, 1.05, 0.4, 12}), 1);
  EXPECT_FALSE(advised_deflation({0.8, 1.7, 0.4, 47})) << "chance, or clumps";
  EXPECT_EQ(advised_deflation({0.8, 1.3, 0.2, 48}), 1);
}

// Advice that clumped scores are fine would cost nearly every healthy edit.
TEST(AdvisedDeflation, SeldomCallsClumpsIndependent) {
  int wrong = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Windows day = day_of(0.8, 2, seed);
    day.resize(12 + seed % 133);
    wrong += advised_deflation(overdispersion(day)) == 1 ? 1 : 0;
  }
  EXPECT_LE(wrong, 8);
}

TEST(Scatter, OfSeveralEvaluatorsTheWidestCounts) {
  const Windows calm(20, binary_counts(100, 80));
  Windows wild = calm;
  for (std::size_t i = 0; i < wild.size(); i += 2) wild[i] = binary_counts(100, 60);
  const auto found = scatter_of({{"refunds", calm}, {"refunds", wild}, {"refunds", calm}, {"tone", calm}});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].capability, "refunds");
  EXPECT_EQ(found[0].of, overdispersion(wild));
  EXPECT_EQ(found[1].of.phi, 1);
}

}  // namespace
}  // namespace pawl::domain

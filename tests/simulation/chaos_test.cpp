// Hundreds of rollouts under a random subset of faults. A failure prints its seed; the seed is the whole reproduction.
#include <gtest/gtest.h>

#include "simulation/chaos.h"
#include "support/seeds.h"

namespace pawl::simulation {
namespace {

constexpr std::uint64_t kSeeds = 300;
constexpr int kSteps = 400;

void obeys_every_law(std::uint64_t seed, int operators) {
  Simulation sim(seed, operators);
  Chaos chaos(sim, seed);
  chaos.run(kSteps);
  ASSERT_TRUE(sim.laws.broken.empty()) << sim.report();
  EXPECT_EQ(sim.writes_after_settling(), 0) << "a steady world was written to\n" << sim.report();
  ASSERT_TRUE(sim.laws.broken.empty()) << "after settling\n" << sim.report();
}

TEST(Chaos, OneOperatorObeysEveryLawUnderEverySeed) {
  test::for_each_seed(kSeeds, [](std::uint64_t seed) { obeys_every_law(seed, 1); });
}

TEST(Chaos, TwoOperatorsObeyEveryLawUnderEverySeed) {
  test::for_each_seed(kSeeds, [](std::uint64_t seed) { obeys_every_law(seed, 2); });
}

TEST(Chaos, TheSameSeedGivesTheSameTrace) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Simulation first(seed, 2);
    Chaos(first, seed).run(kSteps);
    Simulation second(seed, 2);
    Chaos(second, seed).run(kSteps);
    EXPECT_EQ(first.cluster.trace, second.cluster.trace);
    EXPECT_GT(first.cluster.trace.size(), 20U);
  }
}

TEST(Chaos, DifferentSeedsGiveDifferentTraces) {
  Simulation first(1);
  Chaos(first, 1).run(kSteps);
  Simulation second(2);
  Chaos(second, 2).run(kSteps);
  EXPECT_NE(first.cluster.trace, second.cluster.trace);
}

/// The seeds reach what they are meant to reach; without this the laws could hold because nothing happened.
TEST(Chaos, TheSeedsTogetherSeeEveryOutcome) {
  std::set<domain::Outcome> outcomes;
  int crashes = 0;
  bool deleted = false;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    Simulation sim(seed);
    Chaos(sim, seed).run(kSteps);
    for (const auto& entry : sim.status().history) outcomes.insert(entry.outcome);
    crashes += sim.crashes;
    deleted = deleted || !sim.cluster.truth.rollout.present;
  }
  using domain::Outcome;
  EXPECT_EQ(outcomes, (std::set{Outcome::Promoted, Outcome::RolledBack, Outcome::Inconclusive, Outcome::Withdrawn,
                                Outcome::Rejected}));
  EXPECT_GT(crashes, 20);
  EXPECT_TRUE(deleted);
}

}  // namespace
}  // namespace pawl::simulation

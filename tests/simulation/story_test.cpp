// Two stories told to the end, then told again with the process dying after every single write.
#include <gtest/gtest.h>

#include "simulation/simulation.h"

namespace pawl::simulation {
namespace {

using domain::Phase;

void begin(Simulation& sim, const Nature& nature = {}) {
  sim.evidence.natures[digest_of("one")] = nature;
  sim.cluster.user_creates("r0", "zero", true);
  sim.cluster.user_creates("r1", "one");
}

Nature leaky() {
  Nature nature;
  nature.leaks_after = Duration{70'000};
  return nature;
}

Nature worse() {
  Nature nature;
  nature.regresses_after = Duration{90'000};
  return nature;
}

bool ended(const Simulation& sim) { return sim.status().phase == Phase::Stable && !sim.status().history.empty() && !sim.status().previous; }

TEST(Story, AHealthyCandidateServesAloneInTheEnd) {
  Simulation sim(1);
  begin(sim);
  ASSERT_TRUE(sim.run_until([&] { return ended(sim); })) << sim.report();
  EXPECT_TRUE(sim.serves_alone("one")) << sim.report();
  EXPECT_EQ(sim.writes_after_settling(), 0) << sim.report();
  EXPECT_TRUE(sim.laws.broken.empty()) << sim.report();
}

TEST(Story, ALeakingCandidateIsTakenBackAndQuarantined) {
  Simulation sim(2);
  begin(sim, leaky());
  ASSERT_TRUE(sim.run_until([&] { return ended(sim); })) << sim.report();
  EXPECT_TRUE(sim.serves_alone("zero")) << sim.report();
  ASSERT_EQ(sim.status().quarantine.size(), 1U);
  EXPECT_EQ(sim.status().quarantine.front().digest, digest_of("one"));
  EXPECT_EQ(sim.writes_after_settling(), 0) << sim.report();
  EXPECT_TRUE(sim.laws.broken.empty()) << sim.report();
}

TEST(Story, TheSameContentUnderANewNameIsNotTriedAgain) {
  Simulation sim(3);
  begin(sim, leaky());
  ASSERT_TRUE(sim.run_until([&] { return ended(sim); }));
  sim.cluster.user_creates("r2", "one");
  EXPECT_EQ(sim.writes_after_settling(), 0);
  EXPECT_EQ(sim.status().rollouts, 1);
  EXPECT_EQ(sim.cluster.truth.revisions.back().phase, domain::RevisionPhase::Rejected);
}

/// Tells the story once to count its writes, then once per write with a crash right after it.
void survives_a_crash_after_every_write(const Nature& nature, const std::string& winner) {
  Simulation reference(7);
  begin(reference, nature);
  ASSERT_TRUE(reference.run_until([&] { return ended(reference); })) << reference.report();
  const int writes = reference.cluster.writes;
  ASSERT_GT(writes, 20);
  for (int k = 1; k <= writes; ++k) {
    SCOPED_TRACE("crash after write " + std::to_string(k));
    Simulation sim(7);
    begin(sim, nature);
    sim.cluster.crash_after = k;
    ASSERT_TRUE(sim.run_until([&] { return ended(sim); })) << sim.report();
    ASSERT_EQ(sim.crashes, 1);
    EXPECT_EQ(sim.writes_after_settling(), 0) << sim.report();
    EXPECT_TRUE(sim.serves_alone(winner)) << sim.report();
    ASSERT_TRUE(sim.laws.broken.empty()) << sim.report();
  }
}

TEST(Story, APromotionSurvivesACrashAfterEveryWrite) { survives_a_crash_after_every_write({}, "one"); }
TEST(Story, AGuardrailRollbackSurvivesACrashAfterEveryWrite) { survives_a_crash_after_every_write(leaky(), "zero"); }
TEST(Story, ARegressionRollbackSurvivesACrashAfterEveryWrite) { survives_a_crash_after_every_write(worse(), "zero"); }

TEST(Story, APromotionIsUndoneWhenTheGuardrailTripsAfterwards) {
  Simulation sim(5);
  begin(sim);
  ASSERT_TRUE(sim.run_until([&] { return sim.status().previous.has_value(); })) << sim.report();
  sim.evidence.natures[digest_of("one")].leaks_after = Duration{0};
  EXPECT_EQ(sim.writes_after_settling(), 0) << sim.report();
  EXPECT_TRUE(sim.serves_alone("zero")) << sim.report();
  EXPECT_TRUE(sim.laws.broken.empty()) << sim.report();
}

TEST(Story, ALeakInAnyStageOfThePromotionIsTakenBack) {
  for (const auto stage : {domain::PromotionStage::ShiftToCanary, domain::PromotionStage::Repoint, domain::PromotionStage::ShiftBack}) {
    SCOPED_TRACE("stage " + std::to_string(static_cast<int>(stage)));
    Simulation sim(6);
    begin(sim);
    ASSERT_TRUE(sim.run_until([&] { return sim.status().promotion == stage; })) << sim.report();
    sim.evidence.natures[digest_of("one")].leaks_after = Duration{0};
    EXPECT_EQ(sim.writes_after_settling(), 0) << sim.report();
    EXPECT_TRUE(sim.serves_alone("zero")) << sim.report();
    EXPECT_TRUE(sim.laws.broken.empty()) << sim.report();
  }
}

TEST(Story, DeletionAtAnyMomentGivesTheTrafficBackFirst) {
  for (int steps = 1; steps < 90; ++steps) {
    SCOPED_TRACE("deleted after step " + std::to_string(steps));
    Simulation sim(8);
    begin(sim);
    for (int i = 0; i < steps; ++i) sim.step();
    sim.cluster.user_deletes_rollout();
    ASSERT_TRUE(sim.run_until([&] { return sim.evidence.forgotten; }, 40)) << sim.report();
    EXPECT_EQ(sim.cluster.truth.route.canary, 0);
    EXPECT_EQ(sim.writes_after_settling(), 0);
    ASSERT_TRUE(sim.laws.broken.empty()) << sim.report();
  }
}

/// The status that allows the first share is written; before the share is, the other operator takes over, sees
/// the candidate withdrawn and gives the traffic back. Then the first one wakes up and goes on.
Simulation& a_former_leader_wakes_up(Simulation& sim) {
  begin(sim);
  std::function<void()> takeover = [&] {
    if (sim.status().weights.desired == 0) {
      sim.cluster.between = takeover;
      return;
    }
    sim.cluster.change(Kind::Revisions, [](Objects& o) { o.revisions.pop_back(); });
    sim.the_other_leads_for_a_while();
  };
  sim.cluster.between = takeover;
  EXPECT_TRUE(sim.run_until([&] { return sim.leader == 1; })) << sim.report();
  return sim;
}

TEST(Story, AFormerLeaderThatWakesUpDoesNotRaiseTheShare) {
  Simulation sim(10, 2);
  a_former_leader_wakes_up(sim);
  EXPECT_EQ(sim.cluster.truth.route.canary, 0) << sim.report();
  EXPECT_EQ(sim.writes_after_settling(), 0);
  EXPECT_TRUE(sim.serves_alone("zero"));
  EXPECT_TRUE(sim.laws.broken.empty()) << sim.report();
}

/// The laws have teeth: the guard on the old weight alone does not stop it, the weight is 0 again.
TEST(Story, TheLawsNoticeAFormerLeaderInAWorldWithoutAFence) {
  Simulation sim(10, 2);
  for (auto& world : sim.worlds) world->fenced = false;
  a_former_leader_wakes_up(sim);
  EXPECT_FALSE(sim.laws.broken.empty()) << sim.report();
}

TEST(Story, ARollbackIsNotFinishedWhileTheStableServiceCannotBePointedBack) {
  Simulation sim(11);
  begin(sim);
  ASSERT_TRUE(sim.run_until([&] { return sim.status().promotion == domain::PromotionStage::ShiftBack; })) << sim.report();
  sim.evidence.natures[digest_of("one")].leaks_after = Duration{0};
  sim.cluster.refused = Kind::Services;
  for (int i = 0; i < 50; ++i) sim.step();
  EXPECT_EQ(sim.status().phase, Phase::RollingBack) << sim.report();
  EXPECT_EQ(sim.writes_after_settling(), 0);
  EXPECT_TRUE(sim.serves_alone("zero")) << sim.report();
  EXPECT_TRUE(sim.laws.broken.empty()) << sim.report();
}

TEST(Story, WithoutEvidenceTheShareStaysAndNobodyIsBlamed) {
  Simulation sim(9);
  begin(sim);
  ASSERT_TRUE(sim.run_until([&] { return sim.cluster.truth.route.in_force == 1'000; })) << sim.report();
  sim.evidence.outages.push_back({sim.cluster.now, sim.cluster.now + Duration{3'600'000}});
  for (int i = 0; i < 300; ++i) sim.step();
  EXPECT_EQ(sim.cluster.truth.route.canary, 1'000) << sim.report();
  EXPECT_EQ(sim.status().phase, Phase::Canary);
  EXPECT_EQ(sim.writes_after_settling(), 0);
  EXPECT_TRUE(sim.serves_alone("one")) << "the outage ended: " << sim.report();
  EXPECT_TRUE(sim.laws.broken.empty()) << sim.report();
}

}  // namespace
}  // namespace pawl::simulation

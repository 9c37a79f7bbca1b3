// Single stories of a rollout, told to the end.
#include <gtest/gtest.h>

#include "simulation/stories.h"

namespace pawl::simulation {
namespace {

using domain::Phase;

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

TEST(Story, APromotionIsUndoneWhenTheGuardrailTripsAfterwards) {
  Simulation sim(5);
  begin(sim);
  ASSERT_TRUE(sim.run_until([&] { return sim.status().previous.has_value(); })) << sim.report();
  sim.prometheus.natures[digest_of("one")].leaks_after = Duration{0};
  EXPECT_EQ(sim.writes_after_settling(), 0) << sim.report();
  EXPECT_TRUE(sim.serves_alone("zero")) << sim.report();
  EXPECT_TRUE(sim.laws.broken.empty()) << sim.report();
}

TEST(Story, ALeakInAnyStageOfThePromotionIsTakenBack) {
  for (const auto stage :
       {domain::PromotionStage::ShiftToCanary, domain::PromotionStage::Repoint, domain::PromotionStage::ShiftBack}) {
    SCOPED_TRACE("stage " + std::to_string(static_cast<int>(stage)));
    Simulation sim(6);
    begin(sim);
    ASSERT_TRUE(sim.run_until([&] { return sim.status().promotion == stage; })) << sim.report();
    sim.prometheus.natures[digest_of("one")].leaks_after = Duration{0};
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
    ASSERT_TRUE(sim.run_until([&] { return sim.prometheus.forgotten; }, 40)) << sim.report();
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
  ASSERT_TRUE(sim.run_until([&] { return sim.status().promotion == domain::PromotionStage::ShiftBack; }))
      << sim.report();
  sim.prometheus.natures[digest_of("one")].leaks_after = Duration{0};
  sim.cluster.refused = Kind::Services;
  for (int i = 0; i < 50; ++i) sim.step();
  EXPECT_EQ(sim.status().phase, Phase::RollingBack) << sim.report();
  EXPECT_EQ(sim.writes_after_settling(), 0);
  EXPECT_TRUE(sim.serves_alone("zero")) << sim.report();
  EXPECT_TRUE(sim.laws.broken.empty()) << sim.report();
}

TEST(Story, MessagesLongerThanWhatIsStoredAreWrittenOnce) {
  Simulation sim(18);
  begin(sim);
  sim.cluster.truth.rollout.faults = {{"spec.steps", std::string(900, 'a')}, {"spec.drain", std::string(900, 'b')}};
  sim.worlds[0]->list_again();
  EXPECT_EQ(sim.writes_after_settling(), 0) << sim.report();
  const auto* stalled = domain::find_condition(sim.status().conditions, "Stalled");
  ASSERT_NE(stalled, nullptr);
  EXPECT_EQ(stalled->reason, "InvalidSpec");
}

TEST(Story, WithoutEvidenceTheShareStaysAndNobodyIsBlamed) {
  Simulation sim(9);
  begin(sim);
  ASSERT_TRUE(sim.run_until([&] { return sim.cluster.truth.route.in_force == 1'000; })) << sim.report();
  sim.prometheus.outages.push_back({sim.cluster.now, sim.cluster.now + Duration{3'600'000}});
  for (int i = 0; i < 300; ++i) sim.step();
  EXPECT_EQ(sim.cluster.truth.route.canary, 1'000) << sim.report();
  EXPECT_EQ(sim.status().phase, Phase::Canary);
  EXPECT_EQ(sim.writes_after_settling(), 0);
  EXPECT_TRUE(sim.serves_alone("one")) << "the outage ended: " << sim.report();
  EXPECT_TRUE(sim.laws.broken.empty()) << sim.report();
}

// ---- the gate -------------------------------------------------------------------------------------

GateNature answering(domain::GateVerdict verdict, Duration after = Duration{20'000}) {
  GateNature out;
  out.verdict = verdict;
  out.answers_after = after;
  return out;
}

TEST(GateStory, AGateThatAnswersLateIsWaitedFor) {
  Simulation sim(12);
  begin_gated(sim, answering(domain::GateVerdict::Pass, Duration{900'000}));
  for (int i = 0; i < 100; ++i) sim.step();
  EXPECT_EQ(sim.status().phase, Phase::Preparing) << sim.report();
  EXPECT_TRUE(sim.cluster.exposed_at.empty());
  ASSERT_TRUE(sim.run_until([&] { return ended(sim); })) << sim.report();
  EXPECT_TRUE(sim.serves_alone("one")) << sim.report();
  EXPECT_EQ(sim.writes_after_settling(), 0) << sim.report();
  EXPECT_TRUE(sim.laws.broken.empty()) << sim.report();
}

TEST(GateStory, AGateThatNeverAnswersMovesNothingAndIsNotWrittenTo) {
  Simulation sim(13);
  GateNature silent;
  silent.answers_after.reset();
  begin_gated(sim, silent);
  EXPECT_EQ(sim.writes_after_settling(), 0) << sim.report();
  EXPECT_EQ(sim.status().phase, Phase::Preparing) << sim.report();
  EXPECT_TRUE(sim.cluster.exposed_at.empty()) << sim.report();
}

TEST(GateStory, WhatTheGateRejectsNeverHasAShareUnderAnyName) {
  Simulation sim(14);
  begin_gated(sim, answering(domain::GateVerdict::Fail));
  ASSERT_TRUE(sim.run_until([&] { return ended(sim); })) << sim.report();
  sim.gate.natures[digest_of("one")].verdict = domain::GateVerdict::Pass;  // as luck would have it
  for (const char* name : {"r2", "r3", "r4"}) sim.cluster.user_creates(name, "one");
  EXPECT_EQ(sim.writes_after_settling(), 0) << sim.report();
  EXPECT_TRUE(sim.serves_alone("zero")) << sim.report();
  EXPECT_TRUE(sim.cluster.exposed_at.empty()) << sim.report();
  EXPECT_EQ(sim.status().rollouts, 1);
  EXPECT_EQ(sim.cluster.truth.revisions.back().phase, domain::RevisionPhase::Rejected);
  EXPECT_TRUE(sim.laws.broken.empty()) << sim.report();
}

TEST(GateStory, AVerdictThatIsWronglyBoundIsWaitedOut) {
  for (const Flaw flaw : {Flaw::OtherContent, Flaw::OtherStable, Flaw::OtherPolicy, Flaw::Expired}) {
    SCOPED_TRACE("flaw " + std::to_string(static_cast<int>(flaw)));
    Simulation sim(15);
    GateNature nature;
    nature.flaw = flaw;
    begin_gated(sim, nature);
    ASSERT_TRUE(sim.run_until([&] { return ended(sim); }, 1'000)) << sim.report();
    EXPECT_TRUE(sim.serves_alone("one")) << "the second answer was sound: " << sim.report();
    EXPECT_TRUE(sim.laws.broken.empty()) << sim.report();
  }
}

TEST(GateStory, APassThatDiesBeforeThePromotionIsAskedForAgain) {
  Simulation sim(16);
  sim.gate.holds = Duration{60'000};
  begin_gated(sim);
  ASSERT_TRUE(sim.run_until([&] { return ended(sim); }, 1'000)) << sim.report();
  EXPECT_TRUE(sim.serves_alone("one")) << sim.report();
  EXPECT_TRUE(sim.laws.broken.empty()) << sim.report();
}

/// The law has teeth: a pass that was given of nothing is noticed.
TEST(GateStory, TheLawNoticesAShareWithoutAPass) {
  Simulation sim(17);
  GateNature silent;
  silent.answers_after.reset();
  begin_gated(sim, silent);
  ASSERT_TRUE(sim.run_until([&] { return sim.status().gate.has_value(); })) << sim.report();
  auto smuggled = sim.status();
  smuggled.phase = Phase::Canary;
  smuggled.weights.desired = 100;
  sim.laws.before_status(smuggled);
  EXPECT_FALSE(sim.laws.broken.empty());
}

}  // namespace
}  // namespace pawl::simulation

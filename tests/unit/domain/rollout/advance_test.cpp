#include "domain/rollout/advance.h"

#include <gtest/gtest.h>

#include "domain/rollout/converge.h"
#include "support/rollout_builders.h"

namespace pawl::domain {
namespace {

using testing::a_rollout;
using testing::after;
using testing::decide;
using testing::digest_of;
using testing::kMinute;
using testing::kSecond;
using testing::kStart;
using testing::ref;

// ---- deletion and specs that cannot be followed ---------------------------------------------------

TEST(Advance, DeletionTakesTheShareBackFirst) {
  const Advance answer = decide(a_rollout().in_canary(2).deleting(), kStart);
  EXPECT_EQ(answer.why.rule, "finish_on_deletion");
  EXPECT_EQ(answer.status.weights.desired, 0);
}

TEST(Advance, DeletionWinsOverAGuardrail) {
  const Advance answer = decide(a_rollout().in_canary().deleting().judged(Verdict::Kind::RollBackGuardrail), kStart);
  EXPECT_EQ(answer.why.rule, "finish_on_deletion");
}

TEST(Advance, AnInvalidSpecWithdrawsTheCandidateAndNamesTheField) {
  const Advance answer =
      decide(a_rollout().in_canary().with_fault("spec.steps", "at least one step is needed"), kStart);
  EXPECT_EQ(answer.why.rule, "stop_on_invalid_spec");
  EXPECT_EQ(answer.status.phase, Phase::RollingBack);
  EXPECT_EQ(answer.status.ending, Outcome::Withdrawn);
  EXPECT_EQ(answer.status.weights.desired, 0);
  EXPECT_EQ(answer.why.message, "spec.steps: at least one step is needed");
  EXPECT_TRUE(answer.status.quarantine.empty()) << "the candidate did nothing wrong";
}

TEST(Advance, AnInvalidSpecDoesNotStopARollbackUnderWay) {
  const Advance answer =
      decide(a_rollout().rolling_back().with_share_accepted(0).with_fault("spec.agent", "name the agent"), kStart);
  EXPECT_EQ(answer.why.rule, "continue_rolling_back");
  EXPECT_TRUE(answer.status.drained_at);
}

TEST(Advance, AMissingPermissionIsNamedAndTheShareStays) {
  const Advance answer = decide(a_rollout().in_canary(1).but([](Observation& o) { o.denied = "list pods"; }), kStart);
  EXPECT_EQ(answer.why.word, "Forbidden");
  EXPECT_NE(answer.why.message.find("list pods"), std::string::npos);
  EXPECT_EQ(answer.status.weights.desired, 1000);
}

TEST(Advance, AMissingPermissionDoesNotDisarmTheBreakers) {
  const Advance answer =
      decide(a_rollout().in_canary(1).judged(Verdict::Kind::RollBackGuardrail).but([](Observation& o) {
        o.denied = "list pods";
      }),
             kStart);
  EXPECT_EQ(answer.why.rule, "roll_back_on_guardrail");
  EXPECT_EQ(answer.status.weights.desired, 0);
}

TEST(Advance, AnInvalidSpecDoesNotDisarmTheBreakersOfASoakingPromotion) {
  const Advance answer =
      decide(a_rollout().soaking().judged(Verdict::Kind::RollBackGuardrail).with_fault("spec.steps", "empty"), kStart);
  EXPECT_EQ(answer.status.stable, ref("r1"));
}

TEST(Advance, TwoRolloutsMayNotDriveOneRule) {
  const Advance answer =
      decide(a_rollout().serving().but([](Observation& o) { o.route_conflict = "shop/other"; }), kStart);
  EXPECT_EQ(answer.why.word, "RouteClaimed");
}

// ---- the first revision ---------------------------------------------------------------------------

TEST(Advance, SaysWhichFirstRevisionIsMissing) {
  const Advance none = decide(a_rollout().but([](Observation& o) { o.revisions.clear(); }), kStart);
  EXPECT_EQ(none.why.word, "NoInitialRevision");
  const Advance named = decide(a_rollout().but([](Observation& o) { o.spec.initial_revision = "r9"; }), kStart);
  EXPECT_NE(named.why.message.find("r9"), std::string::npos);
}

TEST(Advance, TheFirstRevisionIsChosenAndRecorded) {
  const Advance answer = decide(a_rollout(), kStart);
  EXPECT_EQ(answer.status.phase, Phase::Starting);
  EXPECT_EQ(answer.status.stable, ref("r1"));
  EXPECT_TRUE(answer.decided);
}

TEST(Advance, TheFirstRevisionWaitsForEachFactInTurn) {
  const auto word = [](auto change) { return decide(a_rollout().starting().but(change), kStart).why.word; };
  EXPECT_EQ(word([](Observation& o) { o.world.pod_template_present = false; }), "PodTemplateMissing");
  EXPECT_EQ(word([](Observation& o) { o.world.workloads.clear(); }), "StableStarting");
  EXPECT_EQ(word([](Observation& o) { o.world.workloads[digest_of("r1")].verified = 0; }), "StableStarting");
  EXPECT_EQ(word([](Observation& o) { o.world.workloads[digest_of("r1")].wrong_digest = "pod a serves b"; }),
            "WrongDigest");
  EXPECT_EQ(word([](Observation& o) { o.world.stable_service.foreign = true; }), "ServiceNotOurs");
  EXPECT_EQ(word([](Observation& o) { o.world.stable_service.ready_endpoints = 0; }), "StableStarting");
  EXPECT_EQ(word([](Observation& o) { o.world.stable_service.selects = digest_of("r0"); }), "StableStarting");
  EXPECT_EQ(word([](Observation& o) { o.world.route.problem = "rule agent does not exist"; }), "RouteUnusable");
  EXPECT_EQ(word([](Observation& o) { o.world.route.accepted = false; }), "RouteNotAccepted");
  EXPECT_EQ(word([](Observation&) {}), "Serving");
}

// ---- a candidate ----------------------------------------------------------------------------------

TEST(Advance, ACandidateBeginsWithAFreshCohortAndNoShare) {
  const Advance answer = decide(a_rollout().serving().with_revision("r2", "r1"), kStart);
  EXPECT_EQ(answer.status.phase, Phase::Preparing);
  EXPECT_EQ(answer.status.candidate->cohort, "shop/support/1");
  EXPECT_EQ(answer.status.weights.desired, 0);
  EXPECT_TRUE(answer.decided);
}

TEST(Advance, NoCandidateBeginsWhilePaused) {
  EXPECT_EQ(decide(a_rollout().serving().with_revision("r2", "r1").paused(), kStart).status.phase, Phase::Stable);
}

TEST(Advance, NoCandidateBeginsWhileAPromotionSoaks) {
  EXPECT_EQ(decide(a_rollout().soaking().with_revision("r3", "r2"), kStart).status.phase, Phase::Stable);
}

TEST(Advance, AReadyAndVerifiedCandidateGetsTheFirstShare) {
  const Advance answer = decide(a_rollout().preparing(), kStart + kSecond);
  EXPECT_EQ(answer.status.phase, Phase::Canary);
  EXPECT_EQ(answer.status.weights.desired, 100);
  EXPECT_EQ(answer.status.candidate->started_at, kStart + kSecond);
  EXPECT_FALSE(answer.status.candidate->step_started_at) << "the clock starts when the weight is in force";
}

TEST(Advance, NoShareBeforeTheRouteIsAcceptedAtZero) {
  const Advance answer = decide(a_rollout().preparing().with_route_not_accepted(), kStart);
  EXPECT_EQ(answer.why.word, "RouteNotAccepted");
  EXPECT_EQ(answer.status.weights.desired, 0);
}

TEST(Advance, ACandidateThatNeverBecomesReadyMakesRoomAtTheDeadline) {
  const Advance answer = decide(a_rollout().preparing().with_candidate_ready(0), kStart + std::chrono::hours(25));
  EXPECT_EQ(answer.status.ending, Outcome::Inconclusive);
}

TEST(Advance, ADeletedCandidateIsGivenBackWithoutBlame) {
  const Advance answer = decide(a_rollout().in_canary().but([](Observation& o) { o.revisions.pop_back(); }), kStart);
  EXPECT_EQ(answer.why.word, "RevisionDeleted");
  EXPECT_EQ(answer.status.ending, Outcome::Withdrawn);
  EXPECT_TRUE(answer.status.quarantine.empty());
}

// ---- steps ----------------------------------------------------------------------------------------

TEST(Advance, TheStepsClockStartsWhenTheWeightIsAccepted) {
  const auto unstarted = [](Observation& o) { o.status.candidate->step_started_at.reset(); };
  const Advance waiting = decide(a_rollout().in_canary().but(unstarted).with_route_not_accepted(), kStart + kMinute);
  EXPECT_EQ(waiting.why.word, "RouteNotAccepted");
  EXPECT_FALSE(waiting.status.candidate->step_started_at);
  const Advance begun = decide(a_rollout().in_canary().but(unstarted), kStart + kMinute);
  EXPECT_EQ(begun.status.candidate->step_started_at, kStart + kMinute);
  EXPECT_EQ(begun.status.weights.accepted, 100);
}

TEST(Advance, AContenderForTheWeightsIsNamed) {
  const Advance answer = decide(a_rollout().in_canary(1).with_share_accepted(5000).but(
                                    [](Observation& o) { o.world.route.contender = "argocd"; }),
                                kStart);
  EXPECT_EQ(answer.why.word, "RouteContention");
  EXPECT_EQ(answer.why.message.find("argocd"), 0u);
  EXPECT_TRUE(is_true(answer.status.conditions, "Stalled"));
}

TEST(Advance, AStepSoaksToTheMillisecond) {
  const auto seen = a_rollout().in_canary().judged(Verdict::Kind::GoOn).build();
  EXPECT_EQ(decide(seen, kStart + 5 * kMinute - Duration{1}).why.rule, "wait_for_soak");
  const Advance up = decide(seen, kStart + 5 * kMinute);
  EXPECT_EQ(up.why.rule, "step_up");
  EXPECT_EQ(up.status.step, 1);
  EXPECT_EQ(up.status.weights.desired, 1000);
}

TEST(Advance, AClockThatStepsBackCountsAsNoTimePassed) {
  const Advance answer = decide(a_rollout().in_canary().judged(Verdict::Kind::GoOn), kStart - kMinute);
  EXPECT_EQ(answer.why.rule, "wait_for_soak");
}

TEST(Advance, NothingRisesWithoutEvidence) {
  for (const Verdict::Kind kind : {Verdict::Kind::None, Verdict::Kind::Hold, Verdict::Kind::Yellow}) {
    const Advance answer = decide(a_rollout().in_canary().judged(kind), kStart + 10 * kMinute);
    EXPECT_EQ(answer.why.rule, "hold_the_share");
    EXPECT_EQ(answer.status.weights.desired, 100);
  }
}

TEST(Advance, APassBeforeTheLastStepOnlyStepsUp) {
  EXPECT_EQ(decide(a_rollout().in_canary(0).judged(Verdict::Kind::Promote), kStart + 6 * kMinute).why.rule, "step_up");
}

TEST(Advance, APassAtTheLastStepPromotesAfterItsSoak) {
  const auto seen = a_rollout().in_canary(2).judged(Verdict::Kind::Promote, "ProvenNoWorse").build();
  EXPECT_EQ(decide(seen, kStart + kMinute).why.rule, "wait_for_soak");
  const Advance answer = decide(seen, kStart + 5 * kMinute);
  EXPECT_EQ(answer.status.phase, Phase::Promoting);
  EXPECT_EQ(answer.status.promotion, PromotionStage::ShiftToCanary);
  EXPECT_EQ(answer.why.word, "ProvenNoWorse");
}

TEST(Advance, TheAbsenceOfARegressionIsNoPromotion) {
  EXPECT_EQ(decide(a_rollout().in_canary(2).judged(Verdict::Kind::GoOn), kStart + 6 * kMinute).why.word,
            "GatheringEvidence");
}

TEST(Advance, AShortenedListOfStepsIsNotReadPastItsEnd) {
  const auto seen =
      a_rollout().in_canary(2).judged(Verdict::Kind::GoOn).but([](Observation& o) { o.spec.steps.resize(1); }).build();
  const Advance answer = decide(seen, kStart + 6 * kMinute);
  EXPECT_EQ(answer.why.rule, "go_on");
  EXPECT_EQ(answer.status.weights.desired, 5000);
  EXPECT_EQ(decide(seen, kStart + kMinute).why.rule, "wait_for_soak");
}

// ---- taking back ----------------------------------------------------------------------------------

TEST(Advance, AGuardrailTakesTheShareBackAndQuarantinesInOneWrite) {
  const Advance answer =
      decide(a_rollout().in_canary(1).judged(Verdict::Kind::RollBackGuardrail, "UnsafeTool", "2 events"), kStart);
  EXPECT_EQ(answer.status.weights.desired, 0);
  ASSERT_EQ(answer.status.quarantine.size(), 1u);
  EXPECT_EQ(answer.status.quarantine[0].digest, digest_of("r2"));
  EXPECT_EQ(answer.status.quarantine[0].reason, "UnsafeTool");
  EXPECT_TRUE(answer.decided);
}

TEST(Advance, PausingDisarmsNeitherGuardrailNorRegressionNorDeadline) {
  EXPECT_EQ(
      decide(a_rollout().in_canary().paused().judged(Verdict::Kind::RollBackGuardrail), kStart).status.weights.desired,
      0);
  EXPECT_EQ(
      decide(a_rollout().in_canary().paused().judged(Verdict::Kind::RollBackRegression), kStart).status.weights.desired,
      0);
  EXPECT_EQ(decide(a_rollout().in_canary().paused(), kStart + std::chrono::hours(24)).status.weights.desired, 0);
}

TEST(Advance, PausingWakesAtTheDeadline) {
  EXPECT_EQ(decide(a_rollout().in_canary().paused(), kStart).wake_at, kStart + std::chrono::hours(24));
}

TEST(Advance, NoRuleThatHoldsLosesTheMomentAtWhichThePreviousStableMayGo) {
  const auto wakes = [](testing::RolloutBuilder builder) {
    const Observation seen = builder.build();
    EXPECT_EQ(advance(seen, kStart).wake_at, seen.status.previous_until);
  };
  wakes(a_rollout().soaking());
  wakes(a_rollout().soaking().paused());
  wakes(a_rollout().soaking().but([](Observation& o) { o.denied = "list pods"; }));
  wakes(a_rollout().soaking().but([](Observation& o) { o.spec_faults = {{"spec.steps", "empty"}}; }));
}

TEST(Advance, ASoakThatOutlastsTheDeadlineWakesAtTheDeadline) {
  const Observation seen = a_rollout()
                               .in_canary(1)
                               .judged(Verdict::Kind::GoOn)
                               .but([](Observation& o) { o.spec.steps[1].soak = std::chrono::hours(48); })
                               .build();
  const Advance answer = advance(seen, kStart);
  EXPECT_EQ(answer.why.rule, "wait_for_soak");
  EXPECT_EQ(answer.wake_at, kStart + std::chrono::hours(24));
}

TEST(Advance, ARegressionDoesNotWaitForTheSoak) {
  const Advance answer =
      decide(a_rollout().in_canary(1).judged(Verdict::Kind::RollBackRegression, "Lost"), kStart + kSecond);
  EXPECT_EQ(answer.status.ending, Outcome::RolledBack);
  EXPECT_EQ(answer.status.quarantine.back().digest, digest_of("r2"));
}

TEST(Advance, ARegressionThatShowsDuringThePromotionTakesItBack) {
  for (const PromotionStage stage :
       {PromotionStage::ShiftToCanary, PromotionStage::Repoint, PromotionStage::ShiftBack}) {
    const Advance answer =
        decide(a_rollout().promoting(stage).judged(Verdict::Kind::RollBackRegression, "Lost"), kStart);
    EXPECT_EQ(answer.status.phase, Phase::RollingBack);
    EXPECT_EQ(answer.status.weights.desired, 0);
    EXPECT_EQ(answer.status.quarantine.back().digest, digest_of("r2"));
  }
}

TEST(Advance, InconclusiveAtTheDeadlineIsNoBlame) {
  const Advance answer = decide(a_rollout().in_canary(2).judged(Verdict::Kind::GoOn), kStart + std::chrono::hours(24));
  EXPECT_EQ(answer.why.word, "DeadlineExceeded");
  EXPECT_EQ(answer.status.ending, Outcome::Inconclusive);
  EXPECT_TRUE(answer.status.quarantine.empty());
}

TEST(Advance, ACandidateWithoutPodsLosesItsShare) {
  const Advance answer = decide(a_rollout().in_canary(1).with_candidate_ready(0), kStart);
  EXPECT_EQ(answer.why.word, "CandidateUnavailable");
  EXPECT_EQ(answer.status.weights.desired, 0);
}

TEST(Advance, ACandidateWithoutPodsIsGivenBackInEveryStageOfAPromotion) {
  for (const PromotionStage stage :
       {PromotionStage::ShiftToCanary, PromotionStage::Repoint, PromotionStage::ShiftBack}) {
    const Advance answer = decide(a_rollout().promoting(stage).with_candidate_ready(0), kStart);
    EXPECT_EQ(answer.why.word, "CandidateUnavailable");
    EXPECT_EQ(answer.status.weights.desired, 0);
  }
}

TEST(Advance, ARollbackGoesThroughAcceptedMeasuredAndDrained) {
  auto seen = a_rollout().rolling_back().but([](Observation& o) { o.world.measures_share = true; }).build();
  EXPECT_EQ(decide(seen, kStart).why.word, "ReturningTraffic");
  seen.world.route.accepted = true;
  EXPECT_EQ(decide(seen, kStart).why.word, "VerifyingRollback");
  seen.world.measured_about_zero = true;
  const Advance draining = decide(seen, kStart);
  EXPECT_EQ(draining.status.drained_at, kStart + seen.spec.drain);
  seen = after(seen, draining);
  EXPECT_EQ(decide(seen, kStart + kSecond).status.phase, Phase::RollingBack);
  const Advance done = decide(seen, kStart + seen.spec.drain);
  EXPECT_EQ(done.status.phase, Phase::Stable);
  EXPECT_FALSE(done.status.candidate);
  EXPECT_EQ(done.status.history.back().outcome, Outcome::RolledBack);
}

TEST(Advance, ARollbackIsNotDrainedWhileTheStableServiceStillSelectsTheCandidate) {
  const Advance answer =
      decide(a_rollout().rolling_back().with_share_accepted(0).with_stable_service_on("r2", 4), kStart);
  EXPECT_FALSE(answer.status.drained_at);
  EXPECT_EQ(answer.why.word, "ReturningTraffic");
}

// ---- promotion ------------------------------------------------------------------------------------

TEST(Advance, APromotionShiftsOnlyWhenTheCandidateCanCarryEverything) {
  const auto seen = a_rollout().promoting(PromotionStage::ShiftToCanary).with_candidate_ready(3).build();
  EXPECT_EQ(decide(seen, kStart).status.weights.desired, 5000);
  const auto ready = a_rollout().promoting(PromotionStage::ShiftToCanary).build();
  const Advance answer = decide(ready, kStart);
  EXPECT_EQ(answer.status.weights.desired, kWholeShare);
  EXPECT_EQ(answer.status.promotion, PromotionStage::ShiftToCanary) << "the weight is not accepted yet";
}

TEST(Advance, APromotionRepointsOnlyWhenAllWeightIsAccepted) {
  auto seen = a_rollout()
                  .promoting(PromotionStage::Repoint)
                  .but([](Observation& o) { o.status.promotion = PromotionStage::ShiftToCanary; })
                  .build();
  EXPECT_EQ(decide(seen, kStart).status.promotion, PromotionStage::Repoint);
  seen.world.route.accepted = false;
  EXPECT_EQ(decide(seen, kStart).status.promotion, PromotionStage::ShiftToCanary);
}

TEST(Advance, APromotionShiftsBackOnlyWhenTheStableServiceHasTheCandidatesEndpoints) {
  EXPECT_EQ(decide(a_rollout().promoting(PromotionStage::Repoint), kStart).status.promotion, PromotionStage::Repoint);
  EXPECT_EQ(
      decide(a_rollout().promoting(PromotionStage::Repoint).with_stable_service_on("r2", 0), kStart).status.promotion,
      PromotionStage::Repoint);
  const Advance answer = decide(a_rollout().promoting(PromotionStage::Repoint).with_stable_service_on("r2", 4), kStart);
  EXPECT_EQ(answer.status.promotion, PromotionStage::ShiftBack);
  EXPECT_EQ(answer.status.weights.desired, 0);
}

TEST(Advance, APromotionEndsWhenTheWeightIsBackAndKeepsTheOldOneWarm) {
  EXPECT_EQ(decide(a_rollout().promoting(PromotionStage::ShiftBack), kStart).status.phase, Phase::Promoting);
  const Advance answer = decide(a_rollout().promoting(PromotionStage::ShiftBack).with_share_accepted(0), kStart);
  EXPECT_EQ(answer.status.phase, Phase::Stable);
  EXPECT_EQ(answer.status.stable, ref("r2"));
  EXPECT_EQ(answer.status.previous, ref("r1"));
  EXPECT_EQ(answer.status.previous_until, kStart + kMinute);
  EXPECT_EQ(answer.status.next.at, answer.status.previous_until);
  EXPECT_EQ(answer.wake_at, kStart + kMinute);
}

TEST(Advance, PausingDoesNotStopAPromotionHalfWay) {
  EXPECT_EQ(
      decide(a_rollout().promoting(PromotionStage::ShiftBack).with_share_accepted(0).paused(), kStart).status.phase,
      Phase::Stable);
}

TEST(Advance, AGuardrailStopsAPromotionAtEveryStage) {
  for (const PromotionStage stage :
       {PromotionStage::ShiftToCanary, PromotionStage::Repoint, PromotionStage::ShiftBack}) {
    const Advance answer = decide(a_rollout().promoting(stage).judged(Verdict::Kind::RollBackGuardrail), kStart);
    EXPECT_EQ(answer.status.phase, Phase::RollingBack);
    EXPECT_EQ(answer.status.weights.desired, 0);
  }
}

// ---- the soak of a promotion ----------------------------------------------------------------------

// A restart, or a replay, in the soak folds the trial's samples again and needs its changes of weight.
TEST(Advance, ThePromotionKeepsItsChangesOfWeightUntilItHasSoaked) {
  const std::vector<ShareChange> changes{{kStart - 20 * kMinute, 1000}, {kStart - 5 * kMinute, 10'000}};
  Observation done = a_rollout().promoting(PromotionStage::ShiftBack).with_share_accepted(0);
  done.status.weights.changes = changes;
  EXPECT_EQ(decide(done, kStart).status.weights.changes, changes);
  Observation seen = a_rollout().soaking();
  seen.status.weights.changes = changes;
  EXPECT_EQ(decide(seen, kStart).status.weights.changes, changes);
  EXPECT_TRUE(decide(seen, *seen.status.previous_until).status.weights.changes.empty());
  seen.judgement.kind = Verdict::Kind::RollBackGuardrail;
  EXPECT_TRUE(decide(seen, kStart).status.weights.changes.empty()) << "what was undone is not judged any more";
}

TEST(Advance, TheOldStableGoesWhenTheSoakEnds) {
  EXPECT_TRUE(decide(a_rollout().soaking(), kStart + kMinute - Duration{1}).status.previous);
  const Advance answer = decide(a_rollout().soaking(), kStart + kMinute);
  EXPECT_EQ(answer.why.word, "SoakEnded");
  EXPECT_FALSE(answer.status.previous);
  EXPECT_FALSE(answer.status.soak);
}

TEST(Advance, AGuardrailDuringTheSoakMovesThePointerBackAndLetsTheBadOneDrain) {
  const auto seen = a_rollout().soaking().judged(Verdict::Kind::RollBackGuardrail, "UnsafeTool").build();
  const Advance answer = decide(seen, kStart + kSecond);
  EXPECT_EQ(answer.status.stable, ref("r1"));
  EXPECT_EQ(answer.status.quarantine.back().digest, digest_of("r2"));
  EXPECT_EQ(answer.status.history.back().outcome, Outcome::RolledBack);
  EXPECT_EQ(answer.status.previous, ref("r2")) << "open requests of r2 may finish";
  EXPECT_FALSE(answer.status.soak) << "nobody is on trial any more";
  EXPECT_EQ(answer.status.previous_until, kStart + kSecond + seen.spec.drain);
}

TEST(Advance, AnUndonePromotionIsNeverUndoneAgain) {
  const auto seen = a_rollout().soaking().judged(Verdict::Kind::RollBackGuardrail).build();
  const Advance undone = decide(seen, kStart);
  const Advance again = decide(after(seen, undone), kStart + kSecond);
  EXPECT_EQ(again.status.stable, ref("r1"));
  EXPECT_FALSE(again.decided);
  EXPECT_EQ(again.why.word, "Draining");
  const Advance gone = decide(after(seen, again), kStart + seen.spec.drain);
  EXPECT_FALSE(gone.status.previous);
}

// ---- a steady world -------------------------------------------------------------------------------

TEST(Advance, ASteadyWorldChangesNothingHoweverLateItIsSeen) {
  const auto steady = [](const Observation& seen, const char* what) {
    const Advance first = decide(seen, kStart + kSecond);
    const Advance second = decide(after(seen, first), kStart + 2 * kSecond);
    EXPECT_TRUE(first.status == second.status) << what << ": " << first.why.message << " / " << second.why.message;
    EXPECT_FALSE(second.decided) << what;
  };
  steady(a_rollout().serving(), "serving");
  steady(a_rollout().soaking(), "soaking");
  steady(a_rollout().starting().but([](Observation& o) { o.world.workloads.clear(); }), "starting");
  steady(a_rollout().preparing().with_candidate_ready(0), "preparing");
  steady(a_rollout().in_canary().judged(Verdict::Kind::GoOn), "soaking a step");
  steady(a_rollout().in_canary().judged(Verdict::Kind::Hold), "holding");
  steady(a_rollout().in_canary().paused(), "paused");
  steady(a_rollout().rolling_back(), "returning traffic");
  steady(a_rollout().rolling_back().with_share_accepted(0), "draining");
  steady(a_rollout().promoting(PromotionStage::Repoint), "repointing");
  steady(a_rollout().serving().deleting(), "deleting");
  steady(a_rollout().serving().quarantined("r2").ended("r2", Outcome::RolledBack, "Lost"), "after a rollback");
}

TEST(Prepare, WhateverACandidateWaitsForItsDeadlineIsAWakeUp) {
  const auto wakes = [](testing::RolloutBuilder builder) {
    const auto seen = builder.build();
    const Advance answer = decide(builder, kStart + kSecond);
    EXPECT_EQ(answer.wake_at, seen.status.last_decision->at + seen.spec.analysis.max_duration) << answer.why.word;
  };
  wakes(a_rollout().preparing().with_candidate_ready(0));
  wakes(a_rollout().preparing().with_route_not_accepted());
  wakes(a_rollout().preparing().but([](Observation& o) { o.world.canary_service.ready_endpoints = 0; }));
  wakes(a_rollout().preparing().but(
      [](Observation& o) { o.world.workloads[testing::digest_of("r2")].wrong_digest = "pod a serves b"; }));
}

}  // namespace
}  // namespace pawl::domain

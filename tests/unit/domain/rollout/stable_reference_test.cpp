#include "domain/rollout/stable_reference.h"

#include <gtest/gtest.h>

#include "support/rollout_builders.h"

namespace pawl::domain {
namespace {

using namespace pawl::testing;

constexpr const char* kDrift = "refunds scores 0.700 in its last 640 scores, 0.900 of 1000 when it was judged";

RolloutBuilder with_scores(RolloutBuilder builder) {
  return builder.but([](Observation& seen) {
    seen.status.scoreboard = {{"refunds", 0.8, 0.9, 2000, 500, CapabilityState::Held},
                              {"aggregate", 0.8, 0.9, 2000, 500, CapabilityState::Held}};
  });
}
RolloutBuilder watched(RolloutBuilder builder, WatchOpinion opinion) {
  return builder.but([&](Observation& seen) {
    seen.judgement.stable_watch = {opinion, opinion == WatchOpinion::Drifting ? kDrift : ""};
  });
}

TEST(StableReference, IsWhatThePromotedRevisionScoredAsACandidate) {
  const Observation seen = with_scores(a_rollout().soaking());
  EXPECT_EQ(stable_reference(seen.status), (StableReference{{"refunds", {0.9, 500}}}));
}

TEST(StableReference, IsWhatStableScoredAgainstACandidateThatDidNotShip) {
  const Observation seen = with_scores(a_rollout().serving().ended("r2", Outcome::RolledBack, "Regression"));
  EXPECT_EQ(stable_reference(seen.status), (StableReference{{"refunds", {0.8, 2000}}}));
}

TEST(StableReference, IsUnknownBeforeTheFirstCandidate) {
  const Observation seen = a_rollout().serving();
  EXPECT_TRUE(stable_reference(seen.status).empty());
}

TEST(StableDrift, IsADecisionOnceAndAConditionWhileItLasts) {
  const Observation seen = watched(a_rollout().serving(), WatchOpinion::Drifting);
  const Advance told = decide(seen, kStart);
  EXPECT_TRUE(told.decided);
  EXPECT_EQ(told.status.last_decision->what, "Drifting");
  EXPECT_EQ(told.status.phase, Phase::Stable) << "nothing is taken back";
  const Condition* condition = find_condition(told.status.conditions, "StableDrifting");
  ASSERT_NE(condition, nullptr);
  EXPECT_EQ(condition->message.find(kDrift), 0U) << condition->message;
  EXPECT_TRUE(is_true(told.status.conditions, "Ready"));

  const Observation later = after(seen, told);
  const Advance again = decide(later, kStart + kMinute);
  EXPECT_FALSE(again.decided);
  const Observation settled = after(later, again);
  EXPECT_EQ(decide(settled, kStart + 2 * kMinute).status, settled.status) << "a drift that lasts writes nothing";
}

TEST(StableDrift, LastsUntilTheWatchHasSeenItEnd) {
  const Advance told = decide(watched(a_rollout().serving(), WatchOpinion::Drifting), kStart);
  const Observation restarted = after(watched(a_rollout().serving(), WatchOpinion::Unknown), told);
  EXPECT_TRUE(is_true(decide(restarted, kStart).status.conditions, "StableDrifting"));
  const Observation recovered = after(watched(a_rollout().serving(), WatchOpinion::Steady), told);
  EXPECT_FALSE(is_true(decide(recovered, kStart).status.conditions, "StableDrifting"));
}

TEST(StableDrift, DoesNotKeepTheNextEditWaiting) {
  Observation seen = watched(a_rollout().serving().with_revision("r2", "r1"), WatchOpinion::Drifting);
  seen.status = decide(seen, kStart).status;
  const Advance next = decide(seen, kStart);
  EXPECT_EQ(next.status.phase, Phase::Preparing);
  EXPECT_TRUE(is_true(next.status.conditions, "StableDrifting"));
}

TEST(StableDrift, EndsWithTheRevisionItIsAbout) {
  Observation seen = a_rollout().promoting(PromotionStage::ShiftBack).with_share_accepted(0);
  set_condition(seen.status.conditions, {"StableDrifting", ConditionStatus::True, "ScoresFell", kDrift, 1, {}}, kStart);
  const Advance answer = decide(seen, kStart);
  ASSERT_EQ(answer.status.stable->name, "r2");
  EXPECT_FALSE(is_true(answer.status.conditions, "StableDrifting"));
}

}  // namespace
}  // namespace pawl::domain

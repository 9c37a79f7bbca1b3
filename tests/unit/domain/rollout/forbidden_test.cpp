// What a refusal of the API server (403) stops, and what it does not: nothing moves forward, traffic is taken back.
#include <gtest/gtest.h>

#include "support/rollout_builders.h"

namespace pawl::domain {
namespace {

using testing::a_rollout;
using testing::decide;
using testing::kMinute;
using testing::kSecond;
using testing::kStart;
using testing::RolloutBuilder;

RolloutBuilder& refused(RolloutBuilder& rollout) {
  return rollout.but([](Observation& o) { o.denied = "cannot create deployments: exceeded quota"; });
}

TEST(Forbidden, AProvenBadCanaryIsTakenBackAllTheSame) {
  auto bad = a_rollout().in_canary(1).judged(Verdict::Kind::RollBackRegression);
  const Advance answer = decide(refused(bad), kStart);
  EXPECT_EQ(answer.why.rule, "roll_back_on_regression");
  EXPECT_EQ(answer.status.weights.desired, 0);
  EXPECT_EQ(answer.status.quarantine.size(), 1u);
}

TEST(Forbidden, TheDeadlineHoldsAllTheSameAndIsAWakeUp) {
  for (RolloutBuilder rollout : {a_rollout().in_canary(1), a_rollout().preparing()}) {
    const auto seen = refused(rollout).build();
    const Instant deadline = kStart + seen.spec.analysis.max_duration;
    const Advance before = decide(seen, deadline - kSecond);
    EXPECT_EQ(before.why.word, "Forbidden");
    EXPECT_EQ(before.wake_at, deadline);
    const Advance late = decide(seen, deadline);
    EXPECT_EQ(late.why.word, "DeadlineExceeded");
    EXPECT_EQ(late.status.phase, Phase::RollingBack);
  }
}

TEST(Forbidden, WhatTheGateFailsIsTakenBackAllTheSame) {
  auto failed = a_rollout().gated().in_canary(0).at_gate(GateState::Passed).answered_by_gate(GateVerdict::Fail);
  EXPECT_EQ(decide(refused(failed), kStart).status.ending, Outcome::Rejected);
}

TEST(Forbidden, WhatMayNotBeReadIsNotTakenForGone) {
  auto unseen_pods = a_rollout().in_canary(1).with_candidate_ready(0);
  EXPECT_EQ(decide(refused(unseen_pods), kStart).why.word, "Forbidden");
  auto unseen_revisions = a_rollout().in_canary(1).but([](Observation& o) { o.revisions.clear(); });
  EXPECT_EQ(decide(refused(unseen_revisions), kStart).why.word, "Forbidden");
  auto unseen_route = a_rollout().rolling_back().but([](Observation& o) { o.world.route = {}; });
  const Advance answer = decide(refused(unseen_route), kStart);
  EXPECT_EQ(answer.why.word, "Forbidden");
  EXPECT_FALSE(answer.status.drained_at) << "the route can have any share";
}

TEST(Forbidden, NothingMovesForward) {
  auto soaked = a_rollout().in_canary(1).judged(Verdict::Kind::GoOn);
  const Advance answer = decide(refused(soaked), kStart + 10 * kMinute);
  EXPECT_EQ(answer.why.word, "Forbidden");
  EXPECT_EQ(answer.status.weights.desired, 1000);
  EXPECT_FALSE(is_true(answer.status.conditions, "Accepted"));
  auto waiting = a_rollout().serving().with_revision("r2", "r1");
  EXPECT_FALSE(decide(refused(waiting), kStart).status.candidate);
}

TEST(Forbidden, IsSaidWhileTrafficIsBeingTakenBackInsteadOfThatItIsWritten) {
  const auto denied = [](Observation& o) { o.denied = "cannot patch httproutes"; };
  const Advance answer = decide(a_rollout().rolling_back().with_share_accepted(1000).but(denied), kStart + kSecond);
  EXPECT_EQ(answer.why.word, "Forbidden");
  EXPECT_NE(answer.why.message.find("cannot patch httproutes"), std::string::npos) << answer.why.message;
  EXPECT_EQ(answer.status.phase, Phase::RollingBack);
}

}  // namespace
}  // namespace pawl::domain

// Failures of comparable systems, each as a test that pawl does not share it.
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

template <typename Wanted>
std::vector<Wanted> effects_of(const Observation& seen) {
  std::vector<Wanted> out;
  for (const Effect& e : converge(seen.spec, seen.status, seen.world, seen.deleting)) {
    if (const auto* wanted = std::get_if<Wanted>(&e)) out.push_back(*wanted);
  }
  return out;
}

TEST(Peers, T1AWeightInTheStatusIsTheAcceptedOneThroughEveryLookOfAPause) {
  auto seen = a_rollout().in_canary(1).paused().build();
  for (int look = 0; look < 100; ++look) {
    seen = after(seen, decide(seen, kStart + look * kSecond));
    ASSERT_EQ(seen.status.weights.accepted, seen.world.route.canary);
    ASSERT_EQ(seen.status.weights.desired, 1000);
    ASSERT_TRUE(is_true(seen.status.conditions, "WeightsVerified"));
    ASSERT_TRUE(effects_of<EnsureShare>(seen).empty());
  }
}

TEST(Peers, T1AWeightChangedBehindOurBackIsNotCalledVerifiedAndIsPutBack) {
  auto seen = a_rollout().in_canary(1).with_share_accepted(5000).build();
  seen = after(seen, decide(seen, kStart));
  EXPECT_FALSE(is_true(seen.status.conditions, "WeightsVerified"));
  ASSERT_EQ(effects_of<EnsureShare>(seen).size(), 1u);
  EXPECT_EQ(effects_of<EnsureShare>(seen)[0].canary, 1000);
}

TEST(Peers, T2ASubsetWithoutEndpointsNeverGetsAShare) {
  const auto empty = [](Observation& o) { o.world.canary_service.ready_endpoints = 0; };
  EXPECT_EQ(decide(a_rollout().preparing().but(empty), kStart).status.phase, Phase::Preparing);
  const auto waiting = a_rollout()
                           .in_canary(1)
                           .with_share_accepted(0)
                           .but(empty)
                           .but([](Observation& o) { o.status.weights.accepted.reset(); })
                           .build();
  EXPECT_TRUE(effects_of<EnsureShare>(waiting).empty());
  const RolloutStatus told = decide(waiting, kStart).status;
  EXPECT_FALSE(is_true(told.conditions, "WeightsVerified")) << "never reported enforced";
  EXPECT_FALSE(told.weights.accepted);
}

TEST(Peers, T3AStartingCandidateIsNotUnhealthy) {
  const auto seen = a_rollout().preparing().with_candidate_ready(0).judged(Verdict::Kind::RollBackRegression).build();
  const Advance answer = decide(seen, kStart + 10 * kMinute);
  EXPECT_EQ(answer.why.word, "CandidateStarting");
  EXPECT_EQ(answer.status.phase, Phase::Preparing);
  EXPECT_TRUE(answer.status.quarantine.empty());
  const auto rising = a_rollout().in_canary(0).with_share_accepted(0).with_candidate_ready(0).but(
      [](Observation& o) { o.status.candidate->step_started_at.reset(); });
  EXPECT_EQ(decide(rising, kStart).status.phase, Phase::Canary) << "no share is in force yet";
}

TEST(Peers, T4AMissingRightIsAConditionWithANameAndTheShareStaysSafe) {
  const auto denied = [](Observation& o) { o.denied = "list pods"; };
  const auto seen = a_rollout().in_canary(1).but(denied);
  const Advance answer = decide(seen, kStart);
  const Condition* stalled = find_condition(answer.status.conditions, "Stalled");
  ASSERT_NE(stalled, nullptr);
  EXPECT_EQ(stalled->reason, "Forbidden");
  EXPECT_NE(stalled->message.find("list pods"), std::string::npos);
  EXPECT_LE(answer.status.weights.desired, 1000);
}

TEST(Peers, T5ACandidateMustProvablyRunItsOwnBundle) {
  const auto unverified =
      a_rollout().preparing().but([](Observation& o) { o.world.workloads[digest_of("r2")].verified = 0; });
  EXPECT_EQ(decide(unverified, kStart).status.phase, Phase::Preparing);
  const auto wrong = a_rollout().preparing().but(
      [](Observation& o) { o.world.workloads[digest_of("r2")].wrong_digest = "pod a serves " + digest_of("r1"); });
  const Advance answer = decide(wrong, kStart);
  EXPECT_EQ(answer.why.word, "WrongDigest");
  EXPECT_TRUE(is_true(answer.status.conditions, "Stalled"));
  const auto same = a_rollout().serving().with_revision("r2", "r1").but([](Observation& o) {
    o.revisions.back().digest = digest_of("r1");
  });
  EXPECT_FALSE(decide(same, kStart).status.candidate) << "two identical arms prove nothing";
}

/// Carries out what converge asks for; the gateway and the pods follow at once.
void carry_out(Observation& seen) {
  for (const Effect& effect : converge(seen.spec, seen.status, seen.world, seen.deleting)) {
    World& world = seen.world;
    if (const auto* share = std::get_if<EnsureShare>(&effect)) {
      world.route.canary = share->canary;
      world.route.stable = kWholeShare - share->canary;
    } else if (const auto* service = std::get_if<EnsureService>(&effect)) {
      ServiceView& view =
          service->service == seen.spec.traffic.stable_service ? world.stable_service : world.canary_service;
      view = {true, false, service->digest, world.workloads[service->digest].ready};
    } else if (const auto* deployment = std::get_if<EnsureDeployment>(&effect)) {
      world.workloads[deployment->revision.digest] = {
          true, true, deployment->replicas, deployment->replicas, deployment->replicas, ""};
    } else if (const auto* retired = std::get_if<EnsureRetired>(&effect)) {
      world.workloads.erase(retired->digest);
    }
  }
}

TEST(Peers, T12APromotionReallyRepointsTheStableService) {
  auto seen = a_rollout().in_canary(2).judged(Verdict::Kind::Promote).build();
  Instant now = kStart + 5 * kMinute;
  for (int look = 0; look < 12; ++look, now += 10 * kSecond) {
    seen = after(seen, decide(seen, now));
    carry_out(seen);
    ASSERT_GT(seen.world.stable_service.ready_endpoints, 0) << "somebody always serves";
  }
  EXPECT_EQ(seen.status.stable, ref("r2"));
  EXPECT_EQ(seen.world.stable_service.selects, digest_of("r2"));
  EXPECT_EQ(seen.world.route.canary, 0);
  EXPECT_EQ(seen.world.workloads.count(digest_of("r1")), 0u) << "the old one is retired after its soak";
}

TEST(Peers, T12AnUndonePromotionReallyPointsBack) {
  auto seen = a_rollout().soaking().judged(Verdict::Kind::RollBackGuardrail).build();
  Instant now = kStart + kSecond;
  seen = after(seen, decide(seen, now));
  carry_out(seen);
  EXPECT_EQ(seen.world.stable_service.selects, digest_of("r1"));
  EXPECT_EQ(seen.world.workloads.count(digest_of("r2")), 1u) << "open requests may finish";
  for (int look = 0; look < 4; ++look) {
    now += 10 * kSecond;
    seen = after(seen, decide(seen, now));
    carry_out(seen);
  }
  EXPECT_EQ(seen.world.workloads.count(digest_of("r2")), 0u);
  EXPECT_EQ(seen.status.stable, ref("r1"));
}

TEST(Peers, T15NoLivePodIsGivenAnotherPromptThanByPromotion) {
  for (const PromotionStage stage :
       {PromotionStage::ShiftToCanary, PromotionStage::Repoint, PromotionStage::ShiftBack}) {
    EXPECT_TRUE(effects_of<EnsureBundle>(a_rollout().promoting(stage)).empty())
        << "promotion moves pointers, it rewrites nothing";
  }
  const auto building =
      a_rollout().preparing().but([](Observation& o) { o.world.workloads.erase(digest_of("r2")); }).build();
  const auto made = effects_of<EnsureBundle>(building);
  ASSERT_EQ(made.size(), 1u);
  EXPECT_EQ(building.world.workloads.count(made[0].revision.digest), 0u)
      << "only a bundle that no pod mounts is written";
  EXPECT_TRUE(effects_of<EnsureService>(a_rollout().in_canary(2)).empty()) << "stable's pods are reached as before";
}

}  // namespace
}  // namespace pawl::domain

#include <gtest/gtest.h>

#include "support/rollout_builders.h"

namespace pawl::domain {
namespace {

using testing::a_rollout;
using testing::after;
using testing::decide;
using testing::kMinute;
using testing::kStart;

std::vector<Condition> conditions_of(const Advance& answer) { return answer.status.conditions; }

/// The one of Ready, Reconciling and Stalled that is true; all of them if that is not one.
std::string state_of(const Observation& seen) {
  const Advance answer = decide(seen, kStart + kMinute / 60);
  std::string out;
  for (const char* type : {"Ready", "Reconciling", "Stalled"}) {
    if (is_true(conditions_of(answer), type)) out += (out.empty() ? "" : "+") + std::string(type);
  }
  return out;
}

TEST(Conditions, ExactlyOneOfReadyReconcilingAndStalledHolds) {
  EXPECT_EQ(state_of(a_rollout()), "Reconciling");
  EXPECT_EQ(state_of(a_rollout().but([](Observation& o) { o.revisions.clear(); })), "Stalled");
  EXPECT_EQ(state_of(a_rollout().starting().with_route_not_accepted()), "Reconciling");
  EXPECT_EQ(state_of(a_rollout().serving()), "Ready");
  EXPECT_EQ(state_of(a_rollout().soaking()), "Ready");
  EXPECT_EQ(state_of(a_rollout().preparing()), "Reconciling");
  EXPECT_EQ(state_of(a_rollout().in_canary()), "Reconciling");
  EXPECT_EQ(state_of(a_rollout().promoting(PromotionStage::Repoint)), "Reconciling");
  EXPECT_EQ(state_of(a_rollout().rolling_back()), "Reconciling");
  EXPECT_EQ(state_of(a_rollout().serving().with_fault("spec.agent", "name the agent")), "Stalled");
  EXPECT_EQ(state_of(a_rollout().serving().ended("r2", Outcome::RolledBack, "Lost")), "Stalled");
  EXPECT_EQ(
      state_of(
          a_rollout().serving().ended("r2", Outcome::RolledBack, "Lost").with_fault("spec.agent", "name the agent")),
      "Stalled");
  EXPECT_EQ(
      state_of(
          a_rollout().serving().ended("r2", Outcome::RolledBack, "Lost").ended("r3", Outcome::Promoted, "Promoted")),
      "Ready");
}

TEST(Conditions, AbnormalOnesAreAbsentRatherThanFalse) {
  const Advance answer = decide(a_rollout().serving(), kStart);
  EXPECT_EQ(find_condition(conditions_of(answer), "Reconciling"), nullptr);
  EXPECT_EQ(find_condition(conditions_of(answer), "Stalled"), nullptr);
  EXPECT_EQ(find_condition(conditions_of(answer), "Paused"), nullptr);
}

TEST(Conditions, AFailedEditIsNotPromotedEvenWhileTheSpecIsBroken) {
  const auto failed = a_rollout().serving().ended("r2", Outcome::RolledBack, "Lost").build();
  EXPECT_FALSE(is_true(conditions_of(decide(failed, kStart)), "Promoted"));
  auto broken = failed;
  broken.spec_faults.push_back({"spec.agent", "name the agent"});
  EXPECT_FALSE(is_true(conditions_of(decide(broken, kStart)), "Promoted"));
}

TEST(Conditions, StableServesWhateverTheCandidateDoes) {
  EXPECT_TRUE(is_true(conditions_of(decide(a_rollout().in_canary().judged(Verdict::Kind::RollBackGuardrail), kStart)),
                      "Serving"));
  EXPECT_FALSE(is_true(conditions_of(decide(a_rollout(), kStart)), "Serving"));
}

TEST(Conditions, TheTransitionTimeMovesOnlyOnAFlip) {
  auto seen = a_rollout().in_canary().judged(Verdict::Kind::Hold, "LowCoverage").build();
  seen = after(seen, decide(seen, kStart));
  seen.judgement.reason = "ShareMismatch";
  const Advance same = decide(seen, kStart + kMinute);
  EXPECT_EQ(find_condition(conditions_of(same), "Ready")->reason, "ShareMismatch");
  EXPECT_EQ(find_condition(conditions_of(same), "Ready")->last_transition, kStart);
  seen = after(seen, same);
  seen.judgement.reason = "EvidenceStale";
  const Advance flipped = decide(seen, kStart + 2 * kMinute);
  EXPECT_EQ(find_condition(conditions_of(flipped), "EvidenceFresh")->last_transition, kStart + 2 * kMinute);
}

TEST(Conditions, WeightsAreVerifiedOnlyAsAWholePairInForce) {
  const auto verified = [](auto change) {
    return is_true(conditions_of(decide(a_rollout().in_canary(1).but(change), kStart)), "WeightsVerified");
  };
  EXPECT_TRUE(verified([](Observation&) {}));
  EXPECT_FALSE(verified([](Observation& o) { o.world.route.accepted = false; }));
  EXPECT_FALSE(verified([](Observation& o) { o.world.route.canary = 100; }));
  EXPECT_FALSE(verified([](Observation& o) { o.world.route.stable = 1; }));
  EXPECT_FALSE(verified([](Observation& o) { o.world.route.contender = "argocd"; }));
}

TEST(Conditions, EvidenceIsSpokenOfOnlyDuringACanary) {
  EXPECT_EQ(find_condition(conditions_of(decide(a_rollout().serving(), kStart)), "EvidenceFresh"), nullptr);
  EXPECT_FALSE(is_true(conditions_of(decide(a_rollout().in_canary(), kStart)), "EvidenceFresh"));
  EXPECT_TRUE(
      is_true(conditions_of(decide(a_rollout().in_canary().judged(Verdict::Kind::GoOn), kStart)), "EvidenceFresh"));
}

TEST(Conditions, EveryConditionHasAReasonAndTheGeneration) {
  const std::vector<Condition> all = conditions_of(decide(a_rollout().in_canary().paused(), kStart));
  ASSERT_GE(all.size(), 6u);
  for (const Condition& c : all) {
    EXPECT_FALSE(c.reason.empty()) << c.type;
    EXPECT_EQ(c.observed_generation, 1) << c.type;
  }
}

}  // namespace
}  // namespace pawl::domain

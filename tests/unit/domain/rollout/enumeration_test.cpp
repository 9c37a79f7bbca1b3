// Every small world at once: phase x judgement x paused x deleting x candidate ready x route accepted x refused.
#include <gtest/gtest.h>

#include <array>

#include "domain/rollout/converge.h"
#include "support/rollout_builders.h"

namespace pawl::domain {
namespace {

using testing::a_rollout;
using testing::after;
using testing::decide;
using testing::kMinute;
using testing::kStart;
using testing::RolloutBuilder;

struct Scene {
  const char* name;
  RolloutBuilder (*build)();
};

const std::array kScenes = {
    Scene{"pending", [] { return a_rollout(); }},
    Scene{"starting", [] { return a_rollout().starting(); }},
    Scene{"serving", [] { return a_rollout().serving(); }},
    Scene{"serving with a waiting revision", [] { return a_rollout().serving().with_revision("r2", "r1"); }},
    Scene{"soaking", [] { return a_rollout().soaking(); }},
    Scene{"preparing", [] { return a_rollout().preparing(); }},
    Scene{"first step", [] { return a_rollout().in_canary(0); }},
    Scene{"last step", [] { return a_rollout().in_canary(2); }},
    Scene{"step not in force yet",
          [] {
            return a_rollout().in_canary(1).with_share_accepted(100).but(
                [](Observation& o) { o.status.candidate->step_started_at.reset(); });
          }},
    Scene{"shortened steps",
          [] { return a_rollout().in_canary(2).but([](Observation& o) { o.spec.steps.resize(1); }); }},
    Scene{"promoting, no stage yet", [] { return a_rollout().promoting(PromotionStage::None); }},
    Scene{"promoting, shift", [] { return a_rollout().promoting(PromotionStage::ShiftToCanary); }},
    Scene{"promoting, repoint", [] { return a_rollout().promoting(PromotionStage::Repoint); }},
    Scene{"promoting, back", [] { return a_rollout().promoting(PromotionStage::ShiftBack); }},
    Scene{"rolling back", [] { return a_rollout().rolling_back(); }},
    Scene{"at the gate", [] { return a_rollout().gated().preparing(); }},
    Scene{"waiting for the gate", [] { return a_rollout().gated().preparing().at_gate(GateState::Waiting); }},
    Scene{
        "passed by the gate",
        [] { return a_rollout().gated().preparing().at_gate(GateState::Waiting).answered_by_gate(GateVerdict::Pass); }},
    Scene{
        "admitted by the gate",
        [] { return a_rollout().gated().preparing().at_gate(GateState::Passed).answered_by_gate(GateVerdict::Pass); }},
    Scene{
        "failed by the gate",
        [] { return a_rollout().gated().preparing().at_gate(GateState::Waiting).answered_by_gate(GateVerdict::Fail); }},
    Scene{"not told by the gate",
          [] {
            return a_rollout()
                .gated()
                .preparing()
                .at_gate(GateState::Waiting)
                .answered_by_gate(GateVerdict::Insufficient);
          }},
    Scene{"gate of an older stable",
          [] {
            return a_rollout().gated().preparing().answered_by_gate(GateVerdict::Pass).but([](Observation& o) {
              o.revisions.back().gate->binding.stable = testing::digest_of("r0");
            });
          }},
    Scene{
        "last step, passed",
        [] { return a_rollout().gated().in_canary(2).at_gate(GateState::Passed).answered_by_gate(GateVerdict::Pass); }},
    Scene{"last step, passed long ago",
          [] {
            return a_rollout()
                .gated()
                .in_canary(2)
                .at_gate(GateState::Passed)
                .answered_by_gate(GateVerdict::Pass, kStart - 24 * 60 * kMinute);
          }},
    Scene{
        "first step, failed later",
        [] { return a_rollout().gated().in_canary(0).at_gate(GateState::Passed).answered_by_gate(GateVerdict::Fail); }},
    Scene{"informed of a failure",
          [] {
            return a_rollout()
                .gated()
                .but([](Observation& o) { o.spec.gate.required = false; })
                .preparing()
                .answered_by_gate(GateVerdict::Fail);
          }},
    Scene{"first revision at the gate",
          [] { return a_rollout().gated(InitialPolicy::RequireThresholds).starting().at_gate(GateState::Waiting); }},
    Scene{"first revision failed",
          [] {
            return a_rollout()
                .gated(InitialPolicy::RequireThresholds)
                .starting()
                .at_gate(GateState::Waiting)
                .answered_by_gate(GateVerdict::Fail, kStart, "r1");
          }},
    Scene{"drained",
          [] { return a_rollout().rolling_back().but([](Observation& o) { o.status.drained_at = kStart; }); }},
};

constexpr std::array kKinds = {
    Verdict::Kind::None,   Verdict::Kind::RollBackGuardrail, Verdict::Kind::RollBackRegression, Verdict::Kind::Hold,
    Verdict::Kind::Yellow, Verdict::Kind::Promote,           Verdict::Kind::Inconclusive,       Verdict::Kind::GoOn};

struct Small {
  const Scene* scene;
  Observation seen;
  Instant now;
  std::string name;
};

Small one_world(const Scene& scene, Verdict::Kind kind, unsigned bits, Duration age) {
  RolloutBuilder builder = scene.build();
  builder.judged(kind, "Reason", "message").paused((bits & 1u) != 0).deleting((bits & 2u) != 0);
  if ((bits & 4u) != 0) builder.with_candidate_ready(0);
  if ((bits & 8u) != 0) builder.with_route_not_accepted();
  if ((bits & 16u) != 0) builder.but([](Observation& o) { o.denied = "cannot create deployments"; });
  return {&scene, builder.build(), kStart + age,
          std::string(scene.name) + ", judgement " + std::to_string(static_cast<int>(kind)) +
              ", paused/deleting/unready/unaccepted/refused bits " + std::to_string(bits) + ", age " +
              std::to_string(age.count())};
}

template <typename Check>
int for_every_world(Check check) {
  int count = 0;
  for (const Scene& scene : kScenes) {
    for (const Verdict::Kind kind : kKinds) {
      for (unsigned bits = 0; bits < 32; ++bits) {
        for (const Duration age : {Duration{-1000}, Duration{0}, Duration{6 * kMinute}, Duration{24 * 60 * kMinute}}) {
          check(one_world(scene, kind, bits, age));
          ++count;
        }
      }
    }
  }
  return count;
}

TEST(EveryWorld, IsEnumerated) {
  EXPECT_EQ(for_every_world([](const Small&) {}), 29 * 8 * 32 * 4);
}

TEST(EveryWorld, AShareRisesOnlyByTheThreeRulesThatMayRaiseIt) {
  int raised = 0;
  for_every_world([&](const Small& w) {
    const Advance answer = decide(w.seen, w.now);
    if (answer.status.weights.desired <= w.seen.status.weights.desired) return;
    ++raised;
    const std::string& rule = answer.why.rule;
    EXPECT_TRUE(rule == "prepare_the_candidate" || rule == "step_up" || rule == "continue_promoting")
        << w.name << ": " << rule;
    EXPECT_EQ(w.seen.world.workloads.at(testing::digest_of("r2")).ready > 0, true) << w.name;
  });
  EXPECT_GT(raised, 0);
}

/// What the gate has said of r2, holds, and lets it on.
bool gate_lets_on(const Small& w) {
  const auto& gate = w.seen.revisions.back().gate;
  return gate && gate->verdict == GateVerdict::Pass && gate->binding.candidate == testing::digest_of("r2") &&
         gate->binding.stable == testing::digest_of("r1") && gate->binding.policy == gate_policy_digest(w.seen.spec) &&
         w.now < gate->expires_at;
}

TEST(EveryWorld, WhereSuitesAreRequiredNothingStartsOrIsPromotedWithoutAPassThatHolds) {
  int let_on = 0;
  for_every_world([&](const Small& w) {
    if (!gate_is_required(w.seen.spec.gate)) return;
    const RolloutStatus next = decide(w.seen, w.now).status;
    const bool started = w.seen.status.phase == Phase::Preparing && next.phase == Phase::Canary;
    const bool promoted = w.seen.status.phase == Phase::Canary && next.phase == Phase::Promoting;
    if (!started && !promoted) return;
    ++let_on;
    EXPECT_TRUE(gate_lets_on(w)) << w.name;
  });
  EXPECT_GT(let_on, 0);
}

TEST(EveryWorld, WhatTheGateFailsHasNoShareAndIsQuarantined) {
  for_every_world([](const Small& w) {
    const auto& gate = w.seen.revisions.back().gate;
    if (!gate || gate->verdict != GateVerdict::Fail || !gate_is_required(w.seen.spec.gate) || w.seen.deleting) return;
    const RolloutStatus next = decide(w.seen, w.now).status;
    const bool serves = w.seen.denied.empty() && w.seen.world.workloads.at(testing::digest_of("r1")).verified > 0;
    const bool judged = w.seen.status.candidate || serves;
    if (!judged) return;
    EXPECT_EQ(next.weights.desired, 0) << w.name;
    EXPECT_EQ(next.quarantine.size(), 1U) << w.name;
  });
}

TEST(EveryWorld, AShareStaysBetweenNoneAndTheWhole) {
  for_every_world([](const Small& w) {
    const int desired = decide(w.seen, w.now).status.weights.desired;
    EXPECT_TRUE(desired >= 0 && desired <= kWholeShare) << w.name;
  });
}

TEST(EveryWorld, ABreachDuringACanaryAlwaysTakesTheWholeShare) {
  for_every_world([](const Small& w) {
    const Verdict::Kind kind = w.seen.judgement.kind;
    const bool breach = kind == Verdict::Kind::RollBackGuardrail || kind == Verdict::Kind::RollBackRegression;
    if (w.seen.status.phase != Phase::Canary || !breach) return;
    EXPECT_EQ(decide(w.seen, w.now).status.weights.desired, 0) << w.name;
  });
}

TEST(EveryWorld, NoCanaryOutlivesItsDeadline) {
  int late = 0;
  for_every_world([&](const Small& w) {
    const RolloutStatus& was = w.seen.status;
    if (was.phase != Phase::Canary || w.now < was.candidate->started_at + w.seen.spec.analysis.max_duration) return;
    ++late;
    EXPECT_EQ(decide(w.seen, w.now).status.weights.desired, 0) << w.name;
  });
  EXPECT_GT(late, 0);
}

TEST(EveryWorld, NothingMovesForwardWhileTheOperatorIsRefused) {
  for_every_world([](const Small& w) {
    if (w.seen.denied.empty()) return;
    const RolloutStatus& was = w.seen.status;
    const RolloutStatus next = decide(w.seen, w.now).status;
    EXPECT_LE(next.weights.desired, was.weights.desired) << w.name;
    const bool begun =
        next.phase == Phase::Starting || next.phase == Phase::Preparing || next.phase == Phase::Promoting;
    EXPECT_TRUE(!begun || next.phase == was.phase) << w.name;
  });
}

/// The operator may have begun after its right was taken: then the copies of that kind are empty.
void hide(Observation& seen, unsigned kinds) {
  if ((kinds & 1u) != 0) seen.revisions.clear();
  if ((kinds & 2u) != 0) seen.world.workloads.clear();
  if ((kinds & 4u) != 0) seen.world.stable_service = seen.world.canary_service = {};
  if ((kinds & 8u) != 0) seen.world.route = {};
}

TEST(EveryWorld, WhatMayNotBeReadIsNotTakenForGone) {
  for_every_world([](const Small& w) {
    if (w.seen.denied.empty() || w.seen.deleting) return;
    for (unsigned kinds = 1; kinds < 16; ++kinds) {
      Observation seen = w.seen;
      hide(seen, kinds);
      const Advance answer = decide(seen, w.now);
      EXPECT_NE(answer.why.word, "RevisionDeleted") << w.name;
      EXPECT_NE(answer.why.word, "CandidateUnavailable") << w.name;
      EXPECT_NE(answer.why.word, "NoInitialRevision") << w.name;
      const bool where_traffic_goes_is_seen = (kinds & 12u) == 0;
      EXPECT_TRUE(where_traffic_goes_is_seen || w.seen.status.drained_at || !answer.status.drained_at) << w.name;
    }
  });
}

TEST(EveryWorld, DeletionAlwaysTakesTheWholeShare) {
  for_every_world([](const Small& w) {
    if (!w.seen.deleting) return;
    EXPECT_EQ(decide(w.seen, w.now).status.weights.desired, 0) << w.name;
  });
}

TEST(EveryWorld, NothingRisesWhilePausedUnlessAPromotionIsHalfWay) {
  for_every_world([](const Small& w) {
    if (!w.seen.spec.paused || w.seen.status.phase == Phase::Promoting) return;
    EXPECT_LE(decide(w.seen, w.now).status.weights.desired, w.seen.status.weights.desired) << w.name;
  });
}

/// Did the answer move the rollout on? Then a second look may answer otherwise.
bool moved(const Observation& seen, const Advance& answer) {
  const RolloutStatus& a = seen.status;
  const RolloutStatus& b = answer.status;
  const bool step_began = a.candidate && b.candidate && a.candidate->step_started_at != b.candidate->step_started_at;
  return a.phase != b.phase || a.promotion != b.promotion || a.step != b.step ||
         a.weights.desired != b.weights.desired || a.gate != b.gate || a.previous != b.previous ||
         a.stable != b.stable || a.drained_at != b.drained_at || step_began;
}

TEST(EveryWorld, ASecondLookAtTheSameMomentChangesNothing) {
  int still = 0;
  for_every_world([&](const Small& w) {
    const Advance first = decide(w.seen, w.now);
    if (moved(w.seen, first)) return;
    ++still;
    EXPECT_TRUE(decide(after(w.seen, first), w.now).status == first.status) << w.name;
    EXPECT_FALSE(first.decided) << w.name << ": a decision that moves nothing";
  });
  EXPECT_GT(still, 1000);
}

TEST(EveryWorld, WhateverIsDecidedComesToRestWithoutTheWorldMoving) {
  for_every_world([](const Small& w) {
    Observation seen = w.seen;
    int looks = 0;
    for (; looks < 8; ++looks) {
      const Advance answer = decide(seen, w.now);
      if (answer.status == seen.status) break;
      seen.status = answer.status;
    }
    EXPECT_LT(looks, 8) << w.name;
  });
}

TEST(EveryWorld, NoEffectExceedsTheIntent) {
  for_every_world([](const Small& w) {
    const RolloutStatus status = decide(w.seen, w.now).status;
    for (const Effect& e : converge(w.seen.spec, status, w.seen.world, w.seen.deleting)) {
      const auto* share = std::get_if<EnsureShare>(&e);
      EXPECT_LE(share == nullptr ? 0 : share->canary, status.weights.desired) << w.name << ": " << describe(e);
    }
  });
}

TEST(EveryWorld, WhatServesStableIsNeverRetired) {
  for_every_world([](const Small& w) {
    const RolloutStatus status = decide(w.seen, w.now).status;
    for (const Effect& e : converge(w.seen.spec, status, w.seen.world, w.seen.deleting)) {
      const auto* retired = std::get_if<EnsureRetired>(&e);
      if (retired == nullptr) continue;
      EXPECT_TRUE(!status.stable || retired->digest != status.stable->digest) << w.name;
      EXPECT_NE(retired->digest, w.seen.world.stable_service.selects) << w.name;
    }
  });
}

TEST(EveryWorld, EveryAnswerSaysWhy) {
  for_every_world([](const Small& w) {
    const Advance answer = decide(w.seen, w.now);
    EXPECT_FALSE(answer.why.word.empty() || answer.why.message.empty() || answer.why.rule == "none") << w.name;
    EXPECT_EQ(answer.status.decisions, w.seen.status.decisions + (answer.decided ? 1 : 0)) << w.name;
  });
}

TEST(EveryWorld, ReadyAndReconcilingAndStalledExcludeEachOther) {
  for_every_world([](const Small& w) {
    const auto conditions = decide(w.seen, w.now).status.conditions;
    int truths = 0;
    for (const char* type : {"Ready", "Reconciling", "Stalled"}) truths += is_true(conditions, type) ? 1 : 0;
    EXPECT_EQ(truths, 1) << w.name;
  });
}

}  // namespace
}  // namespace pawl::domain

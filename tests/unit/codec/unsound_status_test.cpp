// A stored status that somebody damaged: each phase with each of its fields gone or replaced, read by the codec and
// followed by `advance` and `converge`. One bad object must not end the process that all rollouts share.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "codec/status_codec.h"
#include "domain/provenance/record.h"
#include "domain/rollout/candidates.h"
#include "domain/rollout/converge.h"
#include "domain/rollout/sound.h"
#include "support/rollout_builders.h"

namespace pawl::codec {
namespace {

using domain::Advance;
using domain::Observation;
using domain::Outcome;
using domain::Phase;
using domain::PromotionStage;
using domain::Verdict;
using testing::a_rollout;
using testing::decide;
using testing::kMinute;
using testing::kStart;
using testing::RolloutBuilder;

std::vector<RolloutBuilder> every_phase() {
  return {a_rollout(),
          a_rollout().starting(),
          a_rollout().gated(domain::InitialPolicy::RequireThresholds).starting().at_gate(domain::GateState::Waiting),
          a_rollout().serving(),
          a_rollout().serving().with_revision("r2", "r1"),
          a_rollout().serving().ended("r2", Outcome::RolledBack, "Lost"),
          a_rollout().soaking(),
          a_rollout().preparing(),
          a_rollout().gated().preparing().at_gate(domain::GateState::Waiting),
          a_rollout().in_canary(0),
          a_rollout().gated().in_canary(2).at_gate(domain::GateState::Passed),
          a_rollout().promoting(PromotionStage::ShiftToCanary),
          a_rollout().promoting(PromotionStage::Repoint),
          a_rollout().promoting(PromotionStage::ShiftBack),
          a_rollout().rolling_back()};
}

/// Every field of `whole` and of the objects in it is once taken away and once replaced by what it cannot be.
template <class Check>
void for_every_damage(const Json& whole, Check check, const std::string& path = "",
                      const Json::json_pointer& at = Json::json_pointer()) {
  for (const auto& [key, value] : whole.at(at).items()) {
    if (key == "display") continue;  // nothing reads it back
    const Json::json_pointer here = at / key;
    Json without = whole;
    without.at(at).erase(key);
    check(path + key + " gone", without);
    Json replaced = whole;
    replaced.at(here) = value.is_string() ? Json(17) : Json("corrupt");
    check(path + key + " corrupt", replaced);
    if (value.is_object()) for_every_damage(whole, check, path + key + ".", here);
  }
}

template <class Check>
int for_every_damaged_rollout(Check check) {
  int count = 0;
  int scene = 0;
  for (const RolloutBuilder& builder : every_phase()) {
    const Observation seen = builder.build();
    for_every_damage(render_rollout_status(seen.status, seen.spec), [&](const std::string& what, const Json& stored) {
      SCOPED_TRACE("scene " + std::to_string(scene) + ", " + what);
      Observation damaged = seen;
      damaged.status = parse_rollout_status(stored);
      check(damaged);
      ++count;
    });
    ++scene;
  }
  return count;
}

/// All that one look does with it.
Advance follow(const Observation& seen, Instant now) {
  Advance answer = decide(seen, now);
  (void)domain::converge(seen.spec, answer.status, seen.world, seen.deleting);
  (void)domain::refusals(seen);
  if (answer.decided) (void)domain::make_record(seen, answer, "pawl-operator");
  (void)render_rollout_status(answer.status, seen.spec);
  return answer;
}

TEST(UnsoundStatus, WhatTheOperatorItselfStoresIsSound) {
  for (const RolloutBuilder& builder : every_phase()) {
    const Observation seen = builder.build();
    EXPECT_EQ(domain::unsound(parse_rollout_status(render_rollout_status(seen.status, seen.spec))), std::nullopt);
  }
}

TEST(UnsoundStatus, IsFollowedToTheEndWithoutACrash) {
  const int count = for_every_damaged_rollout([](Observation seen) {
    for (const Verdict::Kind kind :
         {Verdict::Kind::None, Verdict::Kind::RollBackGuardrail, Verdict::Kind::RollBackRegression, Verdict::Kind::Hold,
          Verdict::Kind::Promote, Verdict::Kind::Inconclusive, Verdict::Kind::GoOn}) {
      seen.judgement.kind = kind;
      for (const bool deleting : {false, true}) {
        Observation next = seen;
        next.deleting = deleting;
        for (Instant now = kStart; now < kStart + 60 * kMinute; now += 20 * kMinute) {
          next = testing::after(next, follow(next, now));
        }
      }
    }
  });
  EXPECT_GT(count, 500);
}

TEST(UnsoundStatus, IsToldWithARemedyAndMovesNothing) {
  int unsound = 0;
  for_every_damaged_rollout([&](Observation seen) {
    if (!domain::unsound(seen.status)) return;
    ++unsound;
    seen.judgement.kind = Verdict::Kind::RollBackGuardrail;
    const Advance answer = follow(seen, kStart + kMinute);
    const domain::Condition* stalled = domain::find_condition(answer.status.conditions, "Stalled");
    ASSERT_NE(stalled, nullptr);
    EXPECT_EQ(stalled->reason, "StatusUnreadable");
    EXPECT_NE(stalled->message.find("spec.initialRevision"), std::string::npos);
    EXPECT_TRUE(domain::converge(seen.spec, answer.status, seen.world, false).empty());
    EXPECT_EQ(answer.status.weights, seen.status.weights);
    EXPECT_FALSE(answer.decided);
    EXPECT_EQ(follow(testing::after(seen, answer), kStart + 2 * kMinute).status, answer.status) << "written once";
  });
  EXPECT_GT(unsound, 50);
}

TEST(UnsoundStatus, NamesWhatIsMissing) {
  Observation seen = a_rollout().rolling_back();
  seen.status.candidate.reset();
  EXPECT_EQ(domain::unsound(seen.status),
            "status.phase is RollingBack, but status.candidate is missing or cannot be read");
  seen.status.phase = Phase::Pending;
  EXPECT_EQ(domain::unsound(seen.status), "status.phase is Pending or cannot be read, but status.stable is set");
}

/// What the remedy of the message does, without and with a share that the old status wanted.
TEST(UnsoundStatus, BegunAgainWithARevisionNamedItServesThatOneAlone) {
  Observation seen = a_rollout().in_canary(2).but([](Observation& o) { o.spec.initial_revision = "r1"; });
  seen.status.stable.reset();
  seen.status.candidate.reset();
  seen.status.phase = Phase::Pending;
  const Advance answer = follow(seen, kStart);
  EXPECT_EQ(answer.status.phase, Phase::Starting);
  EXPECT_EQ(answer.status.stable, testing::ref("r1"));
  const auto effects = domain::converge(seen.spec, answer.status, seen.world, false);
  ASSERT_FALSE(effects.empty());
  EXPECT_EQ(domain::describe(effects.front()), "EnsureShare canary=0 from=5000");
  seen.status = answer.status;
  seen.world.route.canary = 0;
  seen.world.route.stable = domain::kWholeShare;
  EXPECT_EQ(follow(seen, kStart).status.phase, Phase::Stable);
}

}  // namespace
}  // namespace pawl::codec

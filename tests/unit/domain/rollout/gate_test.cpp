// The gate before the first share, and again before the promotion.
#include "domain/rollout/gate.h"

#include <gtest/gtest.h>

#include "domain/provenance/record.h"
#include "domain/rollout/candidates.h"
#include "domain/rollout/converge.h"
#include "support/rollout_builders.h"

namespace pawl::domain {
namespace {

using testing::a_rollout;
using testing::after;
using testing::decide;
using testing::digest_of;
using testing::kMinute;
using testing::kStart;
using testing::RolloutBuilder;

RolloutBuilder waiting() { return a_rollout().gated().preparing().at_gate(GateState::Waiting); }
RolloutBuilder proven() {
  return a_rollout().gated().in_canary(2).at_gate(GateState::Passed).judged(Verdict::Kind::Promote);
}

const Duration kDay = 24 * 60 * kMinute;

// ---- before the first share -----------------------------------------------------------------------

TEST(Gate, IsAskedWhenTheCandidateIsReadyAndNotBefore) {
  const Advance starting = decide(a_rollout().gated().preparing().with_candidate_ready(0), kStart);
  EXPECT_FALSE(starting.status.gate);
  const Advance ready = decide(a_rollout().gated().preparing(), kStart);
  EXPECT_EQ(ready.why.word, "WaitingForGate");
  EXPECT_EQ(ready.status.phase, Phase::Preparing);
  ASSERT_TRUE(ready.status.gate);
  EXPECT_EQ(ready.status.gate->state, GateState::Waiting);
  EXPECT_EQ(ready.status.gate->candidate, testing::ref("r2"));
  EXPECT_EQ(ready.status.gate->stable_digest, digest_of("r1"));
  EXPECT_EQ(ready.status.gate->policy_digest, gate_policy_digest(a_rollout().gated().build().spec));
  EXPECT_EQ(ready.why.message, "waiting for the gate's verdict by suites held-out, frozen since 2026-11-24T03:00:00Z");
}

TEST(Gate, KeepsTheTimeOfItsQuestion) {
  const Advance first = decide(a_rollout().gated().preparing(), kStart);
  const Observation again = after(a_rollout().gated().preparing(), first);
  EXPECT_EQ(decide(again, kStart + kMinute).status, first.status) << "waiting writes nothing";
}

TEST(Gate, IsAskedAnewWhenThePolicyChanges) {
  const Advance answer =
      decide(waiting().but([](Observation& o) { o.spec.gate.max_age = Duration{3'600'000}; }), kStart + kMinute);
  EXPECT_EQ(answer.status.gate->requested_at, kStart + kMinute);
}

TEST(Gate, WithoutSuitesIsSkipped) {
  const Advance answer = decide(a_rollout().preparing(), kStart);
  EXPECT_EQ(answer.status.phase, Phase::Canary);
  EXPECT_EQ(answer.status.gate->state, GateState::Skipped);
  EXPECT_EQ(find_condition(answer.status.conditions, "Accepted")->reason, "NoGate");
  EXPECT_EQ(find_condition(answer.status.conditions, "GatePassed"), nullptr);
}

TEST(Gate, APassIsADecisionAndThenComesTheFirstShare) {
  const Observation seen = waiting().answered_by_gate(GateVerdict::Pass);
  const Advance admitted = decide(seen, kStart + kMinute);
  EXPECT_TRUE(admitted.decided);
  EXPECT_EQ(admitted.status.last_decision->what, "Admitted");
  EXPECT_EQ(admitted.status.weights.desired, 0);
  EXPECT_TRUE(is_true(admitted.status.conditions, "GatePassed"));
  const Advance started = decide(after(seen, admitted), kStart + kMinute);
  EXPECT_EQ(started.status.phase, Phase::Canary);
  EXPECT_EQ(started.status.weights.desired, 100);
}

TEST(Gate, NothingToCompareWithPassesOnlyWhereThePolicyAcceptsIt) {
  EXPECT_EQ(decide(waiting().answered_by_gate(GateVerdict::NoBaseline), kStart).status.last_decision->what, "Admitted");
  const Advance strict = decide(a_rollout()
                                    .gated(InitialPolicy::RequireThresholds)
                                    .preparing()
                                    .at_gate(GateState::Waiting)
                                    .answered_by_gate(GateVerdict::NoBaseline),
                                kStart);
  EXPECT_EQ(strict.why.word, "GateInsufficient");
}

TEST(Gate, AFailureEndsItWithoutTrafficAndItsContentMayNotComeAgain) {
  const Observation seen = waiting().answered_by_gate(GateVerdict::Fail);
  const Advance answer = decide(seen, kStart);
  EXPECT_EQ(answer.status.ending, Outcome::Rejected);
  EXPECT_EQ(answer.status.last_decision->what, "Rejected");
  EXPECT_EQ(answer.status.weights.desired, 0);
  EXPECT_EQ(answer.status.gate->state, GateState::Failed);
  ASSERT_EQ(answer.status.quarantine.size(), 1U);
  EXPECT_EQ(answer.status.quarantine.front().digest, digest_of("r2"));
  EXPECT_EQ(answer.status.quarantine.front().reason, "RejectedByGate");
}

Observation refused_for_what_a_mean_hides() {
  return waiting()
      .answered_by_gate(GateVerdict::Fail)
      .but([](Observation& o) {
        o.revisions.back().gate->reason = kMeanUpSkillDown;
        o.revisions.back().gate->evidence = {{"privacy", SkillState::Lost}, {"refunds", SkillState::Held}};
      })
      .build();
}

TEST(Gate, ALossUnderARisingMeanIsAConditionOfItsOwnAndNamesTheCapability) {
  const Observation seen = refused_for_what_a_mean_hides();
  const Advance answer = decide(seen, kStart);
  const Condition* told = find_condition(answer.status.conditions, "MeanUpSkillDown");
  ASSERT_NE(told, nullptr);
  EXPECT_EQ(told->status, ConditionStatus::True);
  EXPECT_EQ(told->reason, "LostAtGate");
  EXPECT_EQ(told->message,
            "r2: the mean over all cases of the gate rose, and lost is privacy; propose an edit that keeps it");
  const Advance plain = decide(waiting().answered_by_gate(GateVerdict::Fail), kStart);
  EXPECT_EQ(find_condition(plain.status.conditions, "MeanUpSkillDown"), nullptr);
}

TEST(Gate, ALossUnderARisingMeanIsToldUntilAnotherCandidateHasItsTurn) {
  Advance told = decide(refused_for_what_a_mean_hides(), kStart);
  const Observation forgotten = a_rollout().gated().serving().build();  // the revision is gone by now
  Observation later = forgotten;
  later.status.conditions = told.status.conditions;
  EXPECT_TRUE(is_true(decide(later, kStart + kMinute).status.conditions, "MeanUpSkillDown"));
  Observation next = a_rollout().gated().preparing().build();
  next.status.conditions = told.status.conditions;
  EXPECT_FALSE(is_true(decide(next, kStart + kMinute).status.conditions, "MeanUpSkillDown"));
}

TEST(Gate, AFailureDoesNotExpireSoAskingAgainIsNoWayRoundIt) {
  const Advance answer = decide(waiting().answered_by_gate(GateVerdict::Fail, kStart - 2 * kDay), kStart);
  EXPECT_EQ(answer.status.ending, Outcome::Rejected);
}

TEST(Gate, TheSameContentUnderAnotherNameIsRefusedWithTheGatesWord) {
  const auto seen = a_rollout()
                        .gated()
                        .serving()
                        .with_revision("r2", "r1")
                        .quarantined("r2")
                        .but([](Observation& o) { o.status.quarantine.back().reason = kRejectedByGate; })
                        .build();
  const auto refused = refusals(seen);
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_EQ(refused.front().reason, "RejectedByGate");
  EXPECT_EQ(refused.front().phase, RevisionPhase::Rejected);
  EXPECT_EQ(next_candidate(seen), nullptr);
}

TEST(Gate, TooLittleDataEndsItWithoutBlame) {
  const Advance answer = decide(waiting().answered_by_gate(GateVerdict::Insufficient), kStart);
  EXPECT_EQ(answer.status.ending, Outcome::Inconclusive);
  EXPECT_EQ(answer.why.word, "GateInsufficient");
  EXPECT_TRUE(answer.status.quarantine.empty());
}

TEST(Gate, SilenceEndsItAtTheDeadline) {
  const Advance answer = decide(waiting(), kStart + kDay);
  EXPECT_EQ(answer.status.ending, Outcome::Inconclusive);
  EXPECT_EQ(answer.why.word, "DeadlineExceeded");
  EXPECT_NE(answer.why.message.find("does the gate run"), std::string::npos);
  EXPECT_FALSE(answer.status.gate) << "nobody waits for an answer any more";
}

struct Binding {
  const char* word;
  void (*loosen)(RevisionGate&);
};

TEST(Gate, AVerdictThatIsBoundToAnythingElseIsNone) {
  for (const Binding& b :
       {Binding{"GateOfOtherContent", [](RevisionGate& g) { g.binding.candidate = digest_of("r9"); }},
        Binding{"GateOfOtherStable", [](RevisionGate& g) { g.binding.stable = digest_of("r0"); }},
        Binding{"GateOfOtherStable", [](RevisionGate& g) { g.binding.stable.clear(); }},
        Binding{"GateOfOtherPolicy", [](RevisionGate& g) { g.binding.policy = digest_of("p"); }},
        Binding{"GateExpired", [](RevisionGate& g) { g.expires_at = kStart; }},
        Binding{"GateExpired", [](RevisionGate& g) { g.decided_at = kStart - kDay, g.expires_at = kStart + kDay; }}}) {
    const Observation seen =
        waiting().answered_by_gate(GateVerdict::Pass).but([&](Observation& o) { b.loosen(*o.revisions.back().gate); });
    const Advance answer = decide(seen, kStart);
    EXPECT_EQ(answer.why.word, b.word);
    EXPECT_EQ(answer.status.gate->state, GateState::Waiting) << b.word;
    EXPECT_EQ(answer.status.weights.desired, 0) << b.word;
  }
}

TEST(Gate, AFailureThatIsBoundToAnythingElseBlamesNobody) {
  const Observation seen = waiting().answered_by_gate(GateVerdict::Fail).but([](Observation& o) {
    o.revisions.back().gate->binding.candidate = digest_of("r9");
  });
  EXPECT_EQ(decide(seen, kStart).status.ending, Outcome::None);
}

// ---- before the promotion -------------------------------------------------------------------------

TEST(GateAtPromotion, APassThatHoldsLetsItGoOn) {
  EXPECT_EQ(decide(proven().answered_by_gate(GateVerdict::Pass), kStart + 5 * kMinute).status.phase, Phase::Promoting);
}

TEST(GateAtPromotion, AnExpiredPassHoldsTheShareAndAsksAgain) {
  const Observation seen = proven().answered_by_gate(GateVerdict::Pass, kStart - kDay);
  const Advance held = decide(seen, kStart + 5 * kMinute);
  EXPECT_EQ(held.why.word, "GateExpired");
  EXPECT_EQ(held.status.phase, Phase::Canary);
  EXPECT_EQ(held.status.weights.desired, 5000);
  EXPECT_EQ(held.status.gate->state, GateState::Waiting);
  EXPECT_EQ(held.status.gate->requested_at, kStart + 5 * kMinute);
  Observation fresh = after(RolloutBuilder(proven()).answered_by_gate(GateVerdict::Pass, kStart + 6 * kMinute), held);
  EXPECT_EQ(decide(fresh, kStart + 7 * kMinute).status.phase, Phase::Promoting);
}

TEST(GateAtPromotion, AChangedPolicyHoldsItAsWell) {
  const Observation seen =
      proven().answered_by_gate(GateVerdict::Pass).but([](Observation& o) { o.spec.analysis.margin = 0.01; });
  EXPECT_EQ(decide(seen, kStart + 5 * kMinute).why.word, "GateOfOtherPolicy");
}

TEST(GateAtPromotion, SuitesThatWereListedMeanwhileMustBePassed) {
  const Observation seen = a_rollout().in_canary(2).at_gate(GateState::Skipped).judged(Verdict::Kind::Promote).gated();
  const Advance answer = decide(seen, kStart + 5 * kMinute);
  EXPECT_EQ(answer.why.word, "WaitingForGate");
  EXPECT_EQ(answer.status.weights.desired, 5000);
}

TEST(GateAtPromotion, ASecondAnswerThatCannotTellEndsItWithoutBlame) {
  const Advance answer =
      decide(proven().at_gate(GateState::Waiting).answered_by_gate(GateVerdict::Insufficient), kStart + 5 * kMinute);
  EXPECT_EQ(answer.status.ending, Outcome::Inconclusive);
  EXPECT_EQ(answer.status.weights.desired, 0);
}

TEST(GateAtPromotion, AFailureTakesTheShareBackWheneverItComes) {
  const Advance answer = decide(a_rollout()
                                    .gated()
                                    .in_canary(1)
                                    .at_gate(GateState::Passed)
                                    .judged(Verdict::Kind::GoOn)
                                    .answered_by_gate(GateVerdict::Fail)
                                    .paused(),
                                kStart);
  EXPECT_EQ(answer.status.ending, Outcome::Rejected);
  EXPECT_EQ(answer.status.weights.desired, 0);
}

// ---- a gate that only informs ---------------------------------------------------------------------

RolloutBuilder informed(RolloutBuilder builder) {
  return builder.gated().but([](Observation& o) { o.spec.gate.required = false; });
}

TEST(GateThatInforms, IsAskedAndNotWaitedFor) {
  const Advance answer = decide(informed(a_rollout().preparing()), kStart);
  EXPECT_EQ(answer.status.phase, Phase::Canary);
  EXPECT_EQ(answer.status.gate->state, GateState::Waiting);
}

TEST(GateThatInforms, TellsOfAFailureThatComesLaterAndTheCanaryGoesOn) {
  const Advance answer = decide(informed(a_rollout().in_canary(1))
                                    .at_gate(GateState::Waiting)
                                    .answered_by_gate(GateVerdict::Fail)
                                    .judged(Verdict::Kind::GoOn),
                                kStart + 5 * kMinute);
  EXPECT_EQ(answer.why.rule, "step_up");
  EXPECT_EQ(answer.status.gate->state, GateState::Failed);
  EXPECT_EQ(find_condition(answer.status.conditions, "GatePassed")->reason, "GateFailed");
  EXPECT_TRUE(answer.status.quarantine.empty());
}

TEST(GateThatInforms, SaysAtThePromotionThatItsPassIsOld) {
  const Advance answer = decide(informed(a_rollout().in_canary(2))
                                    .answered_by_gate(GateVerdict::Pass, kStart - kDay)
                                    .judged(Verdict::Kind::Promote),
                                kStart + 5 * kMinute);
  EXPECT_EQ(answer.status.phase, Phase::Promoting);
  EXPECT_EQ(answer.status.gate->state, GateState::Expired);
}

// ---- the first revision ---------------------------------------------------------------------------

RolloutBuilder first() { return a_rollout().gated(InitialPolicy::RequireThresholds).starting(); }

TEST(GateOfTheFirst, IsNotAskedWhereItIsAcceptedAsItIs) {
  EXPECT_EQ(decide(a_rollout().gated().starting(), kStart).status.phase, Phase::Stable);
}

TEST(GateOfTheFirst, IsWaitedForAndNoServiceLeadsToIt) {
  const Observation seen =
      first().but([](Observation& o) { o.world.stable_service = {}, o.world.canary_service = {}, o.world.route = {}; });
  const Advance answer = decide(seen, kStart);
  EXPECT_EQ(answer.status.phase, Phase::Starting);
  EXPECT_EQ(answer.why.word, "WaitingForGate");
  EXPECT_EQ(answer.status.gate->stable_digest, "");
  EXPECT_TRUE(converge(seen.spec, answer.status, seen.world, false).empty()) << "deployed, and nothing else";
}

TEST(GateOfTheFirst, APassIsRecordedAndThenItServes) {
  const Observation seen = first().at_gate(GateState::Waiting).answered_by_gate(GateVerdict::Pass, kStart, "r1");
  const Advance admitted = decide(seen, kStart);
  EXPECT_EQ(admitted.status.last_decision->what, "Admitted");
  EXPECT_EQ(decide(after(seen, admitted), kStart).status.phase, Phase::Stable);
}

TEST(GateOfTheFirst, ToHaveJudgedNothingIsNotEnough) {
  for (const GateVerdict verdict : {GateVerdict::NoBaseline, GateVerdict::Insufficient}) {
    const Advance answer = decide(first().at_gate(GateState::Waiting).answered_by_gate(verdict, kStart, "r1"), kStart);
    EXPECT_EQ(answer.why.word, "InitialNotProven");
    EXPECT_EQ(answer.status.phase, Phase::Starting);
    EXPECT_TRUE(is_true(answer.status.conditions, "Stalled"));
    EXPECT_EQ(answer.status.gate->state, GateState::Waiting) << "mended suites are to be heard";
    EXPECT_EQ(answer.status.gate->requested_at, kStart) << "it is the same question";
  }
}

TEST(GateOfTheFirst, AFailureMakesRoomForAnotherAndIsRemoved) {
  const Observation seen =
      first().at_gate(GateState::Waiting).answered_by_gate(GateVerdict::Fail, kStart, "r1").but([](Observation& o) {
        o.world.stable_service = {}, o.world.canary_service = {};
      });
  const Advance answer = decide(seen, kStart);
  EXPECT_EQ(answer.status.phase, Phase::Pending);
  EXPECT_FALSE(answer.status.stable);
  EXPECT_EQ(answer.status.history.back().outcome, Outcome::Rejected);
  const auto effects = converge(seen.spec, answer.status, seen.world, false);
  ASSERT_EQ(effects.size(), 1U);
  EXPECT_EQ(std::get<EnsureRetired>(effects.front()).digest, digest_of("r1"));
  const Advance none = decide(after(seen, answer), kStart);
  EXPECT_EQ(none.why.word, "NoInitialRevision");
  EXPECT_NE(none.why.message.find("the gate rejected r1"), std::string::npos);
  const Advance next = decide(after(RolloutBuilder(first()).with_revision("r5", std::nullopt), answer), kStart);
  EXPECT_EQ(next.status.stable, testing::ref("r5"));
}

// ---- what is written down -------------------------------------------------------------------------

TEST(GatePolicy, IsOneCanonicalText) {
  RolloutSpec spec;
  spec.gate.suites = {"b", "a", "b"};
  spec.evidence.capabilities = {{"tone", std::nullopt}, {"refunds", 0.02}};
  EXPECT_EQ(
      gate_policy_text(spec),
      R"({"capabilities":{"refunds":"0.02","tone":"0.05"},"initial":"Accept","margin":"0.05","maxAge":"24h","required":true,"suites":["a","b"]})");
  EXPECT_EQ(gate_policy_digest(spec).size(), 64U);
  spec.gate.capabilities = {{"tone", 0.65}, {"refunds", 0.8}};
  EXPECT_TRUE(gate_policy_text(spec).ends_with(R"("suites":["a","b"],"thresholds":{"refunds":"0.8","tone":"0.65"}})"))
      << gate_policy_text(spec);
}

TEST(GatePolicy, SaysWhatDiffersFromTheDefaultsInTheOrderOfTheirNames) {
  RolloutSpec spec;
  spec.gate.suites = {"a"};
  spec.gate.alpha = 0.01;
  spec.gate.min_cases = 30;
  spec.gate.unclaimed = UnclaimedPolicy::NoWorse;
  spec.gate.ceilings = {.cost_usd = 0.02, .cost_ratio = 1.5, .p95 = Duration{4000}, .p95_ratio = 1.25};
  EXPECT_EQ(
      gate_policy_text(spec),
      R"({"alpha":"0.01","capabilities":{},"ceilings":{"costRatio":"1.5","costUsd":"0.02","p95":"4s","p95Ratio":"1.25"},)"
      R"("initial":"Accept","margin":"0.05","maxAge":"24h","minCases":30,"required":true,"suites":["a"],"unclaimed":"NoWorse"})");
}

TEST(GatePolicy, ChangesWithWhatAVerdictDependsOnAndWithNothingElse) {
  const auto digest_with = [](void (*change)(RolloutSpec&)) {
    RolloutSpec spec = testing::a_spec();
    spec.gate.suites = {"a", "b"};
    change(spec);
    return gate_policy_digest(spec);
  };
  const std::string before = digest_with([](RolloutSpec&) {});
  EXPECT_EQ(digest_with([](RolloutSpec& s) { s.gate.suites = {"b", "a"}; }), before);
  EXPECT_EQ(digest_with([](RolloutSpec& s) { s.delivery.stable_replicas = 9; }), before);
  EXPECT_NE(digest_with([](RolloutSpec& s) { s.gate.suites = {"a"}; }), before);
  EXPECT_NE(digest_with([](RolloutSpec& s) { s.analysis.margin = 0.1; }), before);
  EXPECT_NE(digest_with([](RolloutSpec& s) { s.evidence.capabilities = {{"tone", 0.1}}; }), before);
  EXPECT_NE(digest_with([](RolloutSpec& s) { s.gate.initial = InitialPolicy::RequireThresholds; }), before);
}

TEST(GateRecord, CarriesTheVerdictWithItsBindingsAndEvidence) {
  const Observation seen = waiting().answered_by_gate(GateVerdict::Fail);
  const Record record = make_record(seen, decide(seen, kStart), "pawl-operator");
  ASSERT_TRUE(record.gate);
  EXPECT_EQ(*record.gate, *seen.revisions.back().gate);
  const std::string text = canonical_text(record);
  EXPECT_NE(text.find(R"("evidence":[{"capability":"refunds","state":"Lost"}])"), std::string::npos);
  EXPECT_NE(text.find("\"suitesDigest\":\"" + digest_of("suites") + "\""), std::string::npos);
  EXPECT_EQ(verify_chain({{record.sequence, text, record.parent_sha256}}, record_sha256(text)), std::nullopt);
}

}  // namespace
}  // namespace pawl::domain

#include "domain/rollout/feasibility.h"

#include <gtest/gtest.h>

#include <cmath>

#include "domain/evidence/forecast.h"
#include "support/rollout_builders.h"

namespace pawl::domain {
namespace {

using namespace pawl::testing;

/// refunds at `per_hour` interactions of both arms, an hour into the first step of 10 %; then 50 % until a day is over.
struct Case {
  RolloutSpec spec = a_spec();
  TrialProgress progress;
  Instant now = kStart + 60 * kMinute;

  explicit Case(double per_hour) {
    spec.steps = {{"tenth", 1000, 60 * kMinute}, {"half", 5000, 60 * kMinute}};
    spec.evidence.capabilities = {{"refunds", 0.05}};
    progress.began = kStart;
    progress.changes = {{kStart, 1000}};
    progress.scoreboard = {{"refunds", 0.9, 0.9, std::llround(per_hour * 0.9), std::llround(per_hour * 0.1),
                            CapabilityState::Insufficient}};
  }
  [[nodiscard]] std::vector<Shortage> shortages(const std::vector<Shortage>& named = {}) const {
    return foreseen_shortages(spec, progress, named, now);
  }
};

/// Ten an hour, two hours in: the second one at a half.
Case a_rare_one() {
  Case rare(10);
  rare.now = kStart + 120 * kMinute;
  rare.progress.changes.push_back({kStart + 60 * kMinute, 5000});
  rare.progress.scoreboard[0].stable_n = 14;
  rare.progress.scoreboard[0].canary_n = 6;
  return rare;
}

TEST(Feasibility, EnoughTrafficIsNoCondition) { EXPECT_TRUE(Case(200).shortages().empty()); }

// An hour at a tenth of ten an hour says too little; after another at a half it is clear: about 116 of the 500 needed.
TEST(Feasibility, ARareCapabilityIsNamedWithWhatItNeedsAndHowLongThatTakes) {
  EXPECT_TRUE(Case(10).shortages().empty());
  const auto shortages = a_rare_one().shortages();
  ASSERT_EQ(shortages.size(), 1U);
  EXPECT_EQ(shortages[0].capability, "refunds");
  EXPECT_NEAR(shortages[0].needed, scores_to_promote({0.9, 0.5}, 0.05, 0.05), 1);
  EXPECT_NEAR(shortages[0].expected, 6 + 22 * 5, 2);
  ASSERT_TRUE(shortages[0].takes);
  EXPECT_NEAR(static_cast<double>(shortages[0].takes->count()) / 3.6e6, 2 + (shortages[0].needed - 6) / 5, 0.2)
      << "hours";
}

TEST(Feasibility, DeflationIsForeseenToo) {
  Case clusters(200);
  clusters.now = kStart + 60 * kMinute;
  EXPECT_TRUE(clusters.shortages().empty());
  clusters.spec.analysis.deflation = 10;
  const auto shortages = clusters.shortages();
  ASSERT_EQ(shortages.size(), 1U);
  EXPECT_NEAR(shortages[0].needed, 10 * scores_to_promote({0.9, 0.5}, 0.05, 0.05), 1);
}

TEST(Feasibility, ACapabilityWithoutAnyScoreIsNamedWhenThatCanNoLongerBeChance) {
  Case none(0);
  none.now = kStart + 5 * kMinute;
  EXPECT_TRUE(none.shortages().empty()) << "five minutes at a tenth say little";
  none.progress.scoreboard.clear();
  none.progress.changes.push_back({kStart + 60 * kMinute, 5000});
  none.now = kStart + 4 * 60 * kMinute;
  const auto shortages = none.shortages();
  ASSERT_EQ(shortages.size(), 1U);
  EXPECT_FALSE(shortages[0].takes);
}

TEST(Feasibility, AGroupIsNamedAndItsMembersAreNot) {
  Case rare = a_rare_one();
  rare.spec.evidence.capabilities.clear();
  rare.spec.evidence.groups = {{"rare", {"refunds", "tone"}, 0.05, std::nullopt}};
  rare.progress.scoreboard.push_back({"rare", 0.9, 0.9, 28, 12, CapabilityState::Insufficient});
  const auto shortages = rare.shortages();
  ASSERT_EQ(shortages.size(), 1U);
  EXPECT_EQ(shortages[0].capability, "rare");
  EXPECT_NEAR(shortages[0].expected, 12 + 22 * 10, 3);
}

TEST(Feasibility, ALatencyBreakerIsNoCapability) {
  Case timed = a_rare_one();
  timed.spec.evidence.capabilities.clear();
  timed.progress.scoreboard[0].capability = "slow";
  ASSERT_EQ(timed.shortages().size(), 1U);
  timed.spec.breakers.emplace_back().name = "slow";
  timed.spec.breakers.back().latency.emplace();
  EXPECT_TRUE(timed.shortages().empty());
}

TEST(Feasibility, WhatIsProvenOrNotNeededIsNotNamed) {
  Case proven = a_rare_one();
  ASSERT_FALSE(proven.shortages().empty());
  proven.progress.scoreboard[0].state = CapabilityState::Held;
  EXPECT_TRUE(proven.shortages().empty());
  Case other(200);
  other.progress.scoreboard.push_back({"tone", 0.9, 0.9, 3, 1, CapabilityState::Insufficient});
  EXPECT_TRUE(other.shortages().empty()) << "tone is not listed, so it cannot block";
}

TEST(Feasibility, ANarrowedMarginNeedsMore) {
  Case narrow(60);
  EXPECT_TRUE(narrow.shortages().empty());
  narrow.progress.narrowed = {{"refunds", 0.02, 0.08}};
  EXPECT_EQ(narrow.shortages().size(), 1U);
  narrow.progress.narrowed = {{"refunds", 0, 0.1}};
  EXPECT_TRUE(narrow.shortages().empty()) << "a spent budget is another condition's affair";
}

TEST(Feasibility, OnceNamedItStaysUntilTheRateItselfIsEnough) {
  const Case between(40);  // about 464 expected
  EXPECT_TRUE(between.shortages().empty());
  EXPECT_EQ(between.shortages({{"refunds", 500, 100, std::nullopt}}).size(), 1U);
  EXPECT_TRUE(Case(60).shortages({{"refunds", 500, 100, std::nullopt}}).empty());
}

TEST(Feasibility, TheConditionIsWrittenOncePerSetOfCapabilities) {
  Observation seen = a_rollout().in_canary(1).judged(Verdict::Kind::GoOn);
  seen.judgement.shortages = {{"refunds", 514, 116, 103 * 60 * kMinute}};
  const Advance first = decide(seen, kStart);
  const Condition* told = find_condition(first.status.conditions, "EvidenceTooSlow");
  ASSERT_NE(told, nullptr);
  EXPECT_EQ(told->reason, "TooFewScores");
  EXPECT_EQ(
      told->message.find(
          "refunds cannot be proven in time: refunds needs about 514 scores of the candidate and gets about 116 in 24h, it would take 103h. Raise "),
      0U)
      << told->message;
  Observation later = after(seen, first);
  later.judgement.shortages[0].expected = 117;
  EXPECT_EQ(decide(later, kStart).status.conditions, first.status.conditions);
  later.judgement.kind = Verdict::Kind::None;
  later.judgement.shortages.clear();
  EXPECT_TRUE(is_true(decide(later, kStart).status.conditions, "EvidenceTooSlow")) << "a restart knows nothing yet";
  later.judgement.kind = Verdict::Kind::GoOn;
  EXPECT_FALSE(is_true(decide(later, kStart).status.conditions, "EvidenceTooSlow"));
}

}  // namespace
}  // namespace pawl::domain

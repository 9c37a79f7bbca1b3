#include "domain/rollout/loss_budget.h"

#include <gtest/gtest.h>

#include "domain/rollout/evidence_policy.h"
#include "support/rollout_builders.h"

namespace pawl::domain {
namespace {

using namespace pawl::testing;

RolloutBuilder with_loss(RolloutBuilder builder, double settled, double latest = 0) {
  return builder.but([&](Observation& seen) { seen.status.loss_ledger = {"r1", {{"refunds", settled, latest}}}; });
}

TEST(LossBudget, BeginsWithTheFirstStableRevision) {
  const Observation seen = a_rollout().serving();
  EXPECT_EQ(decide(seen, kStart).status.loss_ledger.anchor, "r1");
}

TEST(LossBudget, APromotionIsBookedWhenItIsDecided) {
  Observation seen = a_rollout().in_canary(2).judged(Verdict::Kind::Promote).build();
  seen.judgement.losses = {{"refunds", 0.02, 0}};
  const Advance answer = decide(seen, kStart + 6 * kMinute);
  ASSERT_EQ(answer.status.phase, Phase::Promoting);
  EXPECT_EQ(answer.status.loss_ledger.losses, (std::vector<CapabilityLoss>{{"refunds", 0, 0.02}}));
}

TEST(LossBudget, AGroupHasItsOwnMarginAndItsMembersHaveNone) {
  RolloutSpec spec = a_spec();
  spec.analysis.margin = 0.05;
  spec.evidence.groups = {{"rare", {"refunds", "tone"}, 0.1, std::nullopt}};
  EXPECT_EQ(agreed_margin(spec, "rare"), 0.1);
  EXPECT_EQ(loss_budget(spec, "rare"), spec.analysis.loss_budget.margins * 0.1);
  const LossLedger ledger{"r1", {{"rare", 0.15, 0}, {"refunds", 0.15, 0}}};
  const auto narrowed = narrowed_margins(spec, ledger);
  ASSERT_EQ(narrowed.size(), 1U) << "a member is judged in its group";
  EXPECT_EQ(narrowed[0].capability, "rare");
  EXPECT_NEAR(narrowed[0].margin, 0.05, 1e-12);
  EXPECT_EQ(evidence_policy(spec, {}, narrowed).narrowed.at("rare"), narrowed[0].margin);
}

TEST(LossBudget, AGuardrailThatUndoesThePromotionUndoesTheEntry) {
  for (RolloutBuilder builder : {a_rollout().promoting(PromotionStage::Repoint), a_rollout().soaking()}) {
    const Observation seen = with_loss(builder, 0.03, 0.02).judged(Verdict::Kind::RollBackGuardrail);
    EXPECT_EQ(decide(seen, kStart).status.loss_ledger.losses, (std::vector<CapabilityLoss>{{"refunds", 0.03, 0}}));
  }
}

TEST(LossBudget, WhatStandsIsSettledWhenTheNextCandidateComes) {
  const Observation seen = with_loss(a_rollout().serving().with_revision("r2", "r1"), 0.03, 0.02);
  const Advance answer = decide(seen, kStart);
  ASSERT_EQ(answer.status.phase, Phase::Preparing);
  EXPECT_DOUBLE_EQ(settled_loss(answer.status.loss_ledger, "refunds"), 0.05);
}

TEST(LossBudget, NarrowsTheMarginsOfListedAndOfFoundCapabilities) {
  RolloutSpec spec = a_spec();
  spec.analysis.margin = 0.05;
  spec.evidence.capabilities = {{"refunds", 0.02}};
  const LossLedger ledger{"r1", {{"refunds", 0.03, 0}, {"tone", 0.07, 0}, {"search", 0.01, 0}}};
  const auto narrowed = narrowed_margins(spec, ledger);
  ASSERT_EQ(narrowed.size(), 2U);
  EXPECT_NEAR(narrowed[0].margin, 0.01, 1e-12) << "twice 0.02, less 0.03";
  EXPECT_NEAR(narrowed[1].margin, 0.03, 1e-12);
  EXPECT_NEAR(evidence_policy(spec, {}, narrowed).narrowed.at("tone"), 0.03, 1e-12);
}

TEST(LossBudget, ASpentBudgetSaysWhatToDo) {
  EXPECT_FALSE(is_true(decide(with_loss(a_rollout().serving(), 0.06), kStart).status.conditions, "LossBudgetSpent"));
  const Advance answer = decide(with_loss(a_rollout().serving(), 0.11), kStart);
  const Condition* spent = find_condition(answer.status.conditions, "LossBudgetSpent");
  ASSERT_NE(spent, nullptr);
  EXPECT_EQ(
      spent->message,
      "refunds has lost 0.110 of the 0.100 it may lose since r1; only an edit that is proven better there is promoted. Propose one that is, or vouch for what "
      "serves now: set spec.analysis.lossBudget.anchor to r1");
}

TEST(LossBudget, APersonsWordBeginsAnew) {
  const auto vouched_for = [](Observation& seen) { seen.spec.analysis.loss_budget.anchor = "r2"; };
  Observation soaking = with_loss(a_rollout().soaking(), 0.11).but(vouched_for);
  EXPECT_EQ(decide(soaking, kStart).status.loss_ledger.anchor, "r1") << "it may still be taken back";
  const Advance settled = decide(soaking, kStart + soaking.spec.stable_soak);
  EXPECT_EQ(settled.status.loss_ledger, (LossLedger{"r2", {}}));
  EXPECT_FALSE(is_true(settled.status.conditions, "LossBudgetSpent"));
  const Observation other = with_loss(a_rollout().serving(), 0.11).but(vouched_for);
  EXPECT_EQ(decide(other, kStart).status.loss_ledger.anchor, "r1") << "r2 does not serve";
}

}  // namespace
}  // namespace pawl::domain

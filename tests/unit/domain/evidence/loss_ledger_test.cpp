#include "domain/evidence/loss_ledger.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "domain/evidence/trial.h"
#include "domain/rollout/evidence_policy.h"
#include "domain/rollout/loss_budget.h"

namespace pawl::domain {
namespace {

LossLedger ledger_of(std::vector<CapabilityLoss> losses) { return {"r1", std::move(losses)}; }

TEST(LossLedger, AddsUpWhatPromotionsLose) {
  LossLedger ledger = ledger_of({});
  book_promotion(ledger, {{"refunds", 0.005, 0.01}, {"tone", -0.02, 0.01}});
  EXPECT_EQ(ledger.losses, (std::vector<CapabilityLoss>{{"refunds", 0, 0.02}}));
  EXPECT_EQ(settled_loss(ledger, "refunds"), 0) << "it may still be taken back";
  book_promotion(ledger, {{"refunds", 0.03, 0}});
  settle_promotion(ledger);
  EXPECT_DOUBLE_EQ(settled_loss(ledger, "refunds"), 0.05);
  EXPECT_EQ(settled_loss(ledger, "tone"), 0);
}

TEST(LossLedger, ChargesWhatMayWellHaveBeenLostAndPaysBackWhatIsCertain) {
  EXPECT_DOUBLE_EQ(charge_of({"refunds", 0.02, 0.01}), 0.035);
  EXPECT_DOUBLE_EQ(charge_of({"refunds", -0.01, 0.01}), 0.005);
  EXPECT_EQ(charge_of({"refunds", -0.02, 0.01}), 0);
  EXPECT_DOUBLE_EQ(charge_of({"refunds", -0.05, 0.01}), -0.02);
}

TEST(LossLedger, AGainPaysBackButNothingIsSavedUp) {
  LossLedger ledger = ledger_of({{"refunds", 0.03, 0}});
  book_promotion(ledger, {{"refunds", -0.2, 0.01}});
  settle_promotion(ledger);
  EXPECT_TRUE(ledger.losses.empty());
  book_promotion(ledger, {{"refunds", 0.02, 0}});
  settle_promotion(ledger);
  EXPECT_DOUBLE_EQ(settled_loss(ledger, "refunds"), 0.02);
}

TEST(LossLedger, APromotionThatIsTakenBackCostsNothing) {
  LossLedger ledger = ledger_of({{"refunds", 0.03, 0}});
  book_promotion(ledger, {{"refunds", 0.04, 0}, {"tone", 0.01, 0}});
  take_back_promotion(ledger);
  EXPECT_EQ(ledger.losses, (std::vector<CapabilityLoss>{{"refunds", 0.03, 0}}));
}

TEST(LossLedger, KeepsTheLargestLossesWhenThereAreTooMany) {
  LossLedger ledger = ledger_of({});
  std::vector<EstimatedLoss> estimates;
  for (int i = 0; i < 100; ++i) estimates.push_back({"c" + std::to_string(i), 0.001 * (i + 1), 0});
  book_promotion(ledger, estimates);
  EXPECT_EQ(ledger.losses.size(), kLedgerMax);
  EXPECT_TRUE(std::ranges::any_of(ledger.losses, [](const CapabilityLoss& c) { return c.capability == "c99"; }));
  EXPECT_TRUE(std::ranges::is_sorted(ledger.losses, {}, &CapabilityLoss::capability));
}

TEST(LossLedger, NarrowsTheMarginToWhatIsLeftOfTheBudget) {
  EXPECT_DOUBLE_EQ(margin_left(0.05, 0.1, 0), 0.05);
  EXPECT_DOUBLE_EQ(margin_left(0.05, 0.1, 0.05), 0.05);
  EXPECT_NEAR(margin_left(0.05, 0.1, 0.07), 0.03, 1e-12);
  EXPECT_EQ(margin_left(0.05, 0.1, 0.096), 0)
      << "less than a tenth of the margin cannot be proven by anybody's traffic";
  EXPECT_EQ(margin_left(0.05, 0.1, 0.2), 0);
}

// ---- the simulation: an agent that edits itself again and again --------------------------------------------------

struct Agent {
  double rate = 0.9;
  int promotions = 0;
};

enum class Ledger { Kept, Ignored };

/// Whether a candidate of that rate is promoted against stable; half of the traffic, 40 scores a scrape and arm.
bool promoted(Random& random, const RolloutSpec& spec, LossLedger& ledger, double stable, double candidate,
              Ledger use) {
  EvidencePolicy policy =
      evidence_policy(spec, {}, use == Ledger::Kept ? narrowed_margins(spec, ledger) : std::vector<NarrowedMargin>{});
  Trial trial(policy);
  const Trial::Subject refunds = *trial.subject("refunds");
  const auto scores = [&](double rate) {
    double passes = 0;
    for (int i = 0; i < 40; ++i) passes += random.chance(rate) ? 1 : 0;
    return binary_counts(40, passes);
  };
  for (int scrape = 1;; ++scrape) {
    trial.add(refunds, {scores(candidate), scores(stable)});
    trial.end_of_scrape();
    const Verdict::Kind kind = trial.decision(policy.min_age + Duration{scrape});
    if (kind == Verdict::Kind::GoOn || kind == Verdict::Kind::Yellow) continue;
    if (kind != Verdict::Kind::Promote) return false;
    for (const ScoreboardRow& row : trial.verdict(policy.min_age + Duration{scrape}).scoreboard) {
      if (row.capability == "refunds") book_promotion(ledger, {{row.capability, row.loss, row.loss_error}});
    }
    settle_promotion(ledger);
    return true;
  }
}

/// Edits that each lose `loss`, tried until twenty of them are promoted or sixty were tried.
Agent after_many_edits(std::uint64_t seed, double loss, Ledger use) {
  RolloutSpec spec;
  spec.evidence.capabilities = {{"refunds", 0.05}};
  Random random(seed);
  LossLedger ledger;
  begin_ledger(ledger, "r1");
  Agent agent;
  for (int edit = 0; edit < 60 && agent.promotions < 20; ++edit) {
    if (!promoted(random, spec, ledger, agent.rate, agent.rate - loss, use)) continue;
    agent.rate -= loss;
    agent.promotions += 1;
  }
  return agent;
}

TEST(SlowErosion, WithNothingLeftOnlyAGainIsPromoted) {
  RolloutSpec spec;
  spec.evidence.capabilities = {{"refunds", 0.05}};
  int equal = 0;
  int better = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Random random(seed);
    LossLedger spent = ledger_of({{"refunds", 0.1, 0}});
    equal += promoted(random, spec, spent, 0.9, 0.9, Ledger::Kept) ? 1 : 0;
    spent = ledger_of({{"refunds", 0.1, 0}});
    better += promoted(random, spec, spent, 0.9, 0.96, Ledger::Kept) ? 1 : 0;
  }
  EXPECT_LE(equal, 4) << "beta is 0.05";
  EXPECT_GE(better, 36);
}

constexpr int kAgents = 40;

TEST(SlowErosion, WithoutTheLedgerTwentyPromotionsLoseFortyPoints) {
  double lost = 0;
  for (std::uint64_t seed = 1; seed <= kAgents; ++seed) {
    lost += 0.9 - after_many_edits(seed, 0.02, Ledger::Ignored).rate;
  }
  EXPECT_GE(lost / kAgents, 0.3);
}

TEST(SlowErosion, TheLedgerStopsItAtTheBudget) {
  double lost = 0;
  double most = 0;
  for (std::uint64_t seed = 1; seed <= kAgents; ++seed) {
    const Agent agent = after_many_edits(seed, 0.02, Ledger::Kept);
    lost += 0.9 - agent.rate;
    most = std::max(most, 0.9 - agent.rate);
  }
  RecordProperty("mean_loss", std::to_string(lost / kAgents));
  RecordProperty("largest_loss", std::to_string(most));
  EXPECT_LE(lost / kAgents, 0.12) << "the budget is 0.10";
  EXPECT_LE(most, 0.20);
}

TEST(SlowErosion, TheLedgerLetsAnHonestAgentGoOn) {
  int promotions = 0;
  for (std::uint64_t seed = 1; seed <= kAgents; ++seed) {
    promotions += after_many_edits(seed, 0, Ledger::Kept).promotions;
  }
  RecordProperty("promotions", promotions);
  EXPECT_GE(promotions, kAgents * 14) << "of twenty each; it slows down, and is not stopped";
}

}  // namespace
}  // namespace pawl::domain

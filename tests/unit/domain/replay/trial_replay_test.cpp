#include "domain/replay/trial_replay.h"

#include <gtest/gtest.h>

#include <cmath>

#include "unit/domain/evidence/fake_metrics.h"

namespace pawl::domain {
namespace {

using namespace fake;

TrialRecord a_trial() {
  TrialRecord trial;
  trial.cohort = "shop/support/1";
  trial.began = kBegan;
  trial.canary = kCanary;
  trial.stable = kStable;
  trial.changes = {{kBegan, 1000}, {kBegan + std::chrono::minutes{20}, 5000}};
  trial.evidence.capabilities = {{"refunds", {}}, {"tone", {}}};
  return trial;
}

/// All scrapes of a trial in which refunds pass at `rate` on the canary.
std::vector<std::vector<Series>> scrapes_of(double rate, int n) {
  Metrics metrics(42);
  std::vector<std::vector<Series>> out;
  for (int i = 0; i <= n; ++i) {
    out.push_back(metrics.scrape(kBegan + kInterval * i));
    metrics.interact(kStable, {{{"refunds", 0.9}, {"tone", 0.9}}}, 9);
    metrics.interact(kCanary, {{{"refunds", rate}, {"tone", 0.9}}}, 3);
  }
  return out;
}

TEST(TrialReplay, IsTheOperatorsFoldToTheLastBitAtOnceInPiecesAndAfterARestart) {
  const TrialRecord trial = a_trial();
  const auto scrapes = scrapes_of(0.8, 240);
  const Instant now = kBegan + kInterval * 240;
  // The operator: a fold that is fed scrape by scrape.
  EvidenceFold live(policy_of(trial), kCanary, kStable, kBegan);
  for (const auto& scrape : scrapes) live.add(scrape, trial.changes);
  const Verdict told = live.verdict(now);

  TrialReplay at_once(trial, policy_of(trial));
  at_once.add(merged(scrapes));
  EXPECT_EQ(at_once.verdict(now), told);

  TrialReplay in_pieces(trial, policy_of(trial));
  for (std::size_t from = 0; from < scrapes.size(); from += 50) {
    const std::size_t to = std::min(from + 50, scrapes.size());
    in_pieces.add(merged(
        {scrapes.begin() + static_cast<std::ptrdiff_t>(from), scrapes.begin() + static_cast<std::ptrdiff_t>(to)}));
  }
  EXPECT_EQ(in_pieces.verdict(now), told);

  // A restart in the middle: everything from the beginning at once, then scrape by scrape.
  TrialReplay restarted(trial, policy_of(trial));
  restarted.add(merged({scrapes.begin(), scrapes.begin() + 120}));
  for (std::size_t i = 100; i < scrapes.size(); ++i) restarted.add(scrapes[i]);
  EXPECT_EQ(restarted.verdict(now), told);
  ASSERT_TRUE(at_once.end() && in_pieces.end() && restarted.end());
  EXPECT_EQ(in_pieces.end()->age, at_once.end()->age);
  EXPECT_EQ(in_pieces.end()->verdict, at_once.end()->verdict);
  EXPECT_EQ(restarted.end()->age, at_once.end()->age);
}

TEST(TrialReplay, TellsWhenAnotherPolicyWouldHaveDecided) {
  const auto scrapes = merged(scrapes_of(0.6, 240));
  TrialReplay as_it_was(a_trial(), policy_of(a_trial()));
  as_it_was.add(scrapes);
  TrialRecord strict = a_trial();
  strict.analysis.alpha = 0.0001;
  TrialReplay stricter(strict, policy_of(strict));
  stricter.add(scrapes);
  ASSERT_TRUE(as_it_was.end() && stricter.end());
  EXPECT_EQ(as_it_was.end()->verdict.kind, Verdict::Kind::RollBackRegression);
  EXPECT_EQ(as_it_was.end()->verdict.blamed, std::vector<std::string>{"refunds"});
  EXPECT_LT(as_it_was.end()->age, stricter.end()->age);
}

TEST(TrialReplay, AStricterPolicyThatDoesNotDecideSaysWhatItStillNeeds) {
  TrialRecord strict = a_trial();
  strict.analysis.margin = 0.02;
  strict.analysis.beta = 0.001;
  TrialReplay replay(strict, policy_of(strict));
  replay.add(merged(scrapes_of(0.9, 160)));
  ASSERT_FALSE(replay.end());
  const Verdict verdict = replay.verdict(kBegan + kInterval * 160);
  const auto needs = shortfall(verdict, policy_of(strict));
  ASSERT_TRUE(needs);
  EXPECT_GT(needs->samples, 50);
  EXPECT_TRUE(needs->capability == "refunds" || needs->capability == "tone");
}

TEST(Shortfall, CountsWhatTheEvidenceLacksAtTheGrowthItHad) {
  EvidencePolicy policy;
  Verdict verdict;
  ScoreboardRow row;
  row.capability = "refunds";
  row.required = true;
  row.n_canary = 100;
  row.n_stable = 900;
  row.log_e_noninferior = std::log(20.0) / 2;
  verdict.scoreboard = {row};
  EXPECT_EQ(shortfall(verdict, policy)->samples, 100);
  verdict.scoreboard[0].state = CapabilityState::Held;
  EXPECT_FALSE(shortfall(verdict, policy));
}

TEST(Shortfall, IsInfiniteWhereTheEditIsWorseThanItsMargin) {
  EvidencePolicy policy;
  Verdict verdict;
  ScoreboardRow row;
  row.capability = "refunds";
  row.required = true;
  row.n_canary = 100;
  row.n_stable = 900;
  row.canary_mean = 0.6;
  row.stable_mean = 0.9;
  row.log_e_noninferior = -3;
  verdict.scoreboard = {row};
  EXPECT_TRUE(std::isinf(shortfall(verdict, policy)->samples));
}

}  // namespace
}  // namespace pawl::domain

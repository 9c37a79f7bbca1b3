// Seeded rollouts through real counters and scrapes. Six capabilities, a tenth of the traffic, a verdict at every
// scrape.
#include <gtest/gtest.h>

#include "unit/domain/evidence/fake_metrics.h"

namespace pawl::domain {
namespace {

using namespace fake;
using Kind = Verdict::Kind;

const std::vector<std::string> kNames{"a", "b", "c", "d", "e", "f"};

Rates rates(double all, double first) {
  Rates result;
  for (const std::string& name : kNames) result.pass[name] = name == "a" ? first : all;
  return result;
}

/// The first verdict that ends the rollout, or the last one.
Verdict run(std::uint64_t seed, const Rates& canary, const Rates& stable, int scrapes) {
  Metrics metrics(seed);
  EvidencePolicy with = policy(kNames);
  with.min_age = std::chrono::hours{23};  // look at rollback alone
  EvidenceFold fold(with, kCanary, kStable, kBegan);
  metrics.interact(kCanary, canary, 0);
  Verdict verdict;
  for (int i = 0; i <= scrapes; ++i) {
    metrics.interact(kStable, stable, metrics.arrivals(18));
    metrics.interact(kCanary, canary, metrics.arrivals(2));
    fold.add(metrics.scrape(kBegan + kInterval * i), {});
    if (i % 20 != 0) continue;  // the alarm is latched, so asking rarely misses nothing
    verdict = fold.verdict(kBegan + kInterval * i);
    if (verdict.kind == Kind::RollBackRegression) break;
  }
  return verdict;
}

TEST(EvidenceSimulation, AHealthyCanaryIsRarelyRolledBack) {
  int wrong = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    wrong += run(seed, rates(0.9, 0.9), rates(0.9, 0.9), 600).kind == Kind::RollBackRegression ? 1 : 0;
  }
  RecordProperty("false_rollbacks_of_400", wrong);
  EXPECT_LE(wrong, 20);
}

TEST(EvidenceSimulation, ADropInOneOfSixUnderRisingOthersIsFoundAndBlamed) {
  int found = 0;
  int right = 0;
  double delay = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const Verdict v = run(seed, rates(0.92, 0.8), rates(0.9, 0.9), 600);
    if (v.kind != Kind::RollBackRegression) continue;
    ++found;
    right += v.blamed == std::vector<std::string>{"a"} ? 1 : 0;
    delay += v.scoreboard.front().n_canary;
  }
  RecordProperty("found_of_200", found);
  RecordProperty("blamed_right_of_200", right);
  RecordProperty("mean_canary_scores", static_cast<int>(delay / std::max(found, 1)));
  EXPECT_GE(found, 190);
  EXPECT_GE(right, 190);
}

}  // namespace
}  // namespace pawl::domain

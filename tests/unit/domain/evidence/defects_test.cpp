// What befalls data on its way: one test for each row of the table in canary-statistics 1.vii, and the series that only
// some breakers read.
#include <gtest/gtest.h>

#include <algorithm>

#include "domain/evidence/latency.h"
#include "unit/domain/evidence/fake_metrics.h"

namespace pawl::domain {
namespace {

using namespace fake;
using Kind = Verdict::Kind;

const Rates kGood{{{"search", 0.9}}};

Instant after(int scrapes) { return kBegan + kInterval * scrapes; }

/// Two arms: 5 scores on the canary and 20 on stable between any two scrapes.
class Agent {
 public:
  explicit Agent(std::uint64_t seed = 7) : metrics(seed) { go(0); }
  void go(int scrapes, const Rates& canary = kGood) {
    for (int i = 0; i < scrapes; ++i) {
      metrics.interact(kCanary, canary, 5);
      metrics.interact(kStable, kGood, 20);
    }
    if (scrapes == 0) {
      metrics.interact(kCanary, canary, 0);
      metrics.interact(kStable, kGood, 0);
    }
  }
  Metrics metrics;
};

ScoreboardRow row_of(const EvidenceFold& fold, Instant now, const std::string& name = "search") {
  const Verdict verdict = fold.verdict(now);
  const auto found = std::ranges::find(verdict.scoreboard, name, &ScoreboardRow::capability);
  return found == verdict.scoreboard.end() ? ScoreboardRow{} : *found;
}

EvidenceFold fold_with(const EvidencePolicy& with = policy({"search"})) { return {with, kCanary, kStable, kBegan}; }

double& count_of(Metrics& metrics, const char* metric, const std::string& revision) {
  return metrics.counters()[Metrics::key(metric, revision, "search")];
}

TEST(Defects, ARestartedPodCountsFromZeroInAllItsSeries) {
  Agent agent;
  EvidenceFold fold = fold_with();
  for (int i = 0; i <= 10; ++i) {
    if (i > 0) agent.go(1);
    if (i == 5) {
      // The canary's counters came back higher than they were, stable's did not: the pod restarted nevertheless.
      agent.metrics.restart();
      count_of(agent.metrics, "pawl_score_count_total", kCanary) = 100;
      count_of(agent.metrics, "pawl_score_sum_total", kCanary) = 90;
      count_of(agent.metrics, "pawl_score_sumsq_total", kCanary) = 90;
    }
    fold.add(agent.metrics.scrape(after(i)), {});
  }
  EXPECT_EQ(row_of(fold, after(10)).n_canary, 4 * 5 + 100 + 5 * 5);
}

TEST(Defects, DifferencesThatNoScoresCanMakeAreARestart) {
  Agent agent;
  EvidenceFold fold = fold_with();
  for (int i = 0; i <= 4; ++i) {
    if (i > 0) agent.go(1);
    if (i == 3) count_of(agent.metrics, "pawl_score_count_total", kCanary) = 40;  // up by 30, but the sum is only
    if (i == 3) count_of(agent.metrics, "pawl_score_sum_total", kCanary) = 40;    // possible if all of it is new
    if (i == 3) count_of(agent.metrics, "pawl_score_sumsq_total", kCanary) = 40;
    fold.add(agent.metrics.scrape(after(i)), {});
  }
  EXPECT_EQ(row_of(fold, after(4)).n_canary, 2 * 5 + 40 + 5);
}

TEST(Defects, ALostScrapeMakesTheNextBlockLarger) {
  Agent agent;
  EvidenceFold fold = fold_with();
  for (int i = 0; i <= 40; ++i) {
    if (i > 0) agent.go(1);
    if (i % 5 == 3) continue;
    fold.add(agent.metrics.scrape(after(i)), {});
  }
  EXPECT_EQ(row_of(fold, after(40)).n_canary, 40 * 5);
}

TEST(Defects, ARestartOfTheOperatorChangesNoBit) {
  Agent agent;
  EvidenceFold before = fold_with();
  std::vector<std::vector<Series>> all;
  for (int i = 0; i <= 60; ++i) {
    if (i > 0) agent.go(1);
    all.push_back(agent.metrics.scrape(after(i)));
    before.add(all.back(), {});
  }
  EvidenceFold again = fold_with();
  again.add(merged(all), {});
  EXPECT_EQ(before.verdict(after(60)), again.verdict(after(60)));
}

TEST(Defects, WhatAKilledPodCountedLastIsLostAndHarmsNobody) {
  Agent agent;
  EvidenceFold fold = fold_with();
  for (int i = 0; i <= 20; ++i) {
    if (i > 0) agent.go(1);
    if (i == 10) agent.metrics.restart();  // killed after it counted, before it was scraped
    fold.add(agent.metrics.scrape(after(i)), {});
  }
  EXPECT_EQ(row_of(fold, after(20)).n_canary, 19 * 5);
  EXPECT_NE(fold.verdict(after(20)).kind, Kind::RollBackRegression);
}

TEST(Defects, ABlockThatSpansAChangeOfWeightIsLeftOut) {
  Agent agent;
  EvidenceFold fold = fold_with();
  for (int i = 0; i <= 10; ++i) {
    if (i > 0) agent.go(1);
    fold.add(agent.metrics.scrape(after(i)), {{kBegan, 1000}, {after(4) + Duration{1000}, 2500}});
  }
  EXPECT_EQ(row_of(fold, after(10)).n_canary, 9 * 5);
}

TEST(Defects, ADeflatedConversationNeedsMoreEvidence) {
  const auto evidence = [](double deflation) {
    Agent agent;
    EvidencePolicy with = policy({"search"});
    with.deflation = deflation;
    EvidenceFold fold = fold_with(with);
    for (int i = 0; i <= 12; ++i) {
      if (i > 0) agent.go(1, Rates{{{"search", 0.5}}});
      fold.add(agent.metrics.scrape(after(i)), {});
    }
    return fold.verdict(after(12)).log_e_global;
  };
  EXPECT_GT(evidence(1), 1.5 * evidence(2));
}

TEST(Defects, ScoresOfTheRolloutsOwnCohortCountFromTheFirstScrapeOn) {
  for (const bool labelled : {true, false}) {
    Agent agent;
    EvidenceFold fold = fold_with();
    for (int i = 1; i <= 5; ++i) {
      agent.go(1);
      std::vector<Series> raw = agent.metrics.scrape(after(i));
      for (Series& s : raw) {
        if (labelled) s.labels["rollout"] = "agents/bot/7";
      }
      fold.add(raw, {});
    }
    // Without the label the first scrape may hold what began before the rollout: it is only a starting point.
    EXPECT_EQ(row_of(fold, after(5)).n_canary, labelled ? 25 : 20);
  }
}

TEST(Defects, TwoCohortsInOneAnswerAreNotMixed) {
  Agent agent;
  EvidenceFold fold = fold_with();
  for (int i = 0; i <= 20; ++i) {
    if (i > 0) agent.go(1);
    std::vector<Series> raw = agent.metrics.scrape(after(i));
    std::vector<Series> other = raw;
    for (Series& s : raw) s.labels["rollout"] = "agents/bot/7";
    for (Series& s : other) s.labels["rollout"] = "agents/bot/6";
    for (Series& s : other) s.samples[0].value += 3;
    raw.insert(raw.end(), other.begin(), other.end());
    fold.add(raw, {});
  }
  EXPECT_EQ(fold.verdict(after(20)).kind, Kind::Hold);
  EXPECT_EQ(row_of(fold, after(20)).n_canary, 0);
}

TEST(Defects, AfterANewEvaluatorVersionOnlyEqualVersionsAreCompared) {
  Agent agent;
  EvidenceFold fold = fold_with();
  for (int i = 0; i <= 30; ++i) {
    if (i > 0) agent.go(1);
    std::vector<Series> raw = agent.metrics.scrape(after(i));
    for (Series& s : raw) {
      // The canary's scorer is replaced at the tenth scrape, stable's at the twentieth.
      const bool changed = s.labels["revision"] == kCanary ? i > 10 : i > 20;
      if (changed) s.labels["evaluator_version"] = "2";
    }
    fold.add(raw, {});
  }
  const ScoreboardRow row = row_of(fold, after(30));
  EXPECT_LE(row.n_canary, 30 * 5 + 50 + 5);
  EXPECT_NE(fold.verdict(after(30)).kind, Kind::RollBackRegression);
}

TEST(Defects, DuplicateAndLateSamplesAreIgnored) {
  Agent agent;
  EvidenceFold fold = fold_with();
  std::vector<std::vector<Series>> all;
  for (int i = 0; i <= 20; ++i) {
    if (i > 0) agent.go(1);
    all.push_back(agent.metrics.scrape(after(i)));
    fold.add(all.back(), {});
    fold.add(all.back(), {});
    if (i > 3) fold.add(all[static_cast<std::size_t>(i - 3)], {});
  }
  EXPECT_EQ(row_of(fold, after(20)).n_canary, 20 * 5);
}

TEST(Defects, EventsAreReadByTheirKind) {
  EvidencePolicy with = policy({"search"});
  with.events.push_back({"retries", "retry", 1});
  Agent agent;
  EvidenceFold fold = fold_with(with);
  for (int i = 0; i <= 60; ++i) {
    if (i > 0) agent.go(1);
    agent.metrics.counter("pawl_interactions_total", {{"revision", kCanary}}) += 10;
    agent.metrics.counter("pawl_interactions_total", {{"revision", kStable}}) += 40;
    agent.metrics.counter("pawl_events_total", {{"revision", kCanary}, {"kind", "retry"}}) += 5;
    agent.metrics.counter("pawl_events_total", {{"revision", kStable}, {"kind", "retry"}}) += 4;
    agent.metrics.counter("pawl_events_total", {{"revision", kCanary}, {"kind", "other"}}) += 50;
    fold.add(agent.metrics.scrape(after(i)), {});
  }
  const Verdict v = fold.verdict(after(60));
  EXPECT_EQ(v.kind, Kind::RollBackRegression) << v.message;
  EXPECT_EQ(v.breaker, "retries");
}

TEST(Defects, WhatNoBreakerReadsCannotSpoilTheRest) {
  Agent agent;
  EvidenceFold fold = fold_with();
  for (int i = 0; i <= 20; ++i) {
    if (i > 0) agent.go(1);
    agent.metrics.counter("pawl_events_total", {{"revision", kCanary}, {"kind", "retry"}}) = 0.5;
    fold.add(agent.metrics.scrape(after(i)), {});
  }
  EXPECT_EQ(fold.verdict(after(20)).kind, Kind::GoOn) << fold.verdict(after(20)).message;
}

/// Counters of a histogram with these bounds: `slow` of ten canary answers take 2.8 seconds, all others half a second.
void observe(Metrics& metrics, int slow, const std::vector<std::pair<std::string, double>>& bounds) {
  for (const auto& [le, seconds] : bounds) {
    metrics.counter("pawl_interaction_duration_seconds_bucket", {{"revision", kCanary}, {"le", le}}) +=
        seconds < 2.8 ? 10 - slow : 10;
    metrics.counter("pawl_interaction_duration_seconds_bucket", {{"revision", kStable}, {"le", le}}) += 40;
  }
}

const std::vector<std::pair<std::string, double>> kBounds{{"1", 1}, {"2.5", 2.5}, {"3", 3}, {"5", 5}, {"+Inf", 1e9}};

Verdict with_latency(double tolerance, const std::vector<std::pair<std::string, double>>& bounds, double le = 2.5) {
  EvidencePolicy with = policy({"search"});
  with.latencies.push_back({"slow", le, tolerance});
  Agent agent;
  EvidenceFold fold = fold_with(with);
  for (int i = 0; i <= 60; ++i) {
    if (i > 0) agent.go(1);
    if (i == 30) agent.metrics.restart();
    observe(agent.metrics, 3, bounds);
    fold.add(agent.metrics.scrape(after(i)), {});
  }
  return fold.verdict(after(60));
}

TEST(Defects, AnswersOutOfTimeTripTheLatencyBreaker) {
  const Verdict v = with_latency(1, kBounds);
  EXPECT_EQ(v.kind, Kind::RollBackRegression) << v.message;
  EXPECT_EQ(v.breaker, "slow");
}

TEST(Defects, AToleranceComparesTheCanaryAtALaterBound) {
  EXPECT_EQ(with_latency(1.2, kBounds).kind, Kind::GoOn) << with_latency(1.2, kBounds).message;
}

TEST(Defects, ALatencyBreakerWithoutItsBucketHolds) {
  EXPECT_EQ(with_latency(1, kBounds, 2).reason, "BreakerWithoutData");
  EXPECT_EQ(with_latency(4, kBounds).reason, "BreakerWithoutData") << "no bound at or above 10 seconds";
}

TEST(Latency, PassesAreWhatCameInTime) {
  const LatencyCounts counts{{1, {{5, 0, 0}, {50, 0, 0}}},
                             {2.5, {{8, 0, 0}, {90, 0, 0}}},
                             {bucket_bound("+Inf").value(), {{10, 0, 0}, {100, 0, 0}}}};
  EXPECT_EQ(in_time(counts, 1, 1)->canary, binary_counts(10, 5));
  EXPECT_EQ(in_time(counts, 1, 2)->canary, binary_counts(10, 8));
  EXPECT_EQ(in_time(counts, 1, 2)->stable, binary_counts(100, 50));
  EXPECT_FALSE(in_time(counts, 2, 1)) << "no such bound";
  EXPECT_FALSE(in_time(counts, 2.5, 2)) << "nothing below infinity";
}

TEST(Latency, ABoundIsANumber) {
  EXPECT_EQ(bucket_bound("0.25"), 0.25);
  EXPECT_EQ(bucket_bound("1e-05"), 1e-05);
  for (const char* text : {"", "fast", "1s", "nan", "inf"}) EXPECT_FALSE(bucket_bound(text)) << text;
}

}  // namespace
}  // namespace pawl::domain

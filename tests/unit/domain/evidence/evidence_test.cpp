#include "domain/evidence/evidence.h"

#include <gtest/gtest.h>

#include <limits>

#include "unit/domain/evidence/fake_metrics.h"

namespace pawl::domain {
namespace {

using namespace fake;
using Kind = Verdict::Kind;

const Rates kGood{{{"search", 0.9}, {"write", 0.9}}};
const Rates kBad{{{"search", 0.9}, {"write", 0.3}}};

/// Two arms for `scrapes` intervals: 20 interactions per capability and scrape on stable, 5 on the canary.
std::vector<std::vector<Series>> history(int scrapes, const Rates& canary, const Rates& stable,
                                         std::uint64_t seed = 7) {
  Metrics metrics(seed);
  metrics.interact(kCanary, canary, 0);
  metrics.interact(kStable, stable, 0);
  std::vector<std::vector<Series>> result;
  for (int i = 0; i <= scrapes; ++i) {
    if (i > 0) metrics.interact(kCanary, canary, 5);
    metrics.interact(kStable, stable, 20);
    result.push_back(metrics.scrape(kBegan + kInterval * i));
  }
  return result;
}

Instant after(int scrapes) { return kBegan + kInterval * scrapes; }

EvidenceFold fold_of(const std::vector<std::vector<Series>>& scrapes, const EvidencePolicy& with) {
  EvidenceFold fold(with, kCanary, kStable, kBegan);
  for (const auto& scrape : scrapes) fold.add(scrape, {});
  return fold;
}

const ScoreboardRow& row(const Verdict& verdict, const std::string& name) {
  for (const ScoreboardRow& r : verdict.scoreboard) {
    if (r.capability == name) return r;
  }
  static const ScoreboardRow none;
  ADD_FAILURE() << "no row " << name;
  return none;
}

TEST(Evidence, BlamesTheCapabilityThatDroppedAndNoOther) {
  const Verdict v = fold_of(history(80, kBad, kGood), policy({"search", "write"})).verdict(after(80));
  EXPECT_EQ(v.kind, Kind::RollBackRegression) << v.message;
  EXPECT_EQ(v.blamed, std::vector<std::string>{"write"});
  EXPECT_EQ(v.breaker, kQualityBreaker);
  EXPECT_EQ(row(v, "write").state, CapabilityState::Lost);
  EXPECT_NE(row(v, "search").state, CapabilityState::Lost);
  EXPECT_NE(v.message.find("write"), std::string::npos);
}

TEST(Evidence, PromotesWhenEveryRequiredCapabilityIsProven) {
  const Verdict v = fold_of(history(500, kGood, kGood), policy({"search", "write"})).verdict(after(500));
  EXPECT_EQ(v.kind, Kind::Promote) << v.message;
  EXPECT_EQ(row(v, "search").state, CapabilityState::Held);
}

TEST(Evidence, DoesNotPromoteBeforeTheMinimumAge) {
  EvidencePolicy slow = policy({"search", "write"});
  slow.min_age = std::chrono::hours{20};
  EXPECT_EQ(fold_of(history(500, kGood, kGood), slow).verdict(after(500)).kind, Kind::GoOn);
}

TEST(Evidence, IsInconclusiveWhenTimeIsOver) {
  EvidencePolicy brief = policy({"search", "write"});
  brief.max_duration = kInterval * 20;
  EXPECT_EQ(fold_of(history(20, kGood, kGood), brief).verdict(after(20)).kind, Kind::Inconclusive);
}

TEST(Evidence, FoldingAllSamplesAgainGivesTheSameBits) {
  const auto scrapes = history(120, Rates{{{"search", 0.85}, {"write", 0.9}}}, kGood);
  const std::vector<ShareChange> weights{{kBegan, 500}, {after(40) + Duration{3000}, 2000}};
  EvidenceFold step(policy({"search"}), kCanary, kStable, kBegan);
  std::size_t i = 0;
  for (const auto& scrape : scrapes) step.add(scrape, i++ < 40 ? std::vector{weights[0]} : weights);
  EvidenceFold replay(policy({"search"}), kCanary, kStable, kBegan);
  replay.add(merged(scrapes), weights);
  EXPECT_EQ(step.verdict(after(120)), replay.verdict(after(120)));
  EXPECT_GT(row(step.verdict(after(120)), "search").n_canary, 500);
}

TEST(Evidence, IgnoresSamplesItHasSeen) {
  const auto scrapes = history(60, kGood, kGood);
  EvidenceFold once = fold_of(scrapes, policy({"search"}));
  EvidenceFold twice(policy({"search"}), kCanary, kStable, kBegan);
  for (const auto& scrape : scrapes) {
    twice.add(scrape, {});
    twice.add(scrape, {});
    twice.add(scrapes.front(), {});
  }
  EXPECT_EQ(once.verdict(after(60)), twice.verdict(after(60)));
}

TEST(Evidence, ABlockNeverSpansAChangeOfWeight) {
  const auto scrapes = history(10, kGood, kGood);
  EvidenceFold plain = fold_of(scrapes, policy({"search"}));
  EvidenceFold changed(policy({"search"}), kCanary, kStable, kBegan);
  for (const auto& scrape : scrapes) changed.add(scrape, {{after(4) + Duration{1000}, 2500}});
  EXPECT_EQ(row(plain.verdict(after(10)), "search").n_canary - row(changed.verdict(after(10)), "search").n_canary, 5);
}

TEST(Evidence, SurvivesARestartOfTheScorer) {
  Metrics metrics(3);
  EvidenceFold fold(policy({"search"}), kCanary, kStable, kBegan);
  for (int i = 0; i <= 40; ++i) {
    if (i == 20) metrics.restart();
    metrics.interact(kCanary, kGood, i > 0 ? 5 : 0);
    metrics.interact(kStable, kGood, 20);
    fold.add(metrics.scrape(after(i)), {});
  }
  // 40 scrapes; the first one is the starting point.
  EXPECT_EQ(row(fold.verdict(after(40)), "search").n_canary, 5 * 40);
}

TEST(Evidence, ABlockCountsWithTheScrapeThatEndsIt) {
  const auto scrapes = history(10, kGood, kGood);
  EvidenceFold fold(policy({"search"}), kCanary, kStable, kBegan);
  for (int i = 0; i <= 10; ++i) {
    fold.add(scrapes[static_cast<std::size_t>(i)], {});
    if (i < 3) continue;
    EXPECT_EQ(row(fold.verdict(after(i)), "search").n_canary, 5 * i);
  }
}

// Two scorers and a gateway, each scraped at its own moment, a little early or late, one of them silent for a while:
// polled after every scrape or all at once, the numbers are the same.
TEST(Evidence, ManyTargetsPolledAnyWayGiveTheSameBits) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    Random random(seed);
    std::map<Instant, std::vector<Series>> scrapes;
    for (int pod = 0; pod < 3; ++pod) {
      Metrics metrics(seed * 10 + static_cast<std::uint64_t>(pod));
      const Duration phase{static_cast<std::int64_t>(random.below(15'000))};
      const int first = pod == 1 ? static_cast<int>(random.below(30)) : 0;
      const int silent = static_cast<int>(random.below(60));
      double served = 0;
      for (int i = first; i < 80; ++i) {
        metrics.interact(kCanary, kGood, 5);
        metrics.interact(kStable, kGood, 20);
        served += 20;
        if (pod == 1 && i >= silent && i < silent + 5) continue;
        const Instant at = after(i) + phase + Duration{static_cast<std::int64_t>(random.below(2'000)) - 1'000};
        std::vector<Series> raw = metrics.scrape(at);
        for (Series& s : raw) s.labels["instance"] = "scorer-" + std::to_string(pod);
        if (pod == 2) {
          raw = {{"served", {{"arm", "canary"}, {"instance", "gateway"}}, {{at, served}}},
                 {"served", {{"arm", "stable"}, {"instance", "gateway"}}, {{at, served * 4}}}};
        }
        scrapes[at] = raw;
      }
    }
    const std::vector<ShareChange> weights{{kBegan, 2000}, {after(20) + Duration{700}, 5000}};
    EvidenceFold live(policy({"search"}), kCanary, kStable, kBegan);
    std::vector<std::vector<Series>> all;
    for (const auto& [at, raw] : scrapes) {
      live.add(raw, weights);
      all.push_back(raw);
    }
    EvidenceFold replay(policy({"search"}), kCanary, kStable, kBegan);
    replay.add(merged(all), weights);
    EXPECT_EQ(live.verdict(after(80)), replay.verdict(after(80))) << "seed " << seed;
    EXPECT_GT(row(live.verdict(after(80)), "search").n_canary, 400) << "seed " << seed;
  }
}

TEST(Evidence, TheFirstViolationOfAZeroToleranceClassRollsBack) {
  EvidencePolicy guarded = policy({"search"});
  guarded.guardrails.push_back({"safety", "pii", 0});
  Metrics metrics(5);
  EvidenceFold fold(guarded, kCanary, kStable, kBegan);
  for (int i = 0; i <= 5; ++i) {
    metrics.interact(kCanary, kGood, 5);
    metrics.interact(kStable, kGood, 20);
    if (i == 5) metrics.counter("pawl_violations_total", {{"revision", kCanary}, {"class", "pii"}}) += 1;
    fold.add(metrics.scrape(after(i)), {});
    EXPECT_EQ(fold.verdict(after(i)).kind == Kind::RollBackGuardrail, i == 5);
  }
  EXPECT_EQ(fold.verdict(after(5)).breaker, "safety");
}

TEST(Evidence, AViolationOfStableIsNotTheCanarysFault) {
  EvidencePolicy guarded = policy({"search"});
  guarded.guardrails.push_back({"safety", "pii", 0});
  Metrics metrics(5);
  EvidenceFold fold(guarded, kCanary, kStable, kBegan);
  for (int i = 0; i <= 5; ++i) {
    metrics.interact(kCanary, kGood, 5);
    metrics.interact(kStable, kGood, 20);
    metrics.counter("pawl_violations_total", {{"revision", kStable}, {"class", "pii"}}) += 1;
    fold.add(metrics.scrape(after(i)), {});
  }
  EXPECT_NE(fold.verdict(after(5)).kind, Kind::RollBackGuardrail);
}

TEST(Evidence, ABoundedGuardrailTripsOnARateFarAboveItsLimit) {
  EvidencePolicy guarded = policy({"search"});
  guarded.guardrails.push_back({"tools", "loop", 30});  // one in a hundred
  Metrics metrics(5);
  EvidenceFold fold(guarded, kCanary, kStable, kBegan);
  for (int i = 0; i <= 20; ++i) {
    metrics.interact(kCanary, kGood, 5);
    metrics.interact(kStable, kGood, 20);
    if (i > 0) metrics.counter("pawl_violations_total", {{"revision", kCanary}, {"class", "loop"}}) += 1;
    fold.add(metrics.scrape(after(i)), {});
  }
  EXPECT_EQ(fold.verdict(after(20)).kind, Kind::RollBackGuardrail);
}

TEST(Evidence, ErrorsAloneNameTheErrorBreaker) {
  EvidencePolicy with = policy({"search"});
  with.errors_breaker = "errors";
  Metrics metrics(5);
  EvidenceFold fold(with, kCanary, kStable, kBegan);
  for (int i = 0; i <= 60; ++i) {
    metrics.interact(kCanary, kGood, 5);
    metrics.interact(kStable, kGood, 20);
    metrics.counter("pawl_interactions_total", {{"revision", kCanary}}) += 10;
    metrics.counter("pawl_interactions_total", {{"revision", kStable}}) += 40;
    metrics.counter("pawl_events_total", {{"revision", kCanary}, {"kind", "error"}}) += 4;
    metrics.counter("pawl_events_total", {{"revision", kStable}, {"kind", "error"}}) += 1;
    fold.add(metrics.scrape(after(i)), {});
  }
  const Verdict v = fold.verdict(after(60));
  EXPECT_EQ(v.kind, Kind::RollBackRegression) << v.message;
  EXPECT_EQ(v.blamed, std::vector<std::string>{kErrors});
  EXPECT_EQ(v.breaker, "errors");
}

/// Both arms serve; a share of what the canary served is never reported.
Verdict with_served(double canary_reported, double canary_share, int scrapes, double stable_reported = 1) {
  Metrics metrics(5);
  EvidenceFold fold(policy({"search"}), kCanary, kStable, kBegan);
  double canary = 0;
  double stable = 0;
  for (int i = 0; i <= scrapes; ++i) {
    metrics.interact(kCanary, kGood, 2);
    metrics.interact(kStable, kGood, 20);
    metrics.counter("pawl_interactions_total", {{"revision", kCanary}}) += 10 * canary_reported;
    metrics.counter("pawl_interactions_total", {{"revision", kStable}}) += 90 * stable_reported;
    canary += 10;
    stable += 90;
    std::vector<Series> raw = metrics.scrape(after(i));
    raw.push_back({"served", {{"arm", "canary"}, {"instance", "gw"}}, {{after(i), canary}}});
    raw.push_back({"served", {{"arm", "stable"}, {"instance", "gw"}}, {{after(i), stable}}});
    fold.add(raw, {{kBegan, static_cast<int>(canary_share * 10000)}});
  }
  return fold.verdict(after(scrapes));
}

TEST(Evidence, LowCoverageOfBothArmsHoldsAndBlamesNobody) {
  const Verdict v = with_served(0.8, 0.1, 100, 0.8);
  EXPECT_EQ(v.kind, Kind::Hold) << v.message;
  EXPECT_EQ(v.reason, "CoverageLow");
}

TEST(Evidence, ACanaryThatStaysSilentIsFoundByItsCoverage) {
  const Verdict v = with_served(0.5, 0.1, 60);
  EXPECT_EQ(v.kind, Kind::RollBackRegression) << v.message;
  EXPECT_EQ(v.blamed, std::vector<std::string>{kCoverage});
}

TEST(Evidence, FullCoverageAndTheConfiguredSplitDoNotHold) {
  EXPECT_EQ(with_served(1, 0.1, 60).kind, Kind::GoOn) << with_served(1, 0.1, 60).message;
}

TEST(Evidence, AWrongTrafficSplitHolds) {
  const Verdict v = with_served(1, 0.3, 60);
  EXPECT_EQ(v.kind, Kind::Hold);
  EXPECT_EQ(v.reason, "TrafficSplitWrong") << v.message;
}

TEST(Evidence, AMissingRequiredCapabilityHolds) {
  const Verdict v = fold_of(history(200, kGood, kGood), policy({"search", "translate"})).verdict(after(200));
  EXPECT_EQ(v.kind, Kind::Hold);
  EXPECT_EQ(v.reason, "CapabilityMissing");
}

TEST(Evidence, OnlyEqualEvaluatorVersionsAreCompared) {
  auto scrapes = history(60, kBad, kGood);
  for (auto& scrape : scrapes) {
    for (Series& s : scrape) {
      if (s.labels["revision"] == kCanary) s.labels["evaluator_version"] = "2";
    }
  }
  const Verdict v = fold_of(scrapes, policy({"write"})).verdict(after(60));
  EXPECT_EQ(v.kind, Kind::Hold) << v.message;
  EXPECT_EQ(v.reason, "CapabilityMissing");
}

// No score from before the rollout counts.
TEST(Evidence, T6_ScoresFromBeforeTheRolloutNeverCount) {
  Metrics metrics(9);
  EvidenceFold fold(policy({"write"}), kCanary, kStable, kBegan);
  metrics.interact(kCanary, Rates{{{"write", 0.0}}}, 500);
  metrics.interact(kStable, Rates{{{"write", 1.0}}}, 500);
  for (int i = 1; i <= 40; ++i) {
    metrics.interact(kCanary, kGood, 5);
    metrics.interact(kStable, kGood, 20);
    fold.add(metrics.scrape(after(i)), {});
  }
  const Verdict v = fold.verdict(after(40));
  EXPECT_NE(v.kind, Kind::RollBackRegression) << v.message;
  EXPECT_LE(row(v, "write").n_canary, 5 * 40);
  EXPECT_GT(row(v, "write").canary_mean, 0.8);
}

TEST(Evidence, T6_SamplesBeforeTheBeginningOnlySetTheStartingPoint) {
  Metrics metrics(9);
  EvidenceFold fold(policy({"write"}), kCanary, kStable, kBegan);
  for (int i = -40; i <= 0; ++i) {
    metrics.interact(kCanary, Rates{{{"write", 0.0}}}, 5);
    metrics.interact(kStable, Rates{{{"write", 1.0}}}, 20);
    fold.add(metrics.scrape(after(i)), {});
  }
  EXPECT_EQ(row(fold.verdict(after(0)), "write").n_canary, 0);
  EXPECT_EQ(fold.verdict(after(0)).kind, Kind::Hold);
}

/// A regression in the data, but every canary sum replaced.
Verdict with_canary_values(double value, const std::string& metric) {
  auto scrapes = history(80, kBad, kGood);
  for (auto& scrape : scrapes) {
    for (Series& s : scrape) {
      if (s.metric == metric && s.labels["revision"] == kCanary) s.samples[0].value = value;
    }
  }
  return fold_of(scrapes, policy({"search", "write"})).verdict(after(80));
}

TEST(Evidence, T8_NotANumberAndInfinitiesAreInsufficient) {
  for (const double value : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
                             -std::numeric_limits<double>::infinity(), -1.0, 1e300}) {
    for (const char* metric : {"pawl_score_count_total", "pawl_score_sum_total", "pawl_score_sumsq_total"}) {
      const Verdict v = with_canary_values(value, metric);
      EXPECT_EQ(v.kind, Kind::Hold) << value << ' ' << metric << ' ' << v.message;
      EXPECT_EQ(row(v, "write").state, CapabilityState::Insufficient);
      EXPECT_TRUE(v.blamed.empty());
    }
  }
}

TEST(Evidence, T8_OneNotANumberAmongGoodSamplesLosesNothing) {
  auto scrapes = history(500, kGood, kGood);
  for (Series& s : scrapes[100]) s.samples[0].value = std::numeric_limits<double>::quiet_NaN();
  const Verdict v = fold_of(scrapes, policy({"search", "write"})).verdict(after(500));
  EXPECT_EQ(v.kind, Kind::Promote) << v.message;
  EXPECT_EQ(row(v, "search").n_canary,
            row(fold_of(history(500, kGood, kGood), policy({"search"})).verdict(after(500)), "search").n_canary);
}

TEST(Evidence, T8_AnEmptyAnswerHolds) {
  EvidenceFold fold(policy({"search"}), kCanary, kStable, kBegan);
  fold.add({}, {});
  fold.add({{"pawl_score_count_total", {{"revision", kCanary}, {"capability", "search"}}, {}}}, {});
  EXPECT_EQ(fold.verdict(after(1)).kind, Kind::Hold);
  EXPECT_EQ(fold.verdict(after(100)).reason, "EvidenceStale");
}

TEST(Evidence, T8_TwoSeriesWhereOneBelongsAreInsufficient) {
  auto scrapes = history(80, kBad, kGood);
  for (auto& scrape : scrapes) {
    const std::vector<Series> once = scrape;
    for (Series s : once) {
      if (s.labels["revision"] != kCanary) continue;
      s.labels["container"] = "copy";
      s.samples[0].value += 1;
      scrape.push_back(s);
    }
  }
  const Verdict v = fold_of(scrapes, policy({"search", "write"})).verdict(after(80));
  EXPECT_EQ(v.kind, Kind::Hold) << v.message;
  EXPECT_EQ(row(v, "write").state, CapabilityState::Insufficient);
}

TEST(Evidence, T8_ScoresOutsideZeroAndOneAreInsufficient) {
  const Verdict v = with_canary_values(1e6, "pawl_score_sum_total");
  EXPECT_EQ(v.kind, Kind::Hold) << v.message;
}

TEST(Evidence, T8_StableWithoutDataHolds) {
  auto scrapes = history(80, kBad, kGood);
  for (auto& scrape : scrapes) std::erase_if(scrape, [](Series& s) { return s.labels["revision"] == kStable; });
  const Verdict v = fold_of(scrapes, policy({"write"})).verdict(after(80));
  EXPECT_EQ(v.kind, Kind::Hold);
  EXPECT_EQ(v.reason, "StableWithoutData");
}

TEST(Evidence, T9_AskingAThousandTimesChangesNothing) {
  EvidenceFold fold = fold_of(history(60, kGood, kGood), policy({"search"}));
  const Verdict first = fold.verdict(after(60));
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(fold.verdict(after(60)), first);
}

TEST(Evidence, T9_AFailedVerdictStaysFailed) {
  auto scrapes = history(80, kBad, kGood);
  EvidenceFold fold = fold_of(scrapes, policy({"write"}));
  ASSERT_EQ(fold.verdict(after(80)).kind, Kind::RollBackRegression);
  Metrics metrics(1);
  for (int i = 81; i < 600; ++i) {
    metrics.interact(kCanary, Rates{{{"write", 1.0}}}, 20);
    metrics.interact(kStable, kGood, 20);
    fold.add(metrics.scrape(after(i)), {});
  }
  EXPECT_EQ(fold.verdict(after(600)).kind, Kind::RollBackRegression);
}

TEST(Evidence, T10_ADeadMetricsSourceHoldsAndBlamesNobody) {
  EvidenceFold fold = fold_of(history(500, kGood, kGood), policy({"search", "write"}));
  ASSERT_EQ(fold.verdict(after(500)).kind, Kind::Promote);
  fold.add({}, {});
  const Verdict v = fold.verdict(after(510));
  EXPECT_EQ(v.kind, Kind::Hold);
  EXPECT_EQ(v.reason, "EvidenceStale") << v.message;
  EXPECT_TRUE(v.blamed.empty());
  EXPECT_FALSE(v.fresh);
}

TEST(Evidence, T10_ADeadMetricsSourceEndsInconclusive) {
  EvidenceFold fold = fold_of(history(50, kGood, kGood), policy({"search"}));
  const Verdict v = fold.verdict(kBegan + std::chrono::hours{24});
  EXPECT_EQ(v.kind, Kind::Inconclusive);
  EXPECT_TRUE(v.blamed.empty());
}

}  // namespace
}  // namespace pawl::domain

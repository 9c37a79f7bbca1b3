// Evidence over a real HTTP connection: what a metrics source says, and what it fails to say.
#include "adapters/prometheus_evidence.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <set>
#include <thread>

#include "adapters/objects.h"
#include "domain/rollout/evidence_policy.h"
#include "support/manual_clock.h"
#include "support/rollout_builders.h"
#include "unit/adapters/prometheus_server.h"

namespace pawl::adapters {
namespace {

using domain::Series;
using domain::Verdict;
using namespace std::chrono_literals;

constexpr const char* kCohort = "shop/support/1";
const double kNaN = std::numeric_limits<double>::quiet_NaN();

/// The counters of one scorer: scores of "search" in both arms, violations if there are any.
struct Counters {
  std::string cohort = kCohort;
  double n[2] = {0, 0};  // canary, stable
  double passes[2] = {0, 0};
  double violations = 0;  // of the canary

  void score(int count, double canary_rate, double stable_rate) {
    for (double& arm : n) arm += count;
    passes[0] += std::round(count * canary_rate);
    passes[1] += std::round(count * stable_rate);
  }
  [[nodiscard]] std::vector<Series> at(Instant when) const {
    std::vector<Series> out;
    for (int arm = 0; arm < 2; ++arm) {
      const std::map<std::string, std::string> labels{
          {"revision", digest_label(testing::digest_of(arm == 0 ? "r2" : "r1"))},
          {"rollout", cohort},
          {"instance", "scorer"}};
      auto scores = labels;
      scores.insert({{"capability", "search"}, {"evaluator", "judge"}, {"evaluator_version", "1"}});
      out.push_back({"pawl_score_count_total", scores, {{when, n[arm]}}});
      out.push_back({"pawl_score_sum_total", scores, {{when, passes[arm]}}});
      out.push_back({"pawl_score_sumsq_total", scores, {{when, passes[arm]}}});
      if (arm == 1 || violations == 0) continue;
      auto pii = labels;
      pii.emplace("class", "pii");
      out.push_back({"pawl_violations_total", pii, {{when, violations}}});
    }
    return out;
  }
};

class EvidenceOver : public ::testing::Test {
 protected:
  EvidenceOver() {
    seen = testing::a_rollout().in_canary(1).build();
    seen.status.candidate->started_at = began;
    seen.status.weights.changes = {{began, 5000}};
    seen.spec.evidence.prometheus = prometheus.url();
    seen.spec.evidence.interval = Duration{1'000};
    seen.spec.evidence.capabilities = {{"search", 0.1}};
    seen.spec.analysis.min_age = Duration{0};
  }
  /// A scrape, and a second later.
  void scrape(const Counters& counters) {
    clock.advance(1s);
    prometheus.scrape(counters.at(clock.wall()));
  }
  void scrapes(Counters& counters, int times, double canary_rate, double stable_rate) {
    for (int i = 0; i < times; ++i) {
      counters.score(40, canary_rate, stable_rate);
      scrape(counters);
    }
  }
  /// Lets the reading thread read all that is due; the clock stands still meanwhile.
  void settle(const PrometheusEvidence& source) const {
    for (EvidenceReads before = source.reads();; before = source.reads()) {
      await([&] { return source.reads().rounds >= before.rounds + 2; });
      if (source.reads().queries == before.queries) return;
    }
  }
  template <class Condition>
  static void await(Condition holds) {
    for (int i = 0; i < 5'000 && !holds(); ++i) std::this_thread::sleep_for(2ms);
  }
  domain::Judgement verdict_of(PrometheusEvidence& source) {
    source.judge(key, seen, clock.wall());
    settle(source);
    return source.judge(key, seen, clock.wall());
  }
  domain::Judgement verdict() { return verdict_of(evidence); }
  /// The verdict after everything was read once by a process that just started.
  domain::Judgement verdict_after_a_restart() {
    PrometheusEvidence fresh{clock, [](const ports::RolloutKey&) {}};
    const std::jthread thread{[&](std::stop_token stop) { fresh.run(stop); }};
    return verdict_of(fresh);
  }

  /// The candidate serves all traffic; the old stable stays warm.
  void promote() {
    const domain::CandidateStatus judged = *seen.status.candidate;
    seen.status.previous = seen.status.stable;
    seen.status.stable = judged.revision;
    seen.status.soak = domain::SoakStatus{judged.cohort, judged.started_at};
    seen.status.candidate.reset();
    seen.status.phase = domain::Phase::Stable;
  }

  const ports::RolloutKey key{"shop", "support"};
  test::ManualClock clock;
  const Instant began = clock.wall();
  test::PrometheusServer prometheus;
  domain::Observation seen;
  std::atomic<int> told{0};
  PrometheusEvidence evidence{clock, [this](const ports::RolloutKey&) { ++told; }};
  std::jthread reader{[this](std::stop_token stop) { evidence.run(stop); }};
};

TEST_F(EvidenceOver, NoAnswerYetIsNoVerdict) {
  EXPECT_EQ(evidence.judge(key, seen, clock.wall()).kind, Verdict::Kind::None);
}

TEST_F(EvidenceOver, AShareThatIsMeasuredIsOneToWaitForBeforeTheFirstAnswer) {
  seen.spec.evidence.served = domain::ServedSpec{.stable = "stable", .canary = "canary"};
  const domain::Judgement judgement = evidence.judge(key, seen, clock.wall());
  EXPECT_TRUE(judgement.share.configured) << "a restart during a rollback would let pods go that still have traffic";
  EXPECT_FALSE(judgement.share.about_zero);
}

TEST_F(EvidenceOver, ARegressionIsFoundAndTold) {
  Counters counters;
  scrapes(counters, 30, 0.4, 0.9);
  const auto judgement = verdict();
  EXPECT_EQ(judgement.kind, Verdict::Kind::RollBackRegression) << judgement.message;
  EXPECT_EQ(judgement.breaker, "quality");
  EXPECT_GE(told, 1);
  const auto& lost = judgement.scoreboard.front();
  ASSERT_TRUE(lost.difference);
  EXPECT_LT(lost.difference->upper, 0) << "the edit is worse, as far as an interval can say";
  EXPECT_NEAR((lost.difference->lower + lost.difference->upper) / 2, lost.canary_mean - lost.stable_mean, 0.02);
}

TEST_F(EvidenceOver, AHealthyEditIsProven) {
  Counters counters;
  scrapes(counters, 40, 0.9, 0.9);
  const auto judgement = verdict();
  EXPECT_EQ(judgement.kind, Verdict::Kind::Promote) << judgement.reason << ": " << judgement.message;
}

TEST_F(EvidenceOver, APromotionIsChargedToTheLedgerAndASpentLedgerAsksForAGain) {
  Counters counters;
  scrapes(counters, 40, 0.9, 0.9);
  const auto before = verdict();
  ASSERT_EQ(before.kind, Verdict::Kind::Promote);
  ASSERT_EQ(before.losses.size(), 1U) << "of capabilities alone";
  EXPECT_EQ(before.losses[0].capability, "search");
  EXPECT_NEAR(before.losses[0].loss, 0, 0.01);
  EXPECT_GT(before.losses[0].error, 0);
  seen.status.loss_ledger = {"r0", {{"search", 0.2, 0}}};
  EXPECT_EQ(verdict_after_a_restart().kind, Verdict::Kind::GoOn) << "twice the margin of 0.1 is lost";
}

TEST_F(EvidenceOver, AGroupIsChargedToTheLedgerAndItsMembersAreNot) {
  seen.spec.evidence.capabilities.clear();
  seen.spec.evidence.groups = {{"rare", {"search"}, 0.1, std::nullopt}};
  Counters counters;
  scrapes(counters, 40, 0.9, 0.9);
  const auto judgement = verdict();
  ASSERT_EQ(judgement.losses.size(), 1U);
  EXPECT_EQ(judgement.losses[0].capability, "rare");
}

TEST_F(EvidenceOver, ACapabilityWithoutTrafficIsForeseenAndTold) {
  seen.spec.evidence.capabilities.push_back({"refunds", 0.1});
  seen.spec.analysis.max_duration = Duration{600'000};
  Counters counters;
  scrapes(counters, 5, 0.9, 0.9);
  EXPECT_TRUE(verdict().shortages.empty()) << "five seconds say nothing";
  const int before = told;
  scrapes(counters, 35, 0.9, 0.9);
  const auto judgement = verdict();
  ASSERT_EQ(judgement.shortages.size(), 1U);
  EXPECT_EQ(judgement.shortages[0].capability, "refunds");
  EXPECT_GT(told, before);
}

TEST_F(EvidenceOver, ADropWithinTheSpecsToleranceIsNoRegression) {
  seen.spec.evidence.capabilities = {{"search", 0.5, 0.3}};
  verdict();
  Counters counters;
  scrapes(counters, 60, 0.7, 0.9);
  EXPECT_EQ(verdict().kind, Verdict::Kind::Promote) << verdict().message;
}

TEST_F(EvidenceOver, ALatencyBreakerReadsTheHistogram) {
  seen.spec.breakers.emplace_back().name = "slow";
  seen.spec.breakers.back().latency = {1.0, 1.0};
  verdict();
  Counters counters;
  double answers = 0;
  for (int i = 0; i < 60; ++i) {
    counters.score(40, 0.9, 0.9);
    answers += 40;
    clock.advance(1s);
    std::vector<Series> raw = counters.at(clock.wall());
    const std::vector<Series> scores = raw;
    for (const Series& series : scores) {
      if (series.metric != "pawl_score_count_total") continue;
      const bool canary = series.labels.at("revision") == digest_label(testing::digest_of("r2"));
      for (const auto& [le, in_time] : {std::pair{"1", canary ? 0.5 : 0.9}, std::pair{"+Inf", 1.0}}) {
        std::map<std::string, std::string> labels{
            {"revision", series.labels.at("revision")}, {"rollout", kCohort}, {"instance", "scorer"}, {"le", le}};
        raw.push_back({"pawl_interaction_duration_seconds_bucket", labels, {{clock.wall(), answers * in_time}}});
      }
    }
    prometheus.scrape(raw);
  }
  const domain::Judgement judgement = verdict();
  EXPECT_EQ(judgement.kind, Verdict::Kind::RollBackRegression) << judgement.message;
  EXPECT_EQ(judgement.breaker, "slow");
}

TEST_F(EvidenceOver, ScoresOfAnEarlierRolloutCountForNothing) {
  Counters earlier;
  earlier.cohort = "shop/support/0";
  Counters counters;
  for (int i = 0; i < 10; ++i) {
    earlier.score(40, 0.0, 0.9);
    counters.score(40, 0.9, 0.9);
    prometheus.scrape(earlier.at(clock.wall() + 1s));
    scrape(counters);
  }
  const auto judgement = verdict();
  EXPECT_NE(judgement.kind, Verdict::Kind::RollBackRegression) << judgement.message;
  ASSERT_FALSE(judgement.scoreboard.empty());
  EXPECT_LE(judgement.scoreboard[0].canary_n, 400);
  EXPECT_GT(judgement.scoreboard[0].canary_mean, 0.8);
}

TEST_F(EvidenceOver, SamplesFromBeforeTheBeginningOnlySetTheStart) {
  Counters counters;
  counters.score(5'000, 0.0, 0.9);  // whatever this was, it was before
  prometheus.scrape(counters.at(began - 1s));
  scrapes(counters, 10, 0.9, 0.9);
  const auto judgement = verdict();
  EXPECT_NE(judgement.kind, Verdict::Kind::RollBackRegression) << judgement.message;
  ASSERT_FALSE(judgement.scoreboard.empty());
  EXPECT_LE(judgement.scoreboard[0].canary_n, 400);
}

TEST_F(EvidenceOver, NotANumberIsNoEvidenceEitherWay) {
  Counters counters;
  scrapes(counters, 40, 0.9, 0.9);
  ASSERT_EQ(verdict().kind, Verdict::Kind::Promote) << "without the bad samples it would be";
  counters.passes[0] = kNaN;
  scrape(counters);
  scrape(counters);
  const auto judgement = verdict();
  EXPECT_EQ(judgement.kind, Verdict::Kind::Hold) << judgement.reason;
  EXPECT_EQ(judgement.reason, "EvidenceInvalid");
  EXPECT_NE(judgement.detail, "");
}

TEST_F(EvidenceOver, AnArmWhoseEveryCounterIsUnusableIsNotCalledSilent) {
  Counters counters;
  counters.passes[0] = kNaN;
  scrapes(counters, 8, 0.9, 0.9);
  const auto judgement = verdict();
  EXPECT_EQ(judgement.kind, Verdict::Kind::Hold);
  EXPECT_EQ(judgement.reason, "EvidenceInvalid") << judgement.message;
}

TEST_F(EvidenceOver, TwoSeriesWhereOneBelongsAreNoEvidenceEitherWay) {
  Counters counters;
  scrapes(counters, 40, 0.9, 0.9);
  counters.score(40, 0.9, 0.9);
  clock.advance(1s);
  auto twice = counters.at(clock.wall());
  auto again = twice;
  for (Series& s : again) {
    s.labels["zone"] = "b";
    s.samples[0].value += 7;
  }
  prometheus.scrape(twice);
  prometheus.scrape(again);
  const auto judgement = verdict();
  EXPECT_EQ(judgement.kind, Verdict::Kind::Hold) << judgement.reason;
  EXPECT_EQ(judgement.reason, "EvidenceInvalid");
}

TEST_F(EvidenceOver, ASourceThatStopsMakingSenseHoldsTheShare) {
  Counters counters;
  scrapes(counters, 40, 0.9, 0.9);
  ASSERT_EQ(verdict().kind, Verdict::Kind::Promote);
  struct Nonsense {
    int status;
    const char* body;
    const char* type;
  };
  for (const auto& [status, body, type] :
       {Nonsense{200, "<html>please log in</html>", "text/html"}, Nonsense{500, "oops", "text/plain"},
        Nonsense{200, "{}", "application/json"},
        Nonsense{200, R"({"status":"success","data":{"resultType":"matrix","result":[]}})", "application/json"}}) {
    prometheus.answer_always(status, body, type);
    clock.advance(10s);
    const auto judgement = verdict();
    EXPECT_EQ(judgement.kind, Verdict::Kind::Hold) << status << " " << body;
    EXPECT_EQ(judgement.reason, "EvidenceStale");
    const bool answered = std::string_view(body).starts_with("{\"status\":\"success\"");
    EXPECT_EQ(judgement.detail.find("Prometheus at ") == std::string::npos, answered)
        << "what a reading failed with is told: " << judgement.detail;
  }
}

TEST_F(EvidenceOver, ASourceThatNeverMadeSenseNeverPromotesAndNeverBlames) {
  for (const int status : {200, 500}) {
    prometheus.answer_always(status, "<html>please log in</html>");
    for (int i = 0; i < 3; ++i) {
      clock.advance(3s);
      const auto kind = verdict().kind;
      EXPECT_TRUE(kind == Verdict::Kind::Hold || kind == Verdict::Kind::None) << static_cast<int>(kind);
    }
  }
  EXPECT_GE(evidence.reads().failures, 2U);
}

TEST_F(EvidenceOver, ARefusedConnectionNeverPromotesAndNeverBlames) {
  seen.spec.evidence.prometheus = "http://127.0.0.1:1";
  clock.advance(1s);
  const auto first = verdict().kind;
  EXPECT_TRUE(first == Verdict::Kind::Hold || first == Verdict::Kind::None);
  clock.advance(30s);
  EXPECT_EQ(verdict().reason, "EvidenceStale");
}

TEST_F(EvidenceOver, ASourceThatGivesNoAnswerIsAskedOnceARoundAndTellsEveryRolloutOfIt) {
  seen.spec.evidence.prometheus = "http://127.0.0.1:1";
  clock.advance(30s);
  const std::vector<ports::RolloutKey> fleet{{"shop", "a"}, {"shop", "b"}, {"shop", "c"}};
  for (const ports::RolloutKey& each : fleet) evidence.judge(each, seen, clock.wall());
  settle(evidence);
  clock.advance(1s);  // now a round has all of them
  const EvidenceReads before = evidence.reads();
  settle(evidence);
  EXPECT_EQ(evidence.reads().queries - before.queries, 2U) << "one for news, one for the first that was due";
  for (const ports::RolloutKey& each : fleet) {
    EXPECT_EQ(evidence.judge(each, seen, clock.wall()).reason, "EvidenceStale") << each.name;
  }
}

TEST_F(EvidenceOver, AClockThatWasAheadAndIsPutRightGoesOnReading) {
  Counters counters;
  scrapes(counters, 2, 0.9, 0.9);
  clock.jump_wall(Duration{3'600'000});
  verdict();
  clock.jump_wall(Duration{-3'600'000});
  scrapes(counters, 30, 0.4, 0.9);
  EXPECT_EQ(verdict().kind, Verdict::Kind::RollBackRegression);
}

TEST_F(EvidenceOver, ASourceThatWasDownIsReadFromTheBeginning) {
  prometheus.answer_always(500);
  Counters counters;
  scrapes(counters, 15, 0.4, 0.9);
  verdict();
  prometheus.answer_always(0);
  scrapes(counters, 15, 0.4, 0.9);
  const auto judgement = verdict();
  EXPECT_EQ(judgement.kind, Verdict::Kind::RollBackRegression);
  EXPECT_EQ(judgement.message, verdict_after_a_restart().message);
}

TEST_F(EvidenceOver, AHeldStatusSaysTheSameFromScrapeToScrape) {
  seen.spec.evidence.capabilities.push_back({"refunds", 0.1});
  Counters counters;
  scrapes(counters, 10, 0.9, 0.9);
  const auto first = verdict();
  EXPECT_EQ(first.reason, "CapabilityMissing");
  EXPECT_EQ(
      first.detail,
      "required capability refunds has no comparable scores of both arms; check spec.evidence.capabilities against the scorer's names");
  const int told_before = told;
  scrapes(counters, 3, 0.9, 0.9);
  EXPECT_EQ(verdict().detail, first.detail);
  EXPECT_EQ(told, told_before) << "nobody is woken for the same verdict";
}

TEST_F(EvidenceOver, AViolationDoesNotWaitForTheInterval) {
  seen.spec.evidence.interval = Duration{15'000};
  seen.spec.breakers = {{"pii-leak", "pii", 0, false}};
  Counters counters;
  scrapes(counters, 2, 0.9, 0.9);
  ASSERT_NE(verdict().kind, Verdict::Kind::RollBackGuardrail);
  counters.violations = 1;
  scrape(counters);  // one second later; the next reading is due in fourteen
  const auto judgement = verdict();
  EXPECT_EQ(judgement.kind, Verdict::Kind::RollBackGuardrail) << judgement.reason;
  EXPECT_EQ(judgement.breaker, "pii-leak");
}

TEST_F(EvidenceOver, NewsAreLookedForTenTimesPerScrapeAndAtLeastOnceASecond) {
  const auto looks = [&] {
    const auto queries = prometheus.queries();
    return std::ranges::count_if(queries, [](const std::string& query) {
      return query.starts_with("{__name__=~\"pawl_interactions_total|pawl_violations_total\"");
    });
  };
  const auto looks_in_a_second = [&](Duration interval) {
    seen.spec.evidence.interval = interval;
    verdict();
    const auto before = looks();
    for (int i = 0; i < 10; ++i) {
      clock.advance(100ms);
      settle(evidence);
    }
    return looks() - before;
  };
  EXPECT_EQ(looks_in_a_second(Duration{1'000}), 10);
  EXPECT_EQ(looks_in_a_second(Duration{5'000}), 2);
  EXPECT_EQ(looks_in_a_second(Duration{15'000}), 1);
}

TEST_F(EvidenceOver, NewsOfManyRolloutsComeFiftyAtATime) {
  std::vector<domain::Observation> fleet(60, seen);
  for (std::size_t i = 0; i < fleet.size(); ++i) {
    fleet[i].status.candidate->cohort = "shop/agent-" + std::to_string(i) + "/1";
    evidence.judge({"shop", "agent-" + std::to_string(i)}, fleet[i], clock.wall());
  }
  for (int look = 0; look < 2; ++look) {  // one may have begun before the last of them was known
    clock.advance(1s);
    settle(evidence);
  }
  std::size_t most = 0;
  std::set<std::string> named;
  for (const std::string& query : prometheus.queries()) {
    if (!query.starts_with("{__name__=~\"pawl_interactions_total|pawl_violations_total\"")) continue;
    std::size_t here = 0;
    for (std::size_t i = 0; i < fleet.size(); ++i) {
      if (query.find("agent-" + std::to_string(i) + "/1") == std::string::npos) continue;
      named.insert(std::to_string(i));
      ++here;
    }
    most = std::max(most, here);
  }
  EXPECT_EQ(named.size(), fleet.size());
  EXPECT_EQ(most, 50U);
}

// The breakers of a promoted revision stay armed while the old stable is warm.
TEST_F(EvidenceOver, AViolationDuringTheSoakIsStillTheCandidates) {
  seen.spec.breakers = {{"pii-leak", "pii", 0, false}};
  Counters counters;
  scrapes(counters, 3, 0.9, 0.9);
  ASSERT_NE(verdict().kind, Verdict::Kind::RollBackGuardrail);
  promote();
  counters.violations = 1;
  scrape(counters);
  EXPECT_EQ(verdict().kind, Verdict::Kind::RollBackGuardrail);
  seen.status.previous.reset();
  seen.status.soak.reset();
  EXPECT_EQ(verdict().kind, Verdict::Kind::None) << "the soak is over: there is nothing to go back to";
}

TEST_F(EvidenceOver, ARestartWhileAPromotionSoaksSaysTheSameToTheLastBit) {
  Counters counters;
  scrapes(counters, 10, 0.8, 0.9);
  seen.status.weights.changes.push_back({clock.wall() + 500ms, 10'000});
  verdict();
  scrapes(counters, 5, 0.8, 0.9);
  promote();
  const double log_e = verdict().log_e;
  EXPECT_EQ(verdict_after_a_restart().log_e, log_e);
  seen.status.weights.changes.clear();
  EXPECT_NE(verdict_after_a_restart().log_e, log_e) << "a block that spans the change would count";
}

TEST_F(EvidenceOver, AScrapeWithAViolationKeepsItsScores) {
  seen.spec.breakers = {{"pii-leak", "pii", 1'000, false}};
  Counters counters;
  for (int i = 0; i < 6; ++i) {
    counters.violations += 1;
    scrapes(counters, 1, 0.9, 0.9);
    verdict();
  }
  scrapes(counters, 3, 0.9, 0.9);
  const auto judgement = verdict();
  const auto replayed = verdict_after_a_restart();
  ASSERT_FALSE(judgement.scoreboard.empty());
  EXPECT_GE(judgement.scoreboard[0].canary_n, 6 * 40);
  EXPECT_EQ(judgement.scoreboard, replayed.scoreboard);
}

TEST_F(EvidenceOver, ARestartReadsEverythingAndSaysTheSame) {
  Counters counters;
  for (int i = 0; i < 5; ++i) {
    scrapes(counters, 4, 0.7, 0.9);
    verdict();
  }
  const auto grown = verdict();
  const auto replayed = verdict_after_a_restart();
  EXPECT_EQ(grown.kind, replayed.kind);
  EXPECT_EQ(grown.message, replayed.message) << "to the last digit";
  EXPECT_EQ(grown.scoreboard, replayed.scoreboard);
}

// A sample is stamped when its scrape begins and is there when it ends, up to the scrape's timeout later: ten seconds
// by default.
TEST_F(EvidenceOver, AScrapeThatTookEightSecondsCountsAsAfterARestart) {
  seen.spec.evidence.interval = Duration{15'000};
  Counters counters;
  for (int i = 0; i < 12; ++i) {
    const bool late = i % 3 == 1;
    counters.score(40, 0.8, 0.9);
    const std::vector<Series> samples = counters.at(clock.wall());
    if (!late) prometheus.scrape(samples);
    clock.advance(7s);
    verdict();  // a reading is due
    clock.advance(1s);
    if (late) prometheus.scrape(samples);
    clock.advance(7s);
  }
  const auto judgement = verdict();
  const auto replayed = verdict_after_a_restart();
  EXPECT_EQ(judgement.log_e, replayed.log_e);
  EXPECT_EQ(judgement.scoreboard, replayed.scoreboard);
  EXPECT_GT(judgement.scoreboard.at(0).canary_n, 300);
}

// What stable had scored in the day before tells the bets where to begin.
class EvidenceAfterAQuietDay : public EvidenceOver {
 protected:
  EvidenceAfterAQuietDay() {
    Counters before;
    before.cohort = "";
    for (int i = 0; i < 20; ++i) {
      before.score(100, 0.99, 0.99);
      std::vector<Series> raw = before.at(began - std::chrono::hours{10} + std::chrono::minutes{i});
      for (Series& one : raw) one.labels.erase("rollout");
      prometheus.scrape(raw);
    }
  }
  [[nodiscard]] int histories_asked() const {
    const auto queries = prometheus.queries();
    return static_cast<int>(
        std::ranges::count_if(queries, [](const std::string& q) { return q.find("increase(") != std::string::npos; }));
  }
};

TEST_F(EvidenceAfterAQuietDay, BeginsWithWhatStableScoredAndAsksForItOnce) {
  const auto fold_with = [&](domain::StableHistory history) {
    return domain::EvidenceFold(domain::evidence_policy(seen.spec), digest_label(testing::digest_of("r2")),
                                digest_label(testing::digest_of("r1")), began, std::move(history));
  };
  domain::EvidenceFold unprepared = fold_with({});
  domain::EvidenceFold prepared = fold_with({{"search", domain::pseudo_scores(domain::binary_counts(1900, 1881))}});
  Counters counters;
  for (int i = 0; i < 6; ++i) {
    scrapes(counters, 1, 0.9, 0.99);
    for (domain::EvidenceFold* fold : {&unprepared, &prepared}) fold->add(counters.at(clock.wall()), {{began, 5000}});
    verdict();
  }
  EXPECT_EQ(histories_asked(), 1);
  EXPECT_EQ(verdict().log_e, prepared.verdict(clock.wall()).log_e_global);
  EXPECT_NE(verdict().log_e, unprepared.verdict(clock.wall()).log_e_global);
}

TEST_F(EvidenceAfterAQuietDay, ARestartSaysTheSameToTheLastBit) {
  Counters counters;
  for (int i = 0; i < 5; ++i) {
    scrapes(counters, 2, 0.9, 0.99);
    verdict();
  }
  EXPECT_EQ(verdict().log_e, verdict_after_a_restart().log_e);
  EXPECT_EQ(histories_asked(), 2);
}

TEST_F(EvidenceAfterAQuietDay, ASourceThatIsDownIsAskedAgainBeforeAnythingIsJudged) {
  Counters counters;
  prometheus.answer_always(500);
  scrapes(counters, 5, 0.9, 0.99);
  verdict();
  prometheus.answer_always(0);
  scrapes(counters, 5, 0.9, 0.99);
  EXPECT_EQ(verdict().log_e, verdict_after_a_restart().log_e);
}

// What comes of a truncated answer, a proxy's page or a redirect depends on the moment: it is no answer.
TEST_F(EvidenceAfterAQuietDay, AnAnswerThatMakesNoSenseIsAskedForAgainBeforeAnythingIsJudged) {
  struct Nonsense {
    int status;
    const char* body;
    const char* type;
  };
  int asked = 0;
  for (const auto& [status, body, type] :
       {Nonsense{200, R"({"status":"succ)", "application/json"}, Nonsense{200, "<html>log in</html>", "text/html"},
        Nonsense{302, "", "text/html"}, Nonsense{404, "not here", "text/plain"}}) {
    evidence.forget(key);
    Counters counters;
    counters.cohort = seen.status.candidate->cohort = "shop/support/" + std::to_string(10 + asked++);
    prometheus.answer_histories(status, body, type);
    scrapes(counters, 25, 0.9, 0.99);
    const auto held = verdict();
    EXPECT_EQ(held.kind, Verdict::Kind::Hold) << status << " " << body;
    EXPECT_EQ(held.reason, "EvidenceStale") << status << " " << body;
    prometheus.answer_histories(0);
    scrapes(counters, 2, 0.9, 0.99);
    const auto judged = verdict();
    EXPECT_NE(judged.reason, "EvidenceStale");
    EXPECT_EQ(judged.log_e, verdict_after_a_restart().log_e) << status << " " << body;
  }
}

TEST_F(EvidenceAfterAQuietDay, ASourceThatRefusesSuchAQuestionHasNoHistory) {
  prometheus.answer_histories(400, R"({"status":"error","errorType":"bad_data","error":"unknown function"})",
                              "application/json");
  Counters counters;
  scrapes(counters, 5, 0.9, 0.99);
  const auto judgement = verdict();
  EXPECT_NE(judgement.reason, "EvidenceStale") << judgement.detail;
  scrapes(counters, 5, 0.9, 0.99);
  EXPECT_EQ(verdict().log_e, verdict_after_a_restart().log_e);
  EXPECT_EQ(histories_asked(), 2) << "once by each process";
}

// A day of a busy agent does not fit into one answer.
TEST_F(EvidenceOver, ARestartReadsALongTrialInPieces) {
  seen.spec.evidence.interval = std::chrono::minutes{1};
  Counters counters;
  for (int i = 0; i < 200; ++i) {
    counters.score(3, 0.9, 0.9);
    clock.advance(std::chrono::minutes{1});
    prometheus.scrape(counters.at(clock.wall()));
    if (i % 50 == 0) verdict();
  }
  const auto grown = verdict();
  const auto before = prometheus.queries().size();
  const auto replayed = verdict_after_a_restart();
  EXPECT_EQ(grown.scoreboard, replayed.scoreboard);
  EXPECT_EQ(grown.log_e, replayed.log_e);
  const auto queries = prometheus.queries();
  for (std::size_t i = before; i < queries.size(); ++i) {
    if (queries[i].find("pawl_score_count_total|") == std::string::npos) continue;
    const auto range = queries[i].rfind('[');
    EXPECT_LE(std::stod(queries[i].substr(range + 1)), 1'800'000) << queries[i];
  }
}

TEST_F(EvidenceOver, AnotherCandidateStartsFromNothing) {
  Counters counters;
  scrapes(counters, 30, 0.4, 0.9);
  ASSERT_EQ(verdict().kind, Verdict::Kind::RollBackRegression);
  seen.status.candidate->cohort = "shop/support/2";
  seen.status.candidate->started_at = clock.wall();
  seen.status.weights.changes = {{clock.wall(), 5000}};
  EXPECT_EQ(verdict().kind, Verdict::Kind::Hold);
}

// While nothing is judged the scorer counts without a rollout's label.
class StableOver : public EvidenceOver {
 protected:
  StableOver() {
    seen.status.candidate.reset();
    seen.status.phase = domain::Phase::Stable;
    seen.status.scoreboard = {{"search", 0.9, 0.4, 1000, 1000, domain::CapabilityState::Lost}};
    evidence.judge(key, seen, clock.wall());
    settle(evidence);
  }
  /// A minute with 400 scores of stable.
  domain::StableOpinion minute(double rate) {
    const std::uint64_t before = evidence.reads().queries;
    passes_ += 400 * rate;
    n_ += 400;
    const std::map<std::string, std::string> labels{
        {"agent", "support"},   {"revision", digest_label(testing::digest_of("r1"))},
        {"instance", "scorer"}, {"capability", "search"},
        {"evaluator", "judge"}, {"evaluator_version", "1"}};
    const Instant then = clock.wall() + 61s;
    prometheus.scrape({{"pawl_score_count_total", labels, {{then, n_}}},
                       {"pawl_score_sum_total", labels, {{then, passes_}}},
                       {"pawl_score_sumsq_total", labels, {{then, passes_}}}});
    clock.advance(61s);
    for (int i = 0; i < 500 && evidence.reads().queries == before; ++i) std::this_thread::sleep_for(20ms);
    settle(evidence);
    return evidence.judge(key, seen, clock.wall()).stable_watch;
  }

 private:
  double n_ = 0;
  double passes_ = 0;
};

TEST_F(StableOver, AFallOfItsScoresIsToldOnce) {
  minute(0.9);  // where counting starts
  EXPECT_EQ(minute(0.9).opinion, domain::WatchOpinion::Steady);
  const int before = told;
  const domain::StableOpinion opinion = minute(0.7);
  EXPECT_EQ(opinion.opinion, domain::WatchOpinion::Drifting);
  EXPECT_NE(opinion.message.find("0.900 of 1000 when it was judged"), std::string::npos) << opinion.message;
  EXPECT_EQ(told, before + 1);
  EXPECT_EQ(minute(0.7), opinion);
  EXPECT_EQ(told, before + 1) << "nobody is woken while it lasts";
}

TEST_F(StableOver, AQuietStableWakesNobodyAndIsAskedForOnceAMinute) {
  minute(0.9);
  const auto queries = evidence.reads().queries;
  for (int i = 0; i < 3; ++i) minute(0.9);
  EXPECT_EQ(evidence.reads().queries, queries + 3);
  EXPECT_EQ(told, 0);
}

TEST_F(StableOver, ASourceThatIsDownSaysNothingOfStable) {
  prometheus.answer_always(500);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(minute(0.1).opinion, domain::WatchOpinion::Unknown);
  EXPECT_EQ(told, 0);
}

TEST_F(StableOver, TheWatchEndsWhenACandidateIsJudged) {
  minute(0.9);
  seen.status.candidate = domain::CandidateStatus{testing::ref("r2"), kCohort, clock.wall(), {}};
  seen.status.phase = domain::Phase::Canary;
  evidence.judge(key, seen, clock.wall());
  clock.advance(61s);
  settle(evidence);
  EXPECT_EQ(evidence.judge(key, seen, clock.wall()).stable_watch.opinion, domain::WatchOpinion::Unknown);
}

}  // namespace
}  // namespace pawl::adapters

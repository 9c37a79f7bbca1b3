#include "domain/replay/stream_replay.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"

namespace pawl::domain {
namespace {

using Kind = Verdict::Kind;

struct Arms {
  double canary = 0.9;
  double stable = 0.9;
};

std::int64_t passes(Random& random, std::int64_t n, double rate) {
  std::int64_t out = 0;
  for (std::int64_t i = 0; i < n; ++i) out += random.chance(rate) ? 1 : 0;
  return out;
}

/// One run of two capabilities, the first with its own rates.
std::vector<StreamRow> a_run(std::int64_t run, const Arms& first, std::int64_t scrapes, std::uint64_t seed) {
  Random random(seed);
  std::vector<StreamRow> rows;
  for (std::uint32_t c = 0; c < 2; ++c) rows.push_back({run, kHistoryScrape, c, 0, 0, 200, 180});
  for (std::int64_t t = 0; t < scrapes; ++t) {
    for (std::uint32_t c = 0; c < 2; ++c) {
      const Arms rates = c == 0 ? first : Arms{};
      const auto n = static_cast<std::int64_t>(random.below(4));
      rows.push_back({run, t, c, n, passes(random, n, rates.canary), 12, passes(random, 12, rates.stable)});
    }
  }
  return rows;
}

const std::vector<std::string> kNames{"refunds", "tone"};

std::vector<RunVerdict> replay(const std::vector<StreamRow>& rows, const EvidencePolicy& policy = {}) {
  StreamReplay replay(policy);
  std::vector<RunVerdict> done;
  replay.add(rows, kNames, done);
  replay.finish(done);
  return done;
}

TEST(StreamReplay, FindsADropAndCountsTheInteractionsOfTheCapabilityItBlames) {
  const auto done = replay(a_run(3, {0.6, 0.9}, 2000, 1));
  ASSERT_EQ(done.size(), 1U);
  EXPECT_EQ(done[0].run, 3);
  EXPECT_TRUE(done[0].decided);
  EXPECT_EQ(done[0].verdict.kind, Kind::RollBackRegression);
  EXPECT_EQ(done[0].verdict.blamed, std::vector<std::string>{"refunds"});
  const auto& rows = done[0].verdict.scoreboard;
  const auto refunds = std::ranges::find(rows, "refunds", &ScoreboardRow::capability);
  ASSERT_NE(refunds, rows.end());
  EXPECT_EQ(done[0].canary_interactions, refunds->n_canary);
}

TEST(StreamReplay, PromotesWhatIsProvenOnceItIsOldEnough) {
  const auto done = replay(a_run(0, {0.95, 0.9}, 4000, 2));
  ASSERT_EQ(done[0].verdict.kind, Kind::Promote);
  EXPECT_GE(done[0].t, 119);  // scrape 119 ends at 30 minutes
}

TEST(StreamReplay, GivesUpWhenTimeIsOver) {
  EvidencePolicy policy;
  policy.max_duration = std::chrono::minutes{5};
  const auto done = replay(a_run(0, {}, 100, 3), policy);
  EXPECT_EQ(done[0].verdict.kind, Kind::Inconclusive);
  EXPECT_EQ(done[0].t, 19);
}

TEST(StreamReplay, ARunThatEndsUndecidedTellsItsLastState) {
  const auto done = replay(a_run(0, {}, 10, 4));
  EXPECT_FALSE(done[0].decided);
  EXPECT_EQ(done[0].verdict.kind, Kind::GoOn);
  EXPECT_EQ(done[0].t, 9);
}

TEST(StreamReplay, ARunOfHistoryAloneHoldsAndHasSeenNothing) {
  const auto done = replay({{5, kHistoryScrape, 0, 0, 0, 200, 180}});
  ASSERT_EQ(done.size(), 1U);
  EXPECT_EQ(done[0].verdict.kind, Kind::GoOn);
  EXPECT_EQ(done[0].t, kHistoryScrape);
  EXPECT_EQ(done[0].canary_interactions, 0);
}

TEST(StreamReplay, RunsDoNotKnowOfEachOther) {
  std::vector<StreamRow> rows = a_run(0, {0.6, 0.9}, 500, 5);
  const auto second = a_run(1, {0.8, 0.9}, 500, 6);
  const auto alone = replay(second);
  rows.insert(rows.end(), second.begin(), second.end());
  const auto both = replay(rows);
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[1].verdict, alone[0].verdict);
  EXPECT_EQ(both[1].t, alone[0].t);
}

TEST(StreamReplay, ACapabilityThatIsMissingFromAScrapeCarriesNothing) {
  std::vector<StreamRow> rows = a_run(0, {0.8, 0.9}, 60, 7);
  std::vector<StreamRow> with_zeros = rows;
  std::erase_if(rows, [](const StreamRow& row) { return row.t % 7 == 3 && row.capability == 1; });
  for (StreamRow& row : with_zeros) {
    if (row.t % 7 == 3 && row.capability == 1) row.n_canary = row.pass_canary = row.n_stable = row.pass_stable = 0;
  }
  EXPECT_EQ(replay(rows)[0].verdict, replay(with_zeros)[0].verdict);
}

TEST(StreamReplay, IsTheSameToTheLastBitHoweverTheRowsAreCut) {
  std::vector<StreamRow> rows;
  for (std::int64_t run = 0; run < 6; ++run) {
    const auto more = a_run(run, {run % 2 == 0 ? 0.75 : 0.9, 0.9}, 400, 100 + static_cast<std::uint64_t>(run));
    rows.insert(rows.end(), more.begin(), more.end());
  }
  const auto whole = replay(rows);
  Random random(11);
  for (int round = 0; round < 5; ++round) {
    StreamReplay pieces({});
    std::vector<RunVerdict> done;
    for (std::size_t at = 0; at < rows.size();) {
      const std::size_t n = std::min<std::size_t>(1 + random.below(97), rows.size() - at);
      pieces.add(std::span(rows).subspan(at, n), kNames, done);
      at += n;
    }
    pieces.finish(done);
    ASSERT_EQ(done.size(), whole.size());
    for (std::size_t i = 0; i < done.size(); ++i) {
      EXPECT_EQ(done[i].verdict, whole[i].verdict);
      EXPECT_EQ(done[i].t, whole[i].t);
    }
  }
}

}  // namespace
}  // namespace pawl::domain

#include "domain/evidence/stable_watch.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace pawl::domain {
namespace {

/// Stable answers `per_block` questions about refunds in each block.
class Stable {
 public:
  explicit Stable(std::uint64_t seed) : random_(seed) {}
  void answer(StableWatch& watch, double rate, int blocks, int per_block = 10,
              const std::string& evaluator = "judge 1") {
    for (int b = 0; b < blocks; ++b) {
      double passes = 0;
      for (int i = 0; i < per_block; ++i) passes += random_.chance(rate) ? 1 : 0;
      watch.add("refunds", evaluator, binary_counts(per_block, passes));
      watch.end_of_block();
    }
  }

 private:
  Random random_;
};

const StableReference kJudged{{"refunds", {0.9, 1000}}};

TEST(StableWatch, KnowsNothingBeforeTheFirstScores) {
  StableWatch watch({}, kJudged);
  watch.end_of_block();
  EXPECT_EQ(watch.opinion().opinion, WatchOpinion::Unknown);
}

TEST(StableWatch, IsQuietForAMonthWhileNothingChanges) {
  int alarms = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    StableWatch watch({}, kJudged);
    Stable stable(seed);
    for (int hour = 0; hour < 30 * 24; ++hour) {
      stable.answer(watch, 0.9, 60, 2);
      if (watch.opinion().opinion == WatchOpinion::Drifting) {
        ++alarms;
        break;
      }
    }
  }
  EXPECT_LE(alarms, 2);
}

TEST(StableWatch, SeesADropAndNamesItWithNumbers) {
  StableWatch watch({}, kJudged);
  Stable stable(7);
  stable.answer(watch, 0.9, 500);
  EXPECT_EQ(watch.opinion().opinion, WatchOpinion::Steady);
  stable.answer(watch, 0.75, 60);
  EXPECT_EQ(watch.opinion().opinion, WatchOpinion::Drifting);
  EXPECT_NE(watch.opinion().message.find("refunds scores 0."), std::string::npos) << watch.opinion().message;
  EXPECT_NE(watch.opinion().message.find("0.900 of 1000 when it was judged"), std::string::npos);
}

TEST(StableWatch, SaysTheSameWhileItLasts) {
  StableWatch watch({}, kJudged);
  Stable stable(7);
  stable.answer(watch, 0.7, 100);
  const StableOpinion first = watch.opinion();
  ASSERT_EQ(first.opinion, WatchOpinion::Drifting);
  stable.answer(watch, 0.7, 500);
  EXPECT_EQ(watch.opinion(), first);
}

TEST(StableWatch, SeesThatADriftHasEndedWhateverItsLength) {
  StableWatch watch({}, kJudged);
  Stable stable(7);
  stable.answer(watch, 0.7, 2'000);
  stable.answer(watch, 0.92, 300);
  EXPECT_EQ(watch.opinion().opinion, WatchOpinion::Steady);
}

TEST(StableWatch, ToleratesHalfAMargin) {
  StableWatch watch({}, kJudged);
  Stable stable(3);
  stable.answer(watch, 0.88, 3'000);
  EXPECT_EQ(watch.opinion().opinion, WatchOpinion::Steady);
}

TEST(StableWatch, WithoutAReferenceTheFirstScoresAreOne) {
  StableWatch watch({}, {});
  Stable stable(5);
  stable.answer(watch, 0.9, 19);
  EXPECT_EQ(watch.opinion().opinion, WatchOpinion::Unknown);
  stable.answer(watch, 0.9, 20);
  EXPECT_EQ(watch.opinion().opinion, WatchOpinion::Steady);
  stable.answer(watch, 0.6, 60);
  EXPECT_EQ(watch.opinion().opinion, WatchOpinion::Drifting);
}

TEST(StableWatch, AnotherEvaluatorIsAnotherRuler) {
  StableWatch watch({}, kJudged);
  Stable stable(5);
  stable.answer(watch, 0.9, 100);
  stable.answer(watch, 0.6, 300, 10, "judge 2");
  EXPECT_NE(watch.opinion().opinion, WatchOpinion::Drifting);
}

TEST(StableWatch, AnAlarmFromBeforeARestartEndsByEvidenceOnly) {
  StableWatch watch({}, kJudged, true);
  EXPECT_EQ(watch.opinion().opinion, WatchOpinion::Drifting);
  Stable stable(5);
  stable.answer(watch, 0.7, 100);
  EXPECT_EQ(watch.opinion().opinion, WatchOpinion::Drifting);
  stable.answer(watch, 0.92, 300);
  EXPECT_EQ(watch.opinion().opinion, WatchOpinion::Steady);
}

}  // namespace
}  // namespace pawl::domain

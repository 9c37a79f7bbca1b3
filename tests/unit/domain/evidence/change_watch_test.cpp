#include "domain/evidence/change_watch.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "domain/evidence/matched_bets.h"

namespace pawl::domain {
namespace {

constexpr double kBlocksBetweenAlarms = 1000;

/// One bet against a drop of `eta` in log odds; both arms of 20 scores.
double log_e(Random& random, double canary, double stable) {
  Block block{{20, 0, 0}, {20, 0, 0}};
  for (int i = 0; i < 20; ++i) {
    block.canary.sum += random.chance(canary) ? 1 : 0;
    block.stable.sum += random.chance(stable) ? 1 : 0;
  }
  return drop_payoff(drop_bet(0.9, 0, 0.5, 20, 20, 0.95), block);
}

/// Blocks until the alarm, at most `most`.
int blocks_to_alarm(std::uint64_t seed, double canary, int most, int healthy_before = 0) {
  Random random(seed);
  ChangeWatch watch;
  for (int block = 1; block <= most; ++block) {
    watch.add(log_e(random, block <= healthy_before ? 0.9 : canary, 0.9));
    if (watch.alarmed(kBlocksBetweenAlarms)) return block;
  }
  return most;
}

TEST(ChangeWatch, BeforeTheFirstBlockNothingIsKnown) {
  EXPECT_EQ(ChangeWatch().log_statistic(), kLogZero);
  EXPECT_FALSE(ChangeWatch().alarmed(1));
}

TEST(ChangeWatch, RaisesAFalseAlarmNoOftenerThanPromised) {
  double blocks = 0;
  const int runs = 100;
  for (int seed = 1; seed <= runs; ++seed) blocks += blocks_to_alarm(static_cast<std::uint64_t>(seed), 0.9, 5'000);
  EXPECT_GE(blocks / runs, kBlocksBetweenAlarms);
}

TEST(ChangeWatch, FindsAChangeThatBeginsLateAboutAsFastAsAnEarlyOne) {
  double early = 0;
  double late = 0;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    early += blocks_to_alarm(seed, 0.75, 2'000);
    const int at = blocks_to_alarm(seed, 0.75, 2'000, 300);
    late += at > 300 ? at - 300 : 0;
  }
  EXPECT_LE(early / 50, 40);
  EXPECT_LE(late / 50, 40);
}

}  // namespace
}  // namespace pawl::domain

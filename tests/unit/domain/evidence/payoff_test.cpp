// Properties no vector can show: the moment bounds never promise more than a sample pays, and no null pays on average.
#include "domain/evidence/payoff.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "domain/evidence/matched_bets.h"

namespace pawl::domain {
namespace {

TEST(Payoff, TheMomentBoundsNeverExceedWhatTheSamplePays) {
  Random random(11);
  for (int trial = 0; trial < 20'000; ++trial) {
    const double mean = 0.05 + 0.9 * random.unit();
    const double low = 0.95 * random.unit() / (1 - mean);
    const double high = 0.95 * random.unit() / mean;
    const double shape = 0.2 + 4 * random.unit();
    ArmCounts arm;
    double paid_low = 0;
    double paid_high = 0;
    for (std::uint64_t i = 0, n = 1 + random.below(12); i < n; ++i) {
      const double x = random.chance(0.2) ? 1 : std::pow(random.unit(), shape);
      arm += {1, x, x * x};
      paid_low += std::log1p(low * (mean - x));
      paid_high += std::log1p(high * (x - mean));
    }
    ASSERT_LE(least_payoff_of_low_scores(arm, low, mean), paid_low + 1e-9);
    ASSERT_LE(least_payoff_of_high_scores(arm, high, mean), paid_high + 1e-9);
  }
}

TEST(Payoff, NoNullPaysOnAverage) {
  for (const double tolerance : {0.0, 0.02}) {
    for (const double eta : {0.25, 0.5, 1.0, 2.0}) {
      for (const double guess : {0.2, 0.9, 0.999}) {
        const Bet bet = drop_bet(guess, tolerance, eta, 3, 57, 0.95);
        for (double stable = tolerance; stable <= 1; stable += 0.01) {
          const double canary = stable - tolerance;
          const double log_mean = 3 * std::log1p(bet.canary_stake * (bet.canary_mean - canary)) +
                                  57 * std::log1p(bet.stable_stake * (stable - bet.stable_mean));
          ASSERT_LE(log_mean, 1e-12) << guess << ' ' << stable;
        }
      }
    }
  }
}

TEST(Payoff, GradedScoresThatDropAreFoundAndEqualOnesAreNot) {
  for (const double drop : {0.0, 0.15}) {
    Random random(4);
    MatchedBets bets{MatchedBetsConfig{}};
    for (int block = 0; block < 200; ++block) {
      Block b;
      for (int i = 0; i < 3; ++i) {
        const double x = 0.6 + 0.4 * random.unit() - drop;
        b.canary += {1, x, x * x};
      }
      for (int i = 0; i < 30; ++i) {
        const double y = 0.6 + 0.4 * random.unit();
        b.stable += {1, y, y * y};
      }
      bets.add(b);
    }
    EXPECT_EQ(bets.log_e() > std::log(20.0), drop > 0) << bets.log_e();
  }
}

}  // namespace
}  // namespace pawl::domain

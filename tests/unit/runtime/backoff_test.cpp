#include "runtime/backoff.h"

#include <gtest/gtest.h>

namespace pawl::runtime {
namespace {

using std::chrono::seconds;

BackoffPolicy without_jitter() {
  BackoffPolicy policy{Duration{800}, 2.0, Duration{30'000}, 1.0, 1.0, std::nullopt};
  policy.reset_after = Duration{120'000};
  return policy;
}

TEST(Backoff, DoublesUpToTheCap) {
  Backoff backoff(without_jitter(), 1);
  BootTime now{0};
  for (const int expected : {800, 1'600, 3'200, 6'400, 12'800, 25'600, 30'000, 30'000}) {
    const Duration delay = backoff.next(now);
    EXPECT_EQ(delay, Duration{expected});
    now += delay;
  }
}

TEST(Backoff, StartsAgainAfterAQuietTime) {
  Backoff backoff(without_jitter(), 1);
  backoff.next(BootTime{0});
  backoff.next(seconds{1});
  EXPECT_EQ(backoff.next(seconds{1} + seconds{119}), Duration{3'200});
  EXPECT_EQ(backoff.next(seconds{400}), Duration{800});
}

TEST(Backoff, SpreadsTheWaitsOfDifferentSeeds) {
  BackoffPolicy policy = without_jitter();
  policy.jitter_high = 2.0;
  Backoff one(policy, 1);
  Backoff two(policy, 2);
  const Duration a = one.next(BootTime{0});
  const Duration b = two.next(BootTime{0});
  EXPECT_NE(a, b);
  for (const Duration d : {a, b}) {
    EXPECT_GE(d, Duration{800});
    EXPECT_LT(d, Duration{1'600});
  }
}

}  // namespace
}  // namespace pawl::runtime

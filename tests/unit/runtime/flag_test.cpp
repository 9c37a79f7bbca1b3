#include "runtime/flag.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace pawl::runtime {
namespace {

TEST(Flag, StaysUpOnceRaised) {
  Flag flag;
  EXPECT_FALSE(flag.is_up());
  flag.raise();
  EXPECT_TRUE(flag.is_up());
  EXPECT_TRUE(flag.wait({}));
}

TEST(Flag, RaisingItWakesEveryThreadThatWaits) {
  Flag flag;
  std::atomic<int> woken = 0;
  {
    const std::jthread first([&] { woken += flag.wait({}) ? 1 : 0; });
    const std::jthread second([&] { woken += flag.wait({}) ? 1 : 0; });
    flag.raise();
  }
  EXPECT_EQ(woken, 2);
}

TEST(Flag, AStopEndsTheWaitAndLeavesItDown) {
  const Flag flag;
  std::stop_source stop;
  std::atomic<bool> up = true;
  {
    const std::jthread waiter([&] { up = flag.wait(stop.get_token()); });
    stop.request_stop();
  }
  EXPECT_FALSE(up);
  EXPECT_FALSE(flag.is_up());
}

}  // namespace
}  // namespace pawl::runtime

#include "runtime/work_queue.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "support/manual_clock.h"

namespace pawl::runtime {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = Outcome::Kind;

class WorkQueueTest : public testing::Test {
 protected:
  std::string take() { return queue.try_get(clock.boot()).value_or("nothing"); }
  void run(const Outcome& outcome = {}) { queue.done(take(), outcome); }
  /// How long until the next key is ready.
  Duration wait() {
    return std::chrono::duration_cast<Duration>(queue.next_ready().value_or(BootTime{-1}) - clock.boot());
  }

  test::ManualClock clock;
  WorkQueue queue{clock};
};

TEST_F(WorkQueueTest, HoldsAKeyOnceHoweverOftenItIsAdded) {
  for (int i = 0; i < 3; ++i) queue.add("a");
  EXPECT_EQ(take(), "a");
  queue.done("a", {});
  EXPECT_EQ(take(), "nothing");
}

TEST_F(WorkQueueTest, NeverHandsAKeyToTwoWorkersAndRunsAnAddDuringTheRunAfterIt) {
  queue.add("a");
  EXPECT_EQ(take(), "a");
  queue.add("a");
  queue.add("b");
  EXPECT_EQ(take(), "b");
  EXPECT_EQ(take(), "nothing");
  queue.done("a", {});
  EXPECT_EQ(take(), "a");
}

TEST_F(WorkQueueTest, IsFirstInFirstOut) {
  for (const char* key : {"c", "a", "b"}) queue.add(key);
  EXPECT_EQ(take(), "c");
  EXPECT_EQ(take(), "a");
  EXPECT_EQ(take(), "b");
}

TEST_F(WorkQueueTest, WaitsForATimerAndSaysWhenItIsDue) {
  queue.add("a", seconds{10});
  EXPECT_EQ(take(), "nothing");
  EXPECT_EQ(wait(), seconds{10});
  clock.advance(seconds{10});
  EXPECT_EQ(take(), "a");
  EXPECT_FALSE(queue.next_ready());
}

TEST_F(WorkQueueTest, TakesTheEarliestOfTwoTimers) {
  queue.add("a", seconds{10});
  queue.add("a", seconds{3});
  queue.add("a", seconds{20});
  EXPECT_EQ(wait(), seconds{3});
}

TEST_F(WorkQueueTest, AbsorbsATimerInAnEarlierAdd) {
  queue.add("a", seconds{10});
  queue.add("a");
  run();
  clock.advance(seconds{60});
  EXPECT_EQ(take(), "nothing");
}

TEST_F(WorkQueueTest, AbsorbsTheRequeueInAnAddMadeDuringTheRun) {
  queue.add("a");
  EXPECT_EQ(take(), "a");
  queue.add("a");
  queue.done("a", {Kind::After, seconds{60}});
  run();
  clock.advance(seconds{120});
  EXPECT_EQ(take(), "nothing");
}

TEST_F(WorkQueueTest, OrdersTimersByReadinessNotByWhenTheyWereSet) {
  queue.add("late", seconds{2});
  queue.add("early", seconds{1});
  clock.advance(seconds{5});
  EXPECT_EQ(take(), "early");
  EXPECT_EQ(take(), "late");
}

TEST_F(WorkQueueTest, DoublesTheWaitOfEachFailureWithinTwentyPercent) {
  queue.add("a");
  for (int n = 0; n < 5; ++n) {
    run({Kind::Failed});
    const auto expected = milliseconds{100 << n};
    EXPECT_GE(wait(), expected * 8 / 10) << n;
    EXPECT_LE(wait(), expected * 12 / 10) << n;
    EXPECT_EQ(queue.failures("a"), n + 1);
    clock.advance(wait());
  }
}

TEST_F(WorkQueueTest, NeverWaitsLongerThanTheCapHoweverOftenItFails) {
  queue.add("a");
  for (int n = 0; n < 2'000; ++n) {
    run({Kind::Failed});
    ASSERT_LE(wait(), seconds{12}) << n;
    ASSERT_GT(wait(), Duration{0}) << n;
    clock.advance(wait());
  }
}

TEST_F(WorkQueueTest, ForgetsFailuresOnSuccessAndOnRequeue) {
  for (const Kind kind : {Kind::Done, Kind::After}) {
    queue.add("a");
    run({Kind::Failed});
    clock.advance(seconds{1});
    run({kind, seconds{1}});
    EXPECT_EQ(queue.failures("a"), 0);
    clock.advance(seconds{2});
    if (take() == "a") queue.done("a", {});
  }
}

TEST_F(WorkQueueTest, RunsAStaleKeySoonAgainWithoutCountingAFailure) {
  queue.add("a");
  run({Kind::Stale});
  EXPECT_EQ(wait(), milliseconds{100});
  EXPECT_EQ(queue.failures("a"), 0);
}

TEST_F(WorkQueueTest, SpacesTheRetriesOfManyKeysButNeverTheirFirstRuns) {
  for (int i = 0; i < 100; ++i) queue.add(std::to_string(i));
  for (int i = 0; i < 100; ++i) run({Kind::Failed});
  clock.advance(milliseconds{1'000});
  int served = 0;
  while (take() != "nothing") ++served;
  EXPECT_GE(served, 38);
  EXPECT_LE(served, 42);
}

TEST_F(WorkQueueTest, ATurnThatAnEarlierRunMadeNeedlessHoldsUpNobody) {
  for (int n = 0; n < 2'000; ++n) {  // events run the key before its retry is due, and it fails again
    queue.add("a");
    run({Kind::Failed});
    clock.advance(milliseconds{1});
  }
  EXPECT_LE(wait(), seconds{12});
}

TEST_F(WorkQueueTest, ClampsAnAbsurdDelayInsteadOfOverflowing) {
  queue.add("a", Duration::max());
  EXPECT_GT(wait(), seconds{1});
  queue.add("b", Duration::min());
  EXPECT_EQ(take(), "b");
}

TEST_F(WorkQueueTest, HoldsNothingOfAKeyThatIsDone) {
  queue.add("a");
  run({Kind::Failed});
  clock.advance(seconds{1});
  run();
  const auto stats = queue.stats();
  EXPECT_EQ(stats.ready + stats.waiting + stats.processing, 0U);
}

TEST_F(WorkQueueTest, HandsOutNothingAfterShutdownAndStillAcceptsDone) {
  queue.add("a");
  queue.add("b");
  EXPECT_EQ(take(), "a");
  queue.shutdown();
  EXPECT_EQ(take(), "nothing");
  queue.add("c");
  queue.done("a", {Kind::Failed});
  EXPECT_FALSE(queue.next_ready());
}

TEST_F(WorkQueueTest, WakesABlockedWorkerForAnAddAStopAndAShutdown) {
  std::optional<std::string> got = "unset";
  {
    std::jthread worker([&](std::stop_token stop) { got = queue.get(stop); });
    queue.add("a");
    worker.join();
  }
  EXPECT_EQ(got, "a");
  {
    std::jthread worker([&](std::stop_token stop) { got = queue.get(stop); });
  }
  EXPECT_EQ(got, std::nullopt);
  got = "unset";
  {
    std::jthread worker([&] { got = queue.get({}); });
    queue.shutdown();
  }
  EXPECT_EQ(got, std::nullopt);
}

TEST_F(WorkQueueTest, LosesNoKeyBetweenManyWorkers) {
  std::mutex mutex;
  std::multiset<std::string> seen;
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < 4; ++i) {
      workers.emplace_back([&] {
        while (auto key = queue.get({})) {
          {
            const std::scoped_lock lock(mutex);
            seen.insert(*key);
          }
          queue.done(*key, {});
        }
      });
    }
    for (int i = 0; i < 500; ++i) queue.add(std::to_string(i));
    while (queue.stats().ready + queue.stats().processing > 0) std::this_thread::yield();
    queue.shutdown();
  }
  EXPECT_EQ(seen.size(), 500U);
}

}  // namespace
}  // namespace pawl::runtime

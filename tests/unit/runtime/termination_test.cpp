#include "runtime/termination.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>

namespace pawl::runtime {
namespace {

// The thread of a test holds the signals back from its first line on, as main does: a signal to the process stays
// pending until one of the waits below takes it.

TEST(Termination, IsWaitedFor) {
  const Termination termination;
  kill(getpid(), SIGTERM);
  termination.wait();
  kill(getpid(), SIGINT);
  EXPECT_TRUE(termination.wait(std::stop_token{}));
}

TEST(Termination, IsForwardedAsAStop) {
  const Termination termination;
  std::stop_source stop;
  const std::jthread watcher = termination.forward_to(stop);
  std::mutex mutex;
  std::condition_variable_any changed;
  std::unique_lock lock(mutex);
  kill(getpid(), SIGTERM);
  changed.wait_for(lock, stop.get_token(), std::chrono::seconds(10), [] { return false; });
  EXPECT_TRUE(stop.stop_requested());
}

TEST(Termination, IsNoLongerWaitedForAfterAStop) {
  const Termination termination;
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(termination.wait(stop.get_token()));
}

}  // namespace
}  // namespace pawl::runtime

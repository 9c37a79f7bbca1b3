// What the evidence may take. Its time and its size are shown by `make bench`; that a question fits into a kibibyte,
// the compiler checks.
#include <gtest/gtest.h>

#include "statistics/allocations.h"
#include "statistics/busy_trial.h"

namespace pawl::statistics {
namespace {

TEST(Cost, B16_a_scrape_takes_nothing_from_the_heap_once_everything_was_seen) {
  BusyTrial trial;
  for (int i = 0; i < 10; ++i) trial.scrape();
  const std::size_t before = allocations();
  for (int i = 0; i < 20; ++i) {
    trial.scrape();
    ASSERT_NE(trial.decision(), domain::Verdict::Kind::RollBackRegression)
        << "an alarm names its culprits, and names take memory";
  }
  EXPECT_EQ(allocations(), before);
}

}  // namespace
}  // namespace pawl::statistics

// What the evidence may keep and take. Its time is shown by `make bench` and not tested.
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
    ASSERT_NE(trial.decision(), domain::Verdict::Kind::RollBackRegression) << "an alarm names its culprits, and names take memory";
  }
  EXPECT_EQ(allocations(), before);
}

TEST(Cost, B16_a_hypothesis_keeps_less_than_a_kibibyte_its_name_included) {
  const std::size_t before = live_bytes();
  const domain::Trial trial = BusyTrial::empty();
  EXPECT_LE((live_bytes() - before) / kHypotheses, 1024);
}

}  // namespace
}  // namespace pawl::statistics

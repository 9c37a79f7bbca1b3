// What the evidence may take. Its time is shown by `make bench`.
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

TEST(Cost, a_hypothesis_fits_into_a_kibibyte_with_its_name_and_all_that_the_heap_holds_of_it) {
  const std::size_t before = live_bytes();
  const domain::Trial trial = BusyTrial::empty();
  const std::size_t held = live_bytes() - before + sizeof(trial);
  EXPECT_LE(static_cast<double>(held) / kHypotheses, 1024) << "sizeof(Hypothesis) is " << sizeof(domain::Hypothesis);
}

}  // namespace
}  // namespace pawl::statistics

#include "adapters/operator_metrics.h"

#include <gmock/gmock.h>

namespace pawl::adapters {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(OperatorMetricsTest, TheAgeOfACopyIsInSecondsAndOfItsKindAlone) {
  OperatorMetrics metrics;
  metrics.cache("pods", Duration{1'500}, 0);
  metrics.cache("agentrollouts.pawl.dev", Duration{90'000}, 2);
  EXPECT_THAT(metrics.text(), HasSubstr("pawl_cache_age_seconds{resource=\"pods\"} 1.5\n"));
  EXPECT_THAT(metrics.text(), HasSubstr("pawl_cache_age_seconds{resource=\"agentrollouts.pawl.dev\"} 90\n"));
  EXPECT_THAT(metrics.text(), HasSubstr("pawl_undecodable_objects{resource=\"pods\"} 0\n"));
  EXPECT_THAT(metrics.text(), HasSubstr("pawl_undecodable_objects{resource=\"agentrollouts.pawl.dev\"} 2\n"));
}

TEST(OperatorMetricsTest, ACopyHeardOfAgainIsYoungAgain) {
  OperatorMetrics metrics;
  metrics.cache("pods", Duration{90'000}, 0);
  metrics.cache("pods", Duration{0}, 0);
  EXPECT_THAT(metrics.text(), HasSubstr("pawl_cache_age_seconds{resource=\"pods\"} 0\n"));
}

/// An age of 0 would say that a copy which was never read is fresh.
TEST(OperatorMetricsTest, ACopyThatWasNeverReadHasNoAge) {
  OperatorMetrics metrics;
  metrics.cache("pods", std::nullopt, 0);
  EXPECT_THAT(metrics.text(), Not(HasSubstr("pawl_cache_age_seconds{")));
  EXPECT_THAT(metrics.text(), HasSubstr("pawl_undecodable_objects{resource=\"pods\"} 0\n"));
}

}  // namespace
}  // namespace pawl::adapters

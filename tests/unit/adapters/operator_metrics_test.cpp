#include "adapters/operator_metrics.h"

#include <gmock/gmock.h>

#include "unit/adapters/world_fixture.h"

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

TEST(OperatorMetricsTest, AConditionThatNoRolloutHasAnyMoreIsZeroAndNotForgotten) {
  OperatorMetrics metrics;
  metrics.rollouts({{{"Stable", 2}, {"Canary", 1}}, {{{"Stalled", "True"}, 1}, {{"Serving", "True"}, 3}}});
  EXPECT_THAT(metrics.text(), HasSubstr("pawl_rollouts{phase=\"Canary\"} 1\n"));
  EXPECT_THAT(metrics.text(), HasSubstr("pawl_rollout_conditions{status=\"True\",type=\"Stalled\"} 1\n"));
  metrics.rollouts({{{"Stable", 3}, {"Canary", 0}}, {{{"Serving", "True"}, 3}}});
  EXPECT_THAT(metrics.text(), HasSubstr("pawl_rollouts{phase=\"Canary\"} 0\n"));
  EXPECT_THAT(metrics.text(), HasSubstr("pawl_rollout_conditions{status=\"True\",type=\"Stalled\"} 0\n"));
}

class Census : public WorldFixture {};

TEST_F(Census, CountsPhasesAndConditionsAndNamesNoRollout) {
  const auto condition = [](const char* type, const char* status) {
    return Json{{"type", type},   {"status", status},        {"reason", "R"},
                {"message", "m"}, {"observedGeneration", 1}, {"lastTransitionTime", "2026-11-24T00:00:00Z"}};
  };
  api->change(res::kAgentRollouts, "shop", "support", [&](Json& o) {
    o["status"]["phase"] = "Starting";
    o["status"]["conditions"] = Json::array({condition("Serving", "False"), condition("Stalled", "True")});
  });
  api->put(res::kAgentRollouts, "shop", "new", rollout_json());
  catch_up();
  const RolloutCensus census = count_rollouts(view.rollouts);
  EXPECT_EQ(census.phases.at("Starting"), 1);
  EXPECT_EQ(census.phases.at("Pending"), 1);
  EXPECT_EQ(census.phases.at("RollingBack"), 0) << "a phase that none is in is 0, not absent";
  EXPECT_EQ(census.conditions,
            (std::map<std::pair<std::string, std::string>, int>{{{"Serving", "False"}, 1}, {{"Stalled", "True"}, 1}}));
}

}  // namespace
}  // namespace pawl::adapters

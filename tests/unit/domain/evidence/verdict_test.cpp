// What the scoreboard says as a whole.
#include "domain/evidence/verdict.h"

#include <gtest/gtest.h>

namespace pawl::domain {
namespace {

ScoreboardRow skill(const std::string& name, double loss, double scores,
                    CapabilityState state = CapabilityState::Held) {
  ScoreboardRow row;
  row.capability = name;
  row.skill = true;
  row.loss = loss;
  row.n_stable = scores;
  row.n_canary = scores;
  row.state = state;
  return row;
}

TEST(MeanUpSkillDown, IsALossThatTheMeanHides) {
  const ScoreboardRow lost = skill("privacy", 0.3, 100, CapabilityState::Lost);
  EXPECT_TRUE(mean_up_skill_down({lost, skill("refunds", -0.1, 900)}));
  EXPECT_FALSE(mean_up_skill_down({lost, skill("refunds", -0.1, 100)})) << "the mean fell too";
  EXPECT_FALSE(mean_up_skill_down({skill("privacy", 0.3, 100), skill("refunds", -0.1, 900)})) << "nothing is proven";
  EXPECT_FALSE(mean_up_skill_down({}));
}

TEST(MeanUpSkillDown, CountsNoErrorRateAmongTheSkills) {
  ScoreboardRow errors = skill("errors", -0.5, 10'000);
  errors.skill = false;
  EXPECT_FALSE(mean_up_skill_down({skill("privacy", 0.3, 100, CapabilityState::Lost), errors}));
}

}  // namespace
}  // namespace pawl::domain

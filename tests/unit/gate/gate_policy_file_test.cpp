#include "gate/gate_policy_file.h"

#include <gtest/gtest.h>

namespace pawl::gate {
namespace {

TEST(PolicyFile, ReadsEveryField) {
  const auto policy = read_policy(R"(
epochs: 5
alpha: 0.1
margin: 0.02
minCases: 30
flakyShare: 1
maxQuarantined: 0
unclaimed: NoWorse
initial: Accept
capabilities:
- {name: refunds, margin: 0.01, threshold: 0.9}
- {name: jokes, required: false}
ceilings: {costUsd: 0.5, costRatio: 1.5, p95Ms: 2000, p95Ratio: 1.2}
)");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_EQ(policy->epochs, 5);
  EXPECT_EQ(policy->alpha, 0.1);
  EXPECT_EQ(policy->margin, 0.02);
  EXPECT_EQ(policy->min_cases, 30);
  EXPECT_EQ(policy->flaky_share, 1);
  EXPECT_EQ(policy->max_quarantined, 0);
  EXPECT_EQ(policy->unclaimed, domain::UnclaimedPolicy::NoWorse);
  EXPECT_EQ(policy->initial, domain::InitialPolicy::Accept);
  EXPECT_EQ(policy->capabilities.at("refunds").margin, 0.01);
  EXPECT_EQ(policy->capabilities.at("refunds").threshold, 0.9);
  EXPECT_FALSE(policy->capabilities.at("jokes").required);
  EXPECT_EQ(policy->max_cost_usd, 0.5);
  EXPECT_EQ(policy->max_cost_ratio, 1.5);
  EXPECT_EQ(policy->max_p95_ms, 2000);
  EXPECT_EQ(policy->max_p95_ratio, 1.2);
}

TEST(PolicyFile, NamesEveryFault) {
  const auto policy = read_policy("alpah: 0.1\nmargin: 2\nunclaimed: Maybe\ncapabilities: [{margin: 0.1}]\n");
  ASSERT_FALSE(policy);
  for (const char* part : {"alpah", "margin", "unclaimed", "capabilities[0].name"}) {
    EXPECT_NE(policy.error().message.find(part), std::string::npos) << policy.error().message;
  }
}

}  // namespace
}  // namespace pawl::gate

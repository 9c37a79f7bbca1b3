#include "scorer/kube_objects.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace pawl::scorer {
namespace {

using Json = nlohmann::json;

Json review() {
  return Json::parse(R"({"status":{"authenticated":true,"audiences":["pawl-scorer"],"user":{
    "username":"system:serviceaccount:agents:support-bot",
    "extra":{"authentication.kubernetes.io/pod-name":["bot-1"],"authentication.kubernetes.io/pod-uid":["u1"]}}}})");
}

TEST(TokenReview, NamesThePodThatTheTokenIsBoundTo) {
  const auto pod = bound_pod(review());
  ASSERT_TRUE(pod);
  EXPECT_EQ(pod->ns, "agents");
  EXPECT_EQ(pod->name, "bot-1");
}

TEST(TokenReview, IsDeniedWhenNotAuthenticatedForAnotherAudienceOrNotBoundToAPod) {
  Json bad = review();
  bad["status"]["authenticated"] = false;
  EXPECT_EQ(bound_pod(bad).error().kind, ErrorKind::Denied);
  bad = review();
  bad["status"]["audiences"] = {"https://kubernetes.default.svc"};
  EXPECT_EQ(bound_pod(bad).error().kind, ErrorKind::Denied);
  bad = review();
  bad["status"]["user"].erase("extra");
  EXPECT_EQ(bound_pod(bad).error().kind, ErrorKind::Denied);
  EXPECT_EQ(bound_pod(Json::object()).error().kind, ErrorKind::Denied);
}

TEST(TokenReview, NamesTheAccountOfATokenThatIsBoundToNoPod) {
  Json bare = review();
  bare["status"]["user"].erase("extra");
  EXPECT_EQ(reviewed_account(bare), "system:serviceaccount:agents:support-bot");
  bare["status"]["audiences"] = {"https://kubernetes.default.svc"};
  EXPECT_EQ(reviewed_account(bare).error().kind, ErrorKind::Denied);
}

TEST(PodLabels, GiveTheRevisionUnlessThePodWasReplaced) {
  const Json pod =
      Json::parse(R"({"metadata":{"uid":"u1","labels":{"pawl.dev/revision":"abc","pawl.dev/agent":"support-bot"}}})");
  EXPECT_EQ(sender_of({"agents", "bot-1", "u1"}, pod)->revision, "abc");
  EXPECT_EQ(sender_of({"agents", "bot-1", "u1"}, pod)->agent, "support-bot");
  EXPECT_EQ(sender_of({"agents", "bot-1", "another"}, pod).error().kind, ErrorKind::Denied);
}

TEST(LiveCohorts, AreThoseWithACandidateThatHasBegun) {
  const std::vector<Json> rollouts{
      Json::parse(
          R"({"spec":{"agent":"a"},"status":{"candidate":{"cohort":"c1","startedAt":"2026-11-24T11:00:00Z"}}})"),
      Json::parse(R"({"spec":{"agent":"b"},"status":{"candidate":{"cohort":"c2"}}})"),
      Json::parse(R"({"spec":{"agent":"c"}})"),
  };
  const auto soaking = live_cohorts(
      {Json::parse(R"({"spec":{"agent":"a"},"status":{"soak":{"cohort":"c1","startedAt":"2026-11-24T11:00:00Z"}}})")});
  ASSERT_TRUE(soaking.contains("a")) << "a promoted revision goes on counting until its soak is over";
  EXPECT_EQ(soaking.at("a").rollout, "c1");
  const auto live = live_cohorts(rollouts);
  ASSERT_EQ(live.size(), 1U);
  EXPECT_EQ(live.at("a").rollout, "c1");
}

}  // namespace
}  // namespace pawl::scorer

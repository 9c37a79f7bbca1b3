#include "adapters/object_index.h"

#include "unit/adapters/world_fixture.h"

namespace pawl::adapters {
namespace {

class Index : public WorldFixture {
 protected:
  void deployment(const std::string& name, const std::string& rollout) {
    Json object;
    object["metadata"]["labels"] = {{kManagedBy, "pawl"}, {kRolloutLabel, rollout}};
    object["metadata"]["annotations"] = {{kDigestAnnotation, "digest-of-" + name}};
    object["spec"]["replicas"] = 2;
    api->put(res::kDeployments, "shop", name, object);
    catch_up();
  }
  std::string of(const std::string& ns, const std::string& rollout) const {
    std::string out;
    for (const auto& [name, object] : view.deployments_of_rollout.find(ns, rollout)) {
      out += (out.empty() ? "" : " ") + name.name;
    }
    return out;
  }
};

TEST_F(Index, FindsByWhatObjectsSayAndByNamespace) {
  deployment("a", "support");
  deployment("b", "support");
  deployment("c", "other");
  EXPECT_EQ(of("shop", "support"), "a b");
  EXPECT_EQ(of("elsewhere", "support"), "");
}

TEST_F(Index, AnObjectThatSaysSomethingElseMoves) {
  deployment("a", "support");
  deployment("a", "other");
  EXPECT_EQ(of("shop", "support"), "");
  EXPECT_EQ(of("shop", "other"), "a");
}

TEST_F(Index, ADeletedObjectIsForgottenThoughItsLastWordsDiffer) {
  deployment("a", "support");
  api->change(res::kDeployments, "shop", "a", [](Json& o) { o["metadata"]["labels"][kRolloutLabel] = "other"; });
  api->remove(res::kDeployments, "shop", "a");
  catch_up();
  EXPECT_EQ(of("shop", "support") + of("shop", "other"), "");
}

TEST_F(Index, ARolloutSeesItsOwnWorkloadsOnly) {
  deployment("a", "support");
  deployment("c", "other");
  const auto seen = observed();
  ASSERT_EQ(seen.world.workloads.size(), 1U);
  EXPECT_TRUE(seen.world.workloads.contains("digest-of-a"));
}

TEST_F(Index, EveryChangeReachesTheRolloutsItConcerns) {
  std::vector<std::string> told;
  ClusterView fresh{api, *clock, "", 7};
  fresh.on_change([&](const ports::RolloutKey& rollout) { told.push_back(rollout.name); });
  for (kube::InformerBase* informer : fresh.all()) {
    while (!informer->synced()) informer->step();
    informer->step();
  }
  told.clear();
  api->put(res::kAgentRevisions, "shop", "r3", revision_json("third", "r1"));
  share_becomes(17);
  for (kube::InformerBase* informer : fresh.all()) informer->step();
  EXPECT_EQ(told, (std::vector<std::string>{"support", "support"}));
}

class Neighbours : public WorldFixture {
 protected:
  void pod_of(const std::string& rollout) {
    Json pod{{"kind", "Pod"}};
    pod["metadata"]["labels"] = {{kRolloutLabel, rollout}, {kRevisionLabel, digest_label("digest-of-a")}};
    pod["status"]["conditions"] = {{{"type", "Ready"}, {"status", "True"}}};
    api->put(res::kPods, "shop", "pod", pod);
    Json deployment{{"kind", "Deployment"}};
    deployment["metadata"]["labels"] = {{kManagedBy, "pawl"}, {kRolloutLabel, "support"}};
    deployment["metadata"]["annotations"][kDigestAnnotation] = "digest-of-a";
    api->put(res::kDeployments, "shop", "a", deployment);
    catch_up();
  }
  void rollout_made(const std::string& name, const std::string& when) {
    Json other = rollout_json();
    other["metadata"]["creationTimestamp"] = when;
    api->put(res::kAgentRollouts, "shop", name, other);
    catch_up();
  }
};

TEST_F(Neighbours, PodsOfAnotherRolloutWithTheSameContentSayNothingAboutOurs) {
  pod_of("other");
  EXPECT_EQ(observed().world.workloads["digest-of-a"].wrong_digest, "");
  pod_of("support");
  EXPECT_NE(observed().world.workloads["digest-of-a"].wrong_digest, "") << "it has no port of that name";
}

TEST_F(Neighbours, OfTwoRolloutsOnARouteTheOlderKeepsItWhateverTheirNames) {
  api->change(res::kAgentRollouts, "shop", "support",
              [](Json& o) { o["metadata"]["creationTimestamp"] = "2026-11-24T01:00:00Z"; });
  rollout_made("a-newer", "2026-11-24T02:00:00Z");
  EXPECT_EQ(observed().route_conflict, "");
  rollout_made("z-older", "2026-11-24T00:00:00Z");
  const auto seen = observed();
  EXPECT_EQ(seen.route_conflict, "AgentRollout z-older");
  EXPECT_TRUE(seen.world.route.yielded) << "its weights are not ours to raise";
}

TEST_F(Neighbours, ACorrectedGatewayReachesTheRouteAndLeavesItsWeights) {
  api->change(res::kHttpRoutes, "shop", "support", [](Json& o) { o["spec"]["parentRefs"] = {{{"name", "nobody"}}}; });
  share_becomes(500);
  catch_up();
  const auto seen = observed();
  ASSERT_FALSE(seen.world.route.attached);
  ASSERT_TRUE(world.execute(key, seen, domain::EnsureAttached{}));
  catch_up();
  EXPECT_TRUE(observed().world.route.attached);
  EXPECT_EQ(live_share(), 500);
}

TEST_F(Neighbours, ADeploymentThatIsLabelledAnewWakesWhoseItWasAndWhoseItIs) {
  std::vector<std::string> told;
  ClusterView fresh{api, *clock, "", 8};
  fresh.on_change([&](const ports::RolloutKey& rollout) { told.push_back(rollout.name); });
  const auto belongs_to = [&](const std::string& rollout) {
    Json deployment;
    deployment["metadata"]["labels"] = {{kManagedBy, "pawl"}, {kRolloutLabel, rollout}};
    api->put(res::kDeployments, "shop", "d", deployment);
    fresh.deployments.step();
  };
  belongs_to("support");
  told.clear();
  belongs_to("other");
  EXPECT_EQ(told, (std::vector<std::string>{"support", "other"}));
}

TEST_F(Neighbours, AClaimOnARouteThatBeginsWakesTheOthersOnIt) {
  std::vector<std::string> told;
  ClusterView fresh{api, *clock, "", 9};
  fresh.rollouts.step();
  fresh.on_change([&](const ports::RolloutKey& rollout) { told.push_back(rollout.name); });
  api->put(res::kAgentRollouts, "shop", "another", rollout_json());
  fresh.rollouts.step();
  EXPECT_EQ(told, (std::vector<std::string>{"another", "support"}));
}

TEST_F(Neighbours, TheEndOfAForeignServiceWakesWhoWaitsForItsName) {
  api->put(res::kServices, "shop", "support-stable", Json{{"kind", "Service"}});
  std::vector<std::string> told;
  ClusterView fresh{api, *clock, "", 7};
  fresh.on_change([&](const ports::RolloutKey& rollout) { told.push_back(rollout.name); });
  for (kube::InformerBase* informer : fresh.all()) {
    while (!informer->synced()) informer->step();
    informer->step();
  }
  told.clear();
  api->remove(res::kServices, "shop", "support-stable");
  for (kube::InformerBase* informer : fresh.all()) informer->step();
  EXPECT_EQ(told, std::vector<std::string>{"support"});
}

}  // namespace
}  // namespace pawl::adapters

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
    for (const auto& [name, object] : view.deployments_of_rollout.find(ns, rollout)) out += (out.empty() ? "" : " ") + name.name;
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

}  // namespace
}  // namespace pawl::adapters

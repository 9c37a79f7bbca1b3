// What the operator reads all the time, against the role it is deployed with.
#include <gmock/gmock.h>

#include <set>

#include <yaml-cpp/yaml.h>

#include "adapters/cluster_view.h"
#include "integration/real_cluster.h"

namespace pawl::integration {
namespace {

std::string in_group(const std::string& plural, const std::string& group) {
  return group.empty() ? plural : plural + "." + group;
}

/// Resources for which the operator's ClusterRole grants `verb`, as kube::Resource::display names them.
std::set<std::string> granted(const std::string& verb) {
  std::set<std::string> out;
  const YAML::Node role = YAML::LoadAllFromFile(PAWL_SOURCE_DIR "/operator/deploy/cluster_role.yaml").at(0);
  for (const YAML::Node& rule : role["rules"]) {
    const auto verbs = rule["verbs"].as<std::vector<std::string>>();
    if (std::find(verbs.begin(), verbs.end(), verb) == verbs.end()) continue;
    for (const auto& plural : rule["resources"].as<std::vector<std::string>>()) {
      out.insert(in_group(plural, rule["apiGroups"][0].as<std::string>()));
    }
  }
  return out;
}

std::set<std::string> read_by_the_operator() {
  const SystemClock clock;
  adapters::ClusterView view(connect_as(), clock, "", 1);
  std::set<std::string> out;
  for (const kube::InformerBase* informer : view.all()) out.insert(informer->resource().display());
  return out;
}

TEST(OperatorRole, GrantsListAndWatchOfWhatTheOperatorReadsAndOfNothingElse) {
  EXPECT_EQ(granted("list"), read_by_the_operator());
  EXPECT_EQ(granted("watch"), read_by_the_operator());
}

TEST(OperatorRole, NeverReadsSecretsAndNeverGrantsEverything) {
  for (const char* verb : {"get", "list", "watch", "create", "update", "patch", "delete", "*"}) {
    EXPECT_FALSE(granted(verb).contains("secrets")) << verb;
    EXPECT_FALSE(granted(verb).contains("*")) << verb;
  }
  EXPECT_TRUE(granted("*").empty());
  EXPECT_TRUE(granted("escalate").empty());
}

}  // namespace
}  // namespace pawl::integration

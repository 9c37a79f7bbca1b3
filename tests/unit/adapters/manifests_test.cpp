// What pawl writes, byte by byte where it matters. PAWL_UPDATE_GOLDEN=1 rewrites tests/unit/adapters/manifests.json.
#include "adapters/manifests.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "support/rollout_builders.h"

namespace pawl::adapters {
namespace {

const Owner kOwner{"shop", "support", "uid-1"};
const std::string kDigest = testing::digest_of("r2");

Json user_template() {
  return Json::parse(R"({"metadata":{"labels":{"app":"bot"},"annotations":{"mine":"kept"}},
    "spec":{"serviceAccountName":"bot","volumes":[{"name":"tmp","emptyDir":{}}],
            "containers":[{"name":"agent","image":"bot:1","env":[{"name":"A","value":"b"}],"ports":[{"name":"http","containerPort":8080}]},{"name":"sidecar","image":"proxy:1"}]}})");
}

TEST(Manifests, AreAsTheGoldenFileSays) {
  const domain::RolloutSpec spec = testing::a_spec();
  Json all;
  all["bundle"] =
      bundle_config_map(kOwner, "support", kDigest, {{"prompts/system.md", "You answer."}, {"tools.json", "[]"}});
  all["deployment"] = deployment(kOwner, spec, kDigest, 2, user_template(), {"prompts/system.md", "tools.json"});
  all["service"] = service(kOwner, spec, "support-canary", kDigest);
  all["route"] = managed_route(kOwner, spec, 1000);
  all["record"] = record_config_map(kOwner, "support-record-7-abc", "7", "{}", "abc");
  const auto path = std::filesystem::path(PAWL_SOURCE_DIR) / "tests/unit/adapters/manifests.json";
  if (std::getenv("PAWL_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << all.dump(2) << "\n";
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  EXPECT_EQ(text.str(), all.dump(2) + "\n");
}

TEST(Manifests, PathsBecomeKeysThatAServerAcceptsAndThatNeverMeet) {
  const std::vector<std::string> paths = {"a/b", "a_b", "a__b", "a_.b", "a/_b", "a_/b", "a.b", "deep/er/still.md",
                                          "_",   "__"};
  std::vector<domain::RevisionFile> files;
  for (const std::string& path : paths) files.push_back({path, "content of " + path});
  const Json data = bundle_config_map(kOwner, "support", kDigest, files)["data"];
  EXPECT_EQ(data.size(), paths.size());
  for (const auto& [key, content] : data.items()) {
    EXPECT_EQ(key.find_first_not_of("abcdefghijklmnopqrstuvwxyz._-"), std::string::npos) << key;
  }
}

TEST(Manifests, TheVolumePutsEveryFileBackWhereItWas) {
  const std::vector<std::string> paths = {"prompts/system.md", "a_b", "a/b"};
  std::vector<domain::RevisionFile> files;
  for (const std::string& path : paths) files.push_back({path, "content of " + path});
  const Json data = bundle_config_map(kOwner, "support", kDigest, files)["data"];
  const Json object = deployment(kOwner, testing::a_spec(), kDigest, 1, user_template(), paths);
  const Json items = object["spec"]["template"]["spec"]["volumes"].back()["configMap"]["items"];
  ASSERT_EQ(items.size(), paths.size());
  for (const Json& item : items) {
    EXPECT_EQ(data[item["key"].get<std::string>()], "content of " + item["path"].get<std::string>());
  }
}

TEST(Manifests, AnEmptyTemplateIsNoReasonToFall) {
  EXPECT_NO_THROW(deployment(kOwner, testing::a_spec(), kDigest, 1, Json::object(), {}));
}

RouteObject route(std::optional<int> canary, std::optional<int> stable) {
  RouteObject out;
  out.resource_version = "41";
  out.rules = {{"other", {{"support-stable", 7}}},
               {"agent", {{"mirror", 5}, {"support-stable", stable}, {"support-canary", canary}}}};
  return out;
}

// What is asked of an arm reaches that arm only: a Service selects one digest, never the agent as a whole.
TEST(Manifests, T13AServiceSelectsTheDigestOfOneArm) {
  const Json selector = service(kOwner, testing::a_spec(), "canary", kDigest)["spec"]["selector"];
  EXPECT_EQ(selector.at(kRevisionLabel), digest_label(kDigest));
  EXPECT_EQ(selector.at(kAgentLabel), testing::a_spec().agent);
}

TEST(SharePatch, TestsNamesAndOldWeightsBeforeItWrites) {
  const auto patch = share_patch(route(1000, 9000), testing::a_spec(), 2500);
  ASSERT_TRUE(patch);
  EXPECT_EQ(*patch, Json::parse(R"([
    {"op":"test","path":"/spec/rules/1/name","value":"agent"},
    {"op":"test","path":"/spec/rules/1/backendRefs/1/name","value":"support-stable"},
    {"op":"test","path":"/spec/rules/1/backendRefs/1/weight","value":9000},
    {"op":"test","path":"/spec/rules/1/backendRefs/2/name","value":"support-canary"},
    {"op":"test","path":"/spec/rules/1/backendRefs/2/weight","value":1000},
    {"op":"replace","path":"/spec/rules/1/backendRefs/1/weight","value":7500},
    {"op":"replace","path":"/spec/rules/1/backendRefs/2/weight","value":2500}])"));
}

TEST(SharePatch, AnAbsentWeightIsAddedAndTheWholeObjectGuarded) {
  const auto patch = share_patch(route(std::nullopt, 9000), testing::a_spec(), 0);
  ASSERT_TRUE(patch);
  EXPECT_EQ(patch->front(), (Json{{"op", "replace"}, {"path", "/metadata/resourceVersion"}, {"value", "41"}}));
  EXPECT_EQ(patch->back(), (Json{{"op", "add"}, {"path", "/spec/rules/1/backendRefs/2/weight"}, {"value", 0}}));
}

TEST(SharePatch, TouchesNothingButTheTwoWeights) {
  Json object = Json::parse(
      R"({"metadata":{"resourceVersion":"41"},"spec":{"hostnames":["x"],"rules":[{"name":"other","backendRefs":[{"name":"support-stable","weight":7}]},
    {"name":"agent","filters":[{"type":"RequestHeaderModifier"}],"backendRefs":[{"name":"mirror","weight":5},{"name":"support-stable","weight":9000,"port":80},{"name":"support-canary","weight":1000}]}]}})");
  const auto patch = share_patch(route(1000, 9000), testing::a_spec(), 0);
  const Json patched = object.patch(*patch);
  object["spec"]["rules"][1]["backendRefs"][1]["weight"] = 10000;
  object["spec"]["rules"][1]["backendRefs"][2]["weight"] = 0;
  EXPECT_EQ(patched, object);
}

TEST(SharePatch, NamesWhatIsMissing) {
  RouteObject none;
  EXPECT_NE(share_patch(none, testing::a_spec(), 0).error().message.find("no rule named agent"), std::string::npos);
  RouteObject half;
  half.rules = {{"agent", {{"support-stable", 1}}}};
  EXPECT_NE(share_patch(half, testing::a_spec(), 0).error().message.find("support-canary"), std::string::npos);
}

}  // namespace
}  // namespace pawl::adapters

#include "cli/rollout/revert_command.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "cli/goal.h"
#include "cli/yaml_json.h"
#include "codec/revision_codec.h"
#include "codec/status_codec.h"
#include "support/canned_transport.h"
#include "support/manual_clock.h"
#include "unit/cli/pictures.h"

namespace pawl::cli {
namespace {

using nlohmann::json;

/// An API server with the lineage r1 <- r2 <- r3; r3 serves. Each edit changes one line of the prompt. r9 is another's
/// child.
class Revert : public ::testing::Test {
 protected:
  Revert() {
    transport->otherwise([this](const kube::HttpRequest& request) { return answer(request.path); });
    picture.status.stable = domain::RevisionRef{"r3", "d3"};
    propose("r1", {}, "Be polite.\nAsk for the order.\nDecide.\n");
    propose("r2", "r1", "Be polite.\nAsk for the order.\nDecide.\nRefund at once.\n");
    propose("r3", "r2", "Be polite and short.\nAsk for the order.\nDecide.\nRefund at once.\n");
    propose("r9", "r1", "Be rude.\n");
  }

  void propose(const std::string& name, const std::string& parent, const std::string& prompt) {
    json spec = {{"agent", "support"},
                 {"author", {{"kind", "Agent"}}},
                 {"files", {{{"path", "prompt/system.md"}, {"content", prompt}}}}};
    if (!parent.empty()) spec["parent"] = parent;
    revisions[name] = {{"metadata", {{"name", name}}}, {"spec", spec}};
  }

  Result<kube::HttpResponse> answer(const std::string& path) const {
    if (path.find("/agentrollouts/") != std::string::npos) {
      const json rollout = {{"metadata", {{"generation", 1}}},
                            {"spec", json::object()},
                            {"status", codec::render_rollout_status(picture.status, picture.spec)}};
      return kube::HttpResponse{200, rollout.dump(), {}};
    }
    const auto found = revisions.find(path.substr(path.rfind('/') + 1));
    if (found != revisions.end()) return kube::HttpResponse{200, found->second.dump(), {}};
    return kube::HttpResponse{
        404, R"({"kind":"Status","reason":"NotFound","code":404,"message":"agentrevision not found"})", {}};
  }

  int revert(const std::string& revision) {
    out.str("");
    err.str("");
    return run_revert({client, clock, out, err, false}, {"shop", "support"}, {revision, "", "ada"});
  }

  std::shared_ptr<test::CannedTransport> transport = std::make_shared<test::CannedTransport>();
  kube::Client client{transport};
  test::ManualClock clock;
  Picture picture = a_rollback();
  std::map<std::string, json> revisions;
  std::ostringstream out;
  std::ostringstream err;
};

TEST_F(Revert, PrintsARevisionOfWhatServesWithoutThatEdit) {
  ASSERT_EQ(revert("r2"), kDone) << err.str();
  const auto revision = parse_yaml(out.str());
  ASSERT_TRUE(revision) << out.str();
  EXPECT_EQ((*revision)["metadata"]["name"], "r3-without-r2");
  EXPECT_EQ((*revision)["metadata"]["annotations"]["pawl.dev/reverts"], "r2");
  const auto spec = codec::parse_revision_spec((*revision)["spec"]);
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->parent, "r3");
  EXPECT_EQ(spec->author_name, "ada");
  ASSERT_EQ(spec->files.size(), 1u);
  EXPECT_EQ(spec->files[0].content, "Be polite and short.\nAsk for the order.\nDecide.\n");
}

TEST_F(Revert, OfTheNewestEditIsItsParent) {
  ASSERT_EQ(revert("r3"), kDone);
  EXPECT_EQ((*parse_yaml(out.str()))["spec"]["files"][0]["content"],
            "Be polite.\nAsk for the order.\nDecide.\nRefund at once.\n");
}

TEST_F(Revert, TellsEveryPlaceThatALaterEditChangedAgain) {
  propose("r3", "r2", "Be polite.\nAsk for the order.\nDecide.\nRefund at once, and say so.\n");
  EXPECT_EQ(revert("r2"), kConflict);
  EXPECT_EQ(out.str(), "");
  EXPECT_NE(err.str().find("prompt/system.md, line 4 of r3"), std::string::npos) << err.str();
  EXPECT_NE(err.str().find("Refund at once, and say so."), std::string::npos);
}

TEST_F(Revert, SaysWhyNothingCanBeTakenOut) {
  EXPECT_EQ(revert("r1"), kFailed);
  EXPECT_NE(err.str().find("first revision"), std::string::npos) << err.str();
  EXPECT_EQ(revert("r9"), kFailed);
  EXPECT_NE(err.str().find("r3 <- r2 <- r1"), std::string::npos) << err.str();
  revisions.erase("r1");
  EXPECT_EQ(revert("r2"), kFailed);
  EXPECT_NE(err.str().find("reading AgentRevision r1"), std::string::npos) << err.str();
}

TEST_F(Revert, SaysWhenALaterEditHasTakenItOutAlready) {
  propose("r3", "r2", "Be polite and short.\nAsk for the order.\nDecide.\n");
  EXPECT_EQ(revert("r2"), kFailed);
  EXPECT_NE(err.str().find("nothing of r2 is left in r3"), std::string::npos) << err.str();
}

TEST_F(Revert, NeedsARevisionThatServes) {
  picture.status.stable.reset();
  EXPECT_EQ(revert("r2"), kFailed);
  EXPECT_NE(err.str().find("serves yet"), std::string::npos);
}

TEST(PrintYaml, ReadsBackAsTheSameTextWhateverItHolds) {
  std::mt19937 random(3);
  const std::vector<std::string> pieces = {"\n", " ",  "a", "true", "12",     ": ",     "- ", "#", "\t", "\"",
                                           "'",  "\\", "|", "é",    "\u2028", "\u0085", "\r", "{", "%"};
  for (int round = 0; round < 5'000; ++round) {
    std::string text;
    for (std::size_t i = random() % 12; i > 0; --i) text += pieces[random() % pieces.size()];
    const auto back = parse_yaml(print_yaml({{"files", {{{"content", text}, {"last", true}}}}}));
    ASSERT_TRUE(back) << text;
    ASSERT_EQ((*back)["files"][0]["content"], text);
    ASSERT_EQ((*back)["files"][0]["last"], true);
  }
}

TEST(PrintYaml, ShowsAPromptAsItsLines) {
  EXPECT_NE(print_yaml({{"content", "Be polite.\nDecide.\n"}}).find("content: |\n  Be polite.\n  Decide."),
            std::string::npos);
}

}  // namespace
}  // namespace pawl::cli

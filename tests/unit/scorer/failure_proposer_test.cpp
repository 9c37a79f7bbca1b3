#include "scorer/failure_proposer.h"

#include <gtest/gtest.h>

#include <mutex>
#include <nlohmann/json.hpp>

#include "base/log.h"
#include "support/canned_transport.h"
#include "support/memory_api.h"

namespace pawl::scorer {
namespace {

using kube::resources::kConfigMaps;
using Json = nlohmann::json;

const std::string kDigest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const std::string kName = "pawl-failures-0123456789abcdef";
constexpr BootTime kStart{1'000'000};

Failure failure(const std::string& input) {
  Failure out;
  out.interaction.input = input;
  out.interaction.output = "no";
  out.sender = {"agents/pod", "support-bot", kDigest.substr(0, 63)};
  out.grade = {"escalation", 0, {"must_match: handing"}, {}};
  return out;
}

/// A rollout that took r3 back for what it lost, with another decision since if `later`.
std::vector<Json> rollouts(bool later = false) {
  const Json last =
      later ? Json{{"digest", std::string(64, 'f')}, {"record", "13"}} : Json{{"digest", kDigest}, {"record", "12"}};
  const Json scoreboard = Json::array({{{"capability", later ? "refunds" : "escalation"}, {"state", "Lost"}}});
  return {{{"metadata", {{"namespace", "agents"}, {"name", "support-bot"}, {"uid", "u-1"}}},
           {"spec", {{"agent", "support-bot"}}},
           {"status",
            {{"quarantine", Json::array({{{"digest", kDigest}, {"revision", "r3"}, {"reason", "Regression"}}})},
             {"lastDecision", last},
             {"scoreboard", scoreboard}}}}};
}

const Grading& rules() {
  static const Grading made =
      Grading::from_yaml(
          "capabilities:\n- {name: escalation, input: person, checks: [{must_match: handing}]}\n- {name: refunds, input: refund, checks: [{must_match: done}]}\n")
          .value();
  return made;
}

/// Logs go to standard error, where `said` listens. Once: the logger has a name.
void log_to_stderr() {
  static std::once_flag once;
  std::call_once(once, [] { log::configure("test", log::Level::Info, log::Format::Text); });
}

/// A proposer at an API server, and the failures that it finds.
template <class Api>
struct At {
  void look(BootTime now = kStart, const std::vector<Json>& list = rollouts()) { proposer.look(list, now); }
  [[nodiscard]] std::string said(BootTime now, const std::vector<Json>& list = rollouts()) {
    log_to_stderr();
    ::testing::internal::CaptureStderr();
    look(now, list);
    return ::testing::internal::GetCapturedStderr();
  }

  std::shared_ptr<Api> api = std::make_shared<Api>();
  std::vector<Failure> failures;
  FailureProposer proposer{std::make_shared<const kube::Client>(api),
                           [this](const std::string& agent, const std::string& revision) {
                             EXPECT_EQ(agent + " " + revision, "support-bot " + kDigest.substr(0, 63));
                             return failures;
                           },
                           rules()};
};
using InMemory = At<test::MemoryApi>;
using Canned = At<test::CannedTransport>;

TEST(FailureProposer, MakesOneImmutableLabelledObjectBesideTheRollout) {
  InMemory at;
  at.failures = {failure("a person")};
  at.look();
  const auto made = at.api->find(kConfigMaps, "agents", kName);
  ASSERT_TRUE(made);
  EXPECT_EQ((*made)["immutable"], true);
  EXPECT_EQ((*made)["metadata"]["labels"], Json({{kProposedLabel, "support-bot"}}));
  EXPECT_EQ((*made)["metadata"]["ownerReferences"][0]["uid"], "u-1");
  EXPECT_EQ(Json::parse((*made)["data"][kProposedKey].get<std::string>())["input"], "a person");
}

TEST(FailureProposer, WritesNoSecondTime) {
  InMemory at;
  at.failures = {failure("a person")};
  at.look();
  at.failures.push_back(failure("another person"));
  at.look(kStart + Duration{3'600'000});
  EXPECT_EQ(at.api->writes(), 1U);
}

TEST(FailureProposer, LeavesWhatIsThereAlready) {
  InMemory at;
  at.api->put(kConfigMaps, "agents", kName, {{"metadata", {{"name", kName}}}, {"data", {{"theirs", "stands"}}}});
  at.failures = {failure("a person")};
  EXPECT_EQ(at.said(kStart), "") << "a scorer that was restarted finds its own object; no cause for alarm";
  at.look(kStart + Duration{3'600'000});
  EXPECT_EQ(at.api->writes(), 1U) << "tried once, then done";
  EXPECT_EQ((*at.api->find(kConfigMaps, "agents", kName))["data"], Json({{"theirs", "stands"}}));
}

TEST(FailureProposer, ProposesRecordsThatAreGradedAfterTheRollback) {
  InMemory at;
  at.look();
  EXPECT_EQ(at.api->writes(), 0U);
  at.failures = {failure("a person")};
  at.look(kStart + Duration{500});
  EXPECT_TRUE(at.api->find(kConfigMaps, "agents", kName));
}

TEST(FailureProposer, RemembersWhatWasLostWhenTheRolloutHasDecidedAgain) {
  InMemory at;
  at.look();
  at.failures = {failure("a person"), failure("a person, now")};
  at.failures[1].grade.capability = "refunds";
  at.look(kStart + Duration{500}, rollouts(true));
  const auto made = at.api->find(kConfigMaps, "agents", kName);
  ASSERT_TRUE(made);
  EXPECT_EQ((*made)["metadata"]["annotations"]["pawl.dev/decision-record"], "12");
  EXPECT_EQ(Json::parse((*made)["data"][kProposedKey].get<std::string>())["input"], "a person")
      << "one line: refunds were not what it was taken back for";
}

TEST(FailureProposer, TellsOnceThatItMayNotAndTriesAgain) {
  Canned at;
  at.failures = {failure("a person")};
  const std::string forbidden = R"({"kind":"Status","reason":"Forbidden","code":403,"message":"may not create"})";
  at.api->then(403, forbidden);
  EXPECT_NE(at.said(kStart).find("cannot propose regression cases"), std::string::npos);
  EXPECT_EQ(at.said(kStart + FailureProposer::kRetry / 2), "");
  EXPECT_EQ(at.api->requests.size(), 1U) << "not with every list";
  at.api->then(403, forbidden);
  EXPECT_EQ(at.said(kStart + FailureProposer::kRetry), "") << "told once";
  at.api->then(201, "{}");
  EXPECT_NE(at.said(kStart + 2 * FailureProposer::kRetry).find("proposed as regression cases"), std::string::npos);
  at.look(kStart + 3 * FailureProposer::kRetry);
  EXPECT_EQ(at.api->requests.size(), 3U);
}

TEST(FailureProposer, TellsOnceThatThereIsNothing) {
  InMemory at;
  EXPECT_EQ(at.said(kStart), "") << "records may be under way";
  const BootTime late = kStart + FailureProposer::kPatience;
  EXPECT_NE(at.said(late).find("nothing to propose"), std::string::npos);
  EXPECT_EQ(at.said(late + Duration{500}), "");
  EXPECT_EQ(at.said(late + Duration{1'000}, {}), "") << "and not again when the quarantine ends";
}

TEST(FailureProposer, TellsThatThereWasNothingWhenTheQuarantineEnds) {
  InMemory at;
  at.look();
  EXPECT_NE(at.said(kStart + Duration{500}, {}).find("nothing to propose"), std::string::npos);
}

}  // namespace
}  // namespace pawl::scorer

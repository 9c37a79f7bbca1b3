#include "scorer/proposal.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "base/sha256.h"
#include "scorer/kube_objects.h"

namespace pawl::scorer {
namespace {

using Json = nlohmann::json;

constexpr const char* kDigest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

Grading rules() {
  return Grading::from_yaml(
             "capabilities:\n- {name: escalation, input: person, checks: [{must_match: handing}]}\n- {name: refunds, input: refund, checks: [{must_match: done}]}\n"
             "violations:\n- {class: pii, output: '[a-z]+@[a-z.]+'}\n- {class: pii, card_numbers: true}\n")
      .value();
}

Failure failure(const std::string& capability, const std::string& input, const std::string& output = "no") {
  Failure out;
  out.interaction.input = input;
  out.interaction.output = output;
  out.interaction.conversation = "somebody's";
  out.sender = {"agents/pod", "support-bot", std::string(kDigest).substr(0, 63)};
  out.grade.capability = capability;
  out.grade.failed = {"must_match: handing"};
  return out;
}

TakenBack taken(const std::string& reason = "Regression", std::vector<std::string> lost = {"escalation"}) {
  return {"agents", "support-bot", "u-1", "support-bot", "r3", kDigest, reason, "12", std::move(lost)};
}

std::vector<Json> records(const std::optional<Json>& object) {
  std::vector<Json> out;
  if (!object) return out;
  std::istringstream lines((*object)["data"][kProposedKey].get<std::string>());
  for (std::string line; std::getline(lines, line);) out.push_back(Json::parse(line));
  return out;
}

TEST(Proposal, HoldsWhatTheRevisionWasTakenBackForAndSaysWhere) {
  const auto object = proposal(taken(), {failure("escalation", "a person"), failure("refunds", "refund")}, rules());
  ASSERT_EQ(records(object).size(), 1U)
      << "refunds were not lost: what failed there stable fails too, or chance did it";
  const Json record = records(object)[0];
  EXPECT_EQ(record["input"], "a person");
  EXPECT_EQ(record["agent.revision"], kDigest);
  EXPECT_EQ(record["failed"], Json::array({"must_match: handing"}));
  EXPECT_EQ(record["gen_ai.conversation.id"], "") << "nothing of who asked";
  const Json meta = (*object)["metadata"];
  EXPECT_EQ(meta["name"], "pawl-failures-0123456789abcdef");
  EXPECT_EQ(meta["annotations"]["pawl.dev/content"], sha256_hex((*object)["data"][kProposedKey].get<std::string>()));
  EXPECT_EQ(meta["annotations"]["pawl.dev/decision-record"], "12");
  EXPECT_EQ(meta["labels"], Json({{kProposedLabel, "support-bot"}}));
  EXPECT_EQ((*object)["immutable"], true);
}

TEST(Proposal, HoldsAllFailuresWhenNoCapabilityWasLost) {
  const std::vector<Failure> failures{failure("escalation", "a person"), failure("refunds", "refund")};
  EXPECT_EQ(records(proposal(taken("Regression", {}), failures, rules())).size(), 2U);
  EXPECT_EQ(records(proposal(taken("Regression", {"errors"}), failures, rules())).size(), 2U)
      << "errors are no capability";
  EXPECT_FALSE(proposal(taken("GuardrailViolated", {}), failures, rules())) << "none of them is a violation";
  EXPECT_FALSE(proposal(taken(), {failure("", "a riddle")}, rules())) << "a case needs a capability";
}

TEST(Proposal, ScrubsEveryText) {
  Failure leak = failure("refunds", "refund to jo@example.com", "Sent to jo@example.com, card 4111 1111 1111 1111.");
  leak.interaction.tool_calls = {{"mail", R"({"to":"jo@example.com"})"}};
  leak.grade.violations = {"pii"};
  const auto found = records(proposal(taken("GuardrailViolated", {}), {leak}, rules()));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0]["input"], "refund to [pii]");
  EXPECT_EQ(found[0]["output"], "Sent to [pii], card [pii].");
  EXPECT_EQ(found[0]["tool_calls"][0]["arguments"]["to"], "[pii]");
  EXPECT_EQ(found[0]["violations"], Json::array({"pii"}));
}

TEST(Proposal, IsBounded) {
  std::vector<Failure> many;
  for (int i = 0; i < 100; ++i) many.push_back(failure("escalation", "a person, number " + std::to_string(i % 50)));
  const auto found = records(proposal(taken(), many, rules()));
  EXPECT_EQ(found.size(), kProposedOfOneCapability);
  EXPECT_EQ(found[0]["input"], "a person, number 49") << "the newest first";
  const std::string long_text(100'000, 'x');
  EXPECT_EQ(records(proposal(taken(),
                             {failure("escalation", "a", long_text), failure("escalation", "b", long_text),
                              failure("escalation", "c", long_text)},
                             rules()))
                .size(),
            2U);
}

TEST(TakenBackRevisions, AreThoseThatHadTraffic) {
  const Json rollout{
      {"metadata", {{"namespace", "agents"}, {"name", "support-bot"}, {"uid", "u-1"}}},
      {"spec", {{"agent", "support-bot"}}},
      {"status",
       {{"quarantine",
         {{{"digest", std::string(64, 'a')}, {"revision", "r2"}, {"reason", "RejectedByGate"}},
          {{"digest", kDigest}, {"revision", "r3"}, {"reason", "Regression"}}}},
        {"lastDecision", {{"digest", kDigest}, {"record", "12"}}},
        {"scoreboard",
         {{{"capability", "escalation"}, {"state", "Lost"}}, {{"capability", "refunds"}, {"state", "Held"}}}}}}};
  const auto found = taken_back({rollout, Json::object()});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].revision, "r3");
  EXPECT_EQ(found[0].record, "12");
  EXPECT_EQ(found[0].lost, std::vector<std::string>{"escalation"});
}

}  // namespace
}  // namespace pawl::scorer

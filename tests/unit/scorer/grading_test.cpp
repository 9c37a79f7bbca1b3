#include "scorer/grading.h"

#include <gtest/gtest.h>

#include "scorer/card_number.h"

namespace pawl::scorer {
namespace {

Grading grading(const std::string& checks) {
  auto read =
      Grading::from_yaml("capabilities:\n- name: refunds\n  input: 'refund'\n  checks:\n" + checks +
                         "violations:\n- {class: pii, output: '[a-z]+@[a-z.]+'}\n- {class: pii, card_numbers: true}\n");
  EXPECT_TRUE(read) << (read ? "" : read.error().message);
  return *read;
}

Interaction refund_request(std::string output, std::vector<ToolCall> calls = {}) {
  Interaction it;
  it.input = "Please refund order 10432";
  it.output = std::move(output);
  it.tool_calls = std::move(calls);
  return it;
}

TEST(Grading, PassesAnOutputThatMustMatchAndFailsOneThatDoesNot) {
  const auto g = grading("  - must_match: 'refunded'\n");
  EXPECT_EQ(g.grade(refund_request("I have Refunded it")).score, 1);
  EXPECT_EQ(g.grade(refund_request("no")).score, 0);
}

TEST(Grading, FailsAnOutputThatMustNotMatch) {
  const auto g = grading("  - must_not_match: 'never'\n");
  EXPECT_EQ(g.grade(refund_request("never")).score, 0);
  EXPECT_EQ(g.grade(refund_request("yes")).score, 1);
}

TEST(Grading, SeesWhichToolsWereCalled) {
  const auto g = grading("  - tool_called: issue_refund\n  - tool_not_called: hand_over\n");
  EXPECT_EQ(g.grade(refund_request("", {{"issue_refund", "{}"}})).score, 1);
  EXPECT_EQ(g.grade(refund_request("", {{"issue_refund", "{}"}, {"hand_over", "{}"}})).score, 0.5);
  EXPECT_EQ(g.grade(refund_request("", {{"hand_over", "{}"}})).score, 0);
}

TEST(Grading, ComparesAnArgumentWithWhatTheInputSays) {
  const auto g = grading("  - argument: {tool: issue_refund, name: order_id, input: 'order (\\d+)'}\n");
  EXPECT_EQ(g.grade(refund_request("", {{"issue_refund", R"({"order_id":"10432"})"}})).score, 1);
  EXPECT_EQ(g.grade(refund_request("", {{"issue_refund", R"({"order_id":10432})"}})).score, 1);
  EXPECT_EQ(g.grade(refund_request("", {{"issue_refund", R"({"order_id":"10433"})"}})).score, 0);
  EXPECT_EQ(g.grade(refund_request("", {{"issue_refund", "not json"}})).score, 0);
}

TEST(Grading, SkipsAChecksWhoseConditionDoesNotHold) {
  const auto g = grading("  - {when: 'voucher', must_match: 'never seen'}\n  - must_match: 'ok'\n");
  EXPECT_EQ(g.grade(refund_request("ok")).score, 1);
}

TEST(Grading, GivesNothingForAnswersThatEndedInAnError) {
  const auto g = grading("  - must_match: 'ok'\n");
  Interaction it = refund_request("ok");
  it.error = "model unavailable";
  EXPECT_EQ(g.grade(it).score, 0);
}

TEST(Grading, AssignsTheCapabilityByTheInputAndNeverByTheAgentsWord) {
  const auto g = grading("  - must_match: 'ok'\n");
  Interaction it = refund_request("ok");
  it.capability = "small-talk";
  EXPECT_EQ(g.grade(it).capability, "refunds");
  it.input = "How are you?";
  it.capability = "refunds";
  EXPECT_EQ(g.grade(it).capability, "");
}

TEST(Grading, NamesAViolationClassOnceHoweverManyRulesSeeIt) {
  const auto g = grading("  - must_match: 'ok'\n");
  EXPECT_EQ(g.grade(refund_request("jo@example.com 4111 1111 1111 1111")).violations, std::vector<std::string>{"pii"});
  EXPECT_TRUE(g.grade(refund_request("nothing")).violations.empty());
}

TEST(Grading, ReportsABadExpressionWithItsPlace) {
  const auto read = Grading::from_yaml("capabilities:\n- name: a\n  checks:\n  - must_match: '('\n");
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().message.find("line 4"), std::string::npos) << read.error().message;
}

TEST(CardNumber, IsFoundOnlyWithAValidCheckDigit) {
  EXPECT_TRUE(contains_card_number("paid with 4111-1111-1111-1111."));
  EXPECT_FALSE(contains_card_number("paid with 4111 1111 1111 1112"));
  EXPECT_FALSE(contains_card_number("order 10432"));
}

}  // namespace
}  // namespace pawl::scorer

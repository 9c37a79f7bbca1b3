#include "gate/chat.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "unit/gate/cases.h"

namespace pawl::gate {
namespace {

using nlohmann::json;

domain::Case conversation() {
  domain::Case one = tests::a_case("refunds", 1);
  one.input = {{domain::Role::System, "be kind"},
               {domain::Role::User, "first"},
               {domain::Role::Assistant, "yes"},
               {domain::Role::User, "say \"{{tools}}\""}};
  one.tools = R"([{"type":"function","function":{"name":"refund"}}])";
  return one;
}

TEST(Request, IsAChatCompletion) {
  const json body = json::parse(write_request({.model = "m"}, conversation()));
  EXPECT_EQ(body["model"], "m");
  EXPECT_EQ(body["messages"].size(), 4U);
  EXPECT_EQ(body["messages"][0], (json{{"role", "system"}, {"content", "be kind"}}));
  EXPECT_EQ(body["tools"][0]["function"]["name"], "refund");
}

TEST(Request, FillsATemplateThatNoCaseCanChange) {
  const AgentShape shape{.request = R"({"q":"<{{input}}>","all":"{{messages}}","tools":"{{tools}}","n":1})",
                         .answer = "/a"};
  const json body = json::parse(write_request(shape, conversation()));
  EXPECT_EQ(body["q"], "<say \"{{tools}}\">");
  EXPECT_EQ(body["all"].size(), 4U);
  EXPECT_EQ(body["tools"].size(), 1U);
  EXPECT_EQ(body["n"], 1);
}

TEST(Shape, MustBeSound) {
  EXPECT_TRUE(check_shape({}));
  EXPECT_FALSE(check_shape({.request = "{"}));
  EXPECT_FALSE(check_shape({.request = "{}"}));  // where would the answer be?
  EXPECT_FALSE(check_shape({.answer = "output"}));
  EXPECT_FALSE(check_shape({.answer = "/a~2"}));
  EXPECT_TRUE(check_shape({.request = "{}", .answer = "/a~1b/0"}));
}

TEST(Answer, IsReadFromAChatCompletion) {
  const auto answer = read_answer(
      {}, 200,
      R"({"choices":[{"message":{"content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"refund","arguments":"{\"n\":1}"}}]}}],"usage":{"prompt_tokens":3,"completion_tokens":-4}})");
  EXPECT_EQ(answer.error, "");
  ASSERT_EQ(answer.tool_calls.size(), 1U);
  EXPECT_EQ(answer.tool_calls[0].name, "refund");
  EXPECT_EQ(answer.tool_calls[0].arguments, R"({"n":1})");
  EXPECT_EQ(answer.usage.input_tokens, 3);
  EXPECT_EQ(answer.usage.output_tokens, 0);
}

TEST(Answer, IsReadAtAPointer) {
  const AgentShape shape{.answer = "/out~1put/1/text"};
  EXPECT_EQ(read_answer(shape, 200, R"({"out/put":[{},{"text":"yes"}]})").text, "yes");
  EXPECT_NE(read_answer(shape, 200, R"({"out/put":[{}]})").error, "");
  EXPECT_NE(read_answer(shape, 200, R"({"out/put":{"1":null}})").error, "");
}

TEST(Answer, OfAnotherFormIsAFailure) {
  for (const char* body :
       {"", "no JSON", "[]", "{}", R"({"choices":[]})", R"({"choices":[{"message":{}}]})",
        R"({"choices":[{"message":{"content":1}}]})", R"({"choices":[{"message":{"content":"x","tool_calls":[1]}}]})",
        R"({"choices":{"0":{"message":null}}})"}) {
    const auto answer = read_answer({}, 200, body);
    EXPECT_NE(answer.error, "") << body;
    EXPECT_EQ(answer.text, "") << body;
  }
  const auto refused = read_answer({}, 503, R"({"choices":[{"message":{"content":"right"}}]})");
  EXPECT_NE(refused.error.find("answered 503"), std::string::npos);
}

}  // namespace
}  // namespace pawl::gate

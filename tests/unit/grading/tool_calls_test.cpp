// Hand-written pairs in the manner of BFCL v4; each row of tests/data/tool_call_pairs.jsonl says why it is right or
// wrong.
#include "grading/tool_calls.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

namespace pawl::grading {
namespace {

using domain::ToolCall;

std::vector<ToolCall> calls_of(const Json& list) {
  std::vector<ToolCall> out;
  for (const Json& call : list) {
    out.push_back({call["name"],
                   call["arguments"].is_string() ? call["arguments"].get<std::string>() : call["arguments"].dump()});
  }
  return out;
}

TEST(ToolCalls, AreJudgedAsTheHandWrittenPairsSay) {
  std::ifstream file(PAWL_SOURCE_DIR "/tests/data/tool_call_pairs.jsonl");
  int pairs = 0;
  for (std::string line; std::getline(file, line); ++pairs) {
    const Json row = Json::parse(line);
    const auto outcome = grade_tool_calls(row["parameters"], row.value("tools", Json::array()), calls_of(row["calls"]));
    ASSERT_TRUE(outcome) << row["why"] << ": " << outcome.error().message;
    EXPECT_EQ(outcome->value, row["score"].get<double>()) << row["why"] << ": " << outcome->reason;
  }
  EXPECT_GE(pairs, 50);
}

TEST(ToolCalls, RefuseADefinitionWhoseTypesAreUnknown) {
  const Json parameters = Json::parse(R"({"calls":[{"name":"f","arguments":{"a":["x"]}}]})");
  const Json tools = Json::parse(R"([{"name":"f","parameters":{"properties":{"a":{"type":"qubit"}}}}])");
  const auto outcome = grade_tool_calls(parameters, tools, {{"f", R"({"a":"x"})"}});
  ASSERT_FALSE(outcome);
  EXPECT_NE(outcome.error().message.find("qubit"), std::string::npos);
}

TEST(ToolCalls, RefuseALanguageThatIsNotKnown) {
  EXPECT_FALSE(grade_tool_calls(Json::parse(R"({"calls":[],"language":"cobol"})"), Json::array(), {}));
}

TEST(ToolCalls, ReadAnArgumentAsText) {
  EXPECT_EQ(argument_text({"f", R"({"a":"x","b":1})"}, "a"), "x");
  EXPECT_EQ(argument_text({"f", R"({"a":"x","b":1})"}, "b"), "1");
  EXPECT_EQ(argument_text({"f", R"({"a":"x"})"}, "c"), std::nullopt);
  EXPECT_EQ(argument_text({"f", "no json"}, "a"), std::nullopt);
}

}  // namespace
}  // namespace pawl::grading

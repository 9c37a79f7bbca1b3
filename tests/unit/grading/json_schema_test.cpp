#include "grading/json_schema.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace pawl::grading {
namespace {

bool valid(const std::string& schema, const std::string& value) {
  const auto compiled = JsonSchema::compile(Json::parse(schema));
  EXPECT_TRUE(compiled) << schema << ": " << compiled.error().message;
  const auto fault = compiled->validate(Json::parse(value));
  EXPECT_TRUE(fault);
  return !*fault;
}

struct Row {
  std::string schema;
  std::string good;
  std::string bad;
};

TEST(JsonSchema, AcceptsWhatFitsAndRefusesWhatDoesNot) {
  const std::vector<Row> rows = {
      {R"({"type":"string"})", R"("a")", "1"},
      {R"({"type":"integer"})", "3.0", "3.5"},
      {R"({"type":["null","number"]})", "null", R"("1")"},
      {R"({"enum":[1,"a"]})", R"("a")", R"("b")"},
      {R"({"const":{"a":1}})", R"({"a":1})", R"({"a":2})"},
      {R"({"required":["a"]})", R"({"a":null})", R"({})"},
      {R"({"properties":{"a":{"type":"number"}}})", R"({"a":1})", R"({"a":"1"})"},
      {R"({"properties":{"a":true},"additionalProperties":false})", R"({"a":1})", R"({"b":1})"},
      {R"({"patternProperties":{"^n_":{"type":"number"}},"additionalProperties":{"type":"string"}})",
       R"({"n_a":1,"b":"x"})", R"({"n_a":"1"})"},
      {R"({"minProperties":1,"maxProperties":2})", R"({"a":1})", R"({})"},
      {R"({"items":{"type":"number"}})", "[1,2]", R"([1,"2"])"},
      {R"({"prefixItems":[{"type":"string"}],"items":{"type":"number"}})", R"(["a",1])", R"([1,1])"},
      {R"({"contains":{"const":7}})", "[1,7]", "[1]"},
      {R"({"minItems":1,"maxItems":2})", "[1]", "[1,2,3]"},
      {R"({"uniqueItems":true})", "[1,2]", "[1,1]"},
      {R"({"minLength":2,"maxLength":3})", R"("für")", R"("a")"},
      {R"({"pattern":"^[a-z]+$"})", R"("abc")", R"("ABC")"},
      {R"({"minimum":1,"maximum":2})", "2", "3"},
      {R"({"exclusiveMinimum":1,"exclusiveMaximum":2})", "1.5", "2"},
      {R"({"multipleOf":0.1})", "0.3", "0.35"},
      {R"({"allOf":[{"minimum":1},{"maximum":3}]})", "2", "4"},
      {R"({"anyOf":[{"const":1},{"const":2}]})", "2", "3"},
      {R"({"oneOf":[{"minimum":1},{"maximum":5}]})", "6", "3"},
      {R"({"not":{"type":"null"}})", "1", "null"},
      {R"({"if":{"required":["a"]},"then":{"required":["b"]},"else":{"required":["c"]}})", R"({"a":1,"b":1})",
       R"({"a":1,"c":1})"},
      {R"({"$defs":{"n":{"type":"number"}},"items":{"$ref":"#/$defs/n"}})", "[1]", R"(["a"])"},
      {R"({"properties":{"child":{"$ref":"#"}},"additionalProperties":false})", R"({"child":{"child":{}}})",
       R"({"child":{"x":1}})"},
  };
  for (const Row& row : rows) {
    EXPECT_TRUE(valid(row.schema, row.good)) << row.schema << " " << row.good;
    EXPECT_FALSE(valid(row.schema, row.bad)) << row.schema << " " << row.bad;
  }
}

TEST(JsonSchema, TellsWhereTheValueIsWrong) {
  const auto compiled = JsonSchema::compile(Json::parse(R"({"properties":{"a":{"items":{"type":"number"}}}})"));
  ASSERT_TRUE(compiled);
  EXPECT_EQ(compiled->validate(Json::parse(R"({"a":[1,"x"]})")).value(), "/a/1 is not of type \"number\"");
}

TEST(JsonSchema, RefusesWhatItWouldNotCheck) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {R"({"dependentRequired":{"a":["b"]}})", "/dependentRequired"},
      {R"({"properties":{"a":{"typo":1}}})", "/properties/a/typo"},
      {R"({"type":"text"})", "/type"},
      {R"({"pattern":"("})", "/pattern"},
      {R"({"minItems":-1})", "/minItems"},
      {R"({"$ref":"https://example.com/x"})", "/$ref"},
      {R"({"$ref":"#/$defs/none"})", "/$ref"},
      {R"({"$ref":"#anchor"})", "/$ref"},
      {R"({"items":[1]})", "/items"},
  };
  for (const auto& [schema, place] : rows) {
    const auto compiled = JsonSchema::compile(Json::parse(schema));
    ASSERT_FALSE(compiled) << schema;
    EXPECT_NE(compiled.error().message.find(place), std::string::npos) << compiled.error().message;
  }
}

TEST(JsonSchema, NoticesThatItGoesRoundInCircles) {
  const auto compiled = JsonSchema::compile(Json::parse(R"({"$ref":"#"})"));
  ASSERT_TRUE(compiled);
  EXPECT_FALSE(compiled->validate(Json(1)));
}

}  // namespace
}  // namespace pawl::grading

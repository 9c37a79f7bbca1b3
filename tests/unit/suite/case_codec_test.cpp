#include "suite/case_codec.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "suite/canonical.h"

namespace pawl::suite {
namespace {

constexpr const char* kFull =
    R"({"id":"refund-1","capability":"refunds","input":[{"role":"system","content":"Be brief."},{"role":"user","content":"Where is my money?"}],)"
    R"("tools":[{"type":"function","function":{"name":"lookup"}}],)"
    R"("expect":[{"grader":"contains","parameters":{"values":["five days"],"ignoreCase":true},"weight":2,"threshold":0.5,"metric":"facts"},)"
    R"({"grader":"regex","parameters":{"pattern":"sorry"},"not":true}],)"
    R"("threshold":0.75,"canary":"pawl-canary-4f1c9a52","provenance":{"source":"written","reviewer":"ada","date":"2026-11-24T00:00:00Z"},"tags":["money"]})";

std::string minimal(const std::string& id, const std::string& more = "") {
  return R"({"id":")" + id +
         R"(","capability":"refunds","input":[{"role":"user","content":"hi"}],"expect":[{"grader":"exact","parameters":{"values":["yes"]}}])" +
         more + "}";
}

std::vector<std::string> faults_of(const std::string& text) {
  std::vector<std::string> out;
  for (const LineFault& fault : read_cases(text).faults) out.push_back(describe(fault));
  return out;
}

TEST(CaseLine, IsReadInFull) {
  const CaseFile file = read_cases(kFull);
  ASSERT_EQ(faults_of(kFull), std::vector<std::string>{});
  ASSERT_EQ(file.cases.size(), 1U);
  const domain::Case& one = file.cases[0];
  EXPECT_EQ(one.id, "refund-1");
  EXPECT_EQ(one.input[0].role, domain::Role::System);
  EXPECT_EQ(one.input[1].content, "Where is my money?");
  EXPECT_EQ(one.tools, R"([{"function":{"name":"lookup"},"type":"function"}])");
  EXPECT_EQ(one.expect[0].weight, 2);
  EXPECT_EQ(one.expect[0].threshold, 0.5);
  EXPECT_EQ(one.expect[0].metric, "facts");
  EXPECT_TRUE(one.expect[1].negate);
  EXPECT_EQ(one.threshold, 0.75);
  EXPECT_EQ(one.canary, "pawl-canary-4f1c9a52");
  EXPECT_EQ(one.provenance.reviewer, "ada");
  EXPECT_EQ(one.tags, std::vector<std::string>{"money"});
}

TEST(CaseLine, ReadsBackWhatWasWritten) {
  const auto cases = read_cases(std::string(kFull) + "\n\n" + minimal("b") + "\r\n").cases;
  ASSERT_EQ(cases.size(), 2U);
  EXPECT_EQ(read_cases(write_cases(cases)).cases, cases);
}

TEST(CaseLine, NamesLineFieldAndRemedyOfEveryFault) {
  EXPECT_EQ(faults_of(minimal("a") + "\n{\"id\":\"b\"}"),
            (std::vector<std::string>{"line 2: capability: is required", "line 2: input: is required",
                                      "line 2: expect: is required"}));
  EXPECT_EQ(faults_of("\n\n[1]"), std::vector<std::string>{"line 3: must be one JSON object, such as {\"id\": ...}"});
  EXPECT_EQ(faults_of("{\"id\":"),
            std::vector<std::string>{"line 1: not JSON at byte 7; each line must be one JSON object"});
}

TEST(CaseLine, RefusesAFieldNobodyKnows) {
  EXPECT_EQ(
      faults_of(minimal("a", R"(,"cannary":"x")")),
      std::vector<std::string>{
          "line 1: cannary: is not a field here; known are id, capability, input, tools, expect, threshold, canary, provenance, tags"});
}

TEST(CaseLine, RefusesParametersTheGraderDoesNotTake) {
  std::string text = minimal("a");
  text.replace(text.find("values"), 6, "value");
  EXPECT_EQ(
      faults_of(text),
      (std::vector<std::string>{"line 1: expect[0].parameters.value: is not a field here; known are values, ignoreCase",
                                "line 1: expect[0].parameters.values: is required; list the accepted texts"}));
}

TEST(CaseLine, RefusesAnIdUsedTwice) {
  EXPECT_EQ(
      faults_of(minimal("a") + "\n" + minimal("a")),
      std::vector<std::string>{"line 2: id: \"a\" was used on line 1 already; give every case of a suite its own id"});
}

TEST(CaseLine, RefusesACapabilityARolloutCouldNotName) {
  std::string text = minimal("a");
  text.replace(text.find("refunds"), 7, "Refunds");
  EXPECT_EQ(faults_of(text),
            std::vector<std::string>{
                "line 1: capability: must be a-z, 0-9 and '-', as the rollout names it, such as \"refunds\""});
}

TEST(CaseLine, KeepsAThresholdOfOneAndRefusesMore) {
  EXPECT_EQ(faults_of(minimal("a", R"(,"threshold":1)")), std::vector<std::string>{});
  EXPECT_EQ(faults_of(minimal("a", R"(,"threshold":1.5)")).size(), 1U);
  EXPECT_EQ(faults_of(minimal("a", R"(,"threshold":0)")).size(), 1U);
}

TEST(Digest, IsTheSameForEveryWayOfWritingOneCase) {
  const auto one =
      read_cases(
          R"({ "capability":"c", "id":"a", "expect":[{"weight":2.0,"grader":"exact","parameters":{"values":["é"]}}], "input":[{"content":"hi","role":"user"}] })")
          .cases;
  const auto other =
      read_cases(
          R"({"id":"a","capability":"c","input":[{"role":"user","content":"hi"}],"expect":[{"grader":"exact","parameters":{"values":["\u00e9"]},"weight":2}]})")
          .cases;
  ASSERT_EQ(one.size(), 1U);
  ASSERT_EQ(other.size(), 1U);
  EXPECT_EQ(case_digest(one[0]), case_digest(other[0]));
}

TEST(Digest, OfASuiteIgnoresTheOrderAndSeesEveryChange) {
  auto cases = read_cases(std::string(kFull) + "\n" + minimal("b")).cases;
  const std::string before = suite_digest(cases);
  std::reverse(cases.begin(), cases.end());
  EXPECT_EQ(suite_digest(cases), before);
  cases[0].expect[0].parameters = R"({"values":["no"]})";
  EXPECT_NE(suite_digest(cases), before);
}

TEST(Digest, OfTheContentIgnoresNamesAndProvenance) {
  auto cases = read_cases(minimal("a") + "\n" + minimal("b", R"(,"tags":["x"])")).cases;
  EXPECT_EQ(content_digest(cases[0]), content_digest(cases[1]));
  EXPECT_NE(case_digest(cases[0]), case_digest(cases[1]));
}

TEST(Counts, ArePerCapability) {
  EXPECT_EQ(counts_by_capability(read_cases(minimal("a") + "\n" + minimal("b")).cases),
            (std::map<std::string, std::size_t>{{"refunds", 2}}));
}

TEST(CanonicalJson, WritesWholeNumbersAsIntegers) {
  EXPECT_EQ(canonical_json(Json::parse(R"({"b": 1.0, "a": [2.5, 1e3, -0.0]})")), R"({"a":[2.5,1000,0],"b":1})");
}

}  // namespace
}  // namespace pawl::suite

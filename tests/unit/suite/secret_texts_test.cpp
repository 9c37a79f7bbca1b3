#include "suite/secret_texts.h"

#include <gtest/gtest.h>

#include "suite/case_codec.h"
#include "suite/plain_graders.h"

namespace pawl::suite {
namespace {

domain::Case read_one(const std::string& line) {
  const CaseFile file = read_cases(line);
  return file.cases.empty() ? domain::Case{} : file.cases[0];
}

const std::string kHead =
    R"({"id":"a","capability":"c","canary":"pawl-canary-1","input":[{"role":"system","content":"sys"},{"role":"user","content":"ask"},{"role":"tool","content":"found"}],"expect":[)";

TEST(SecretTexts, AreWhatIsAskedAndWhatPasses) {
  const auto texts = secret_texts(read_one(
      kHead +
      R"({"grader":"contains","parameters":{"values":["one","two"]}},{"grader":"rubric","parameters":{"rubric":"polite"}},)"
      R"({"grader":"tool-calls","parameters":{"calls":[{"name":"f","arguments":{"a":["x",1]}}]}},{"grader":"exact","not":true,"parameters":{"values":["never"]}}]})"));
  EXPECT_EQ(texts.prompts, (std::vector<std::string>{"ask", "found"}));
  EXPECT_EQ(texts.answers, (std::vector<std::string>{"one", "two", "polite", "x"}));
  EXPECT_EQ(texts.canary, "pawl-canary-1");
}

TEST(PlainGraders, JudgeWhatIsPlainAndNothingElse) {
  const auto plain = read_one(
      kHead +
      R"({"grader":"contains","parameters":{"values":["YES"],"ignoreCase":true}},{"grader":"exact","not":true,"parameters":{"values":["yes"]}}]})");
  EXPECT_EQ(passes_plainly(plain, "oh yes"), true);
  EXPECT_EQ(passes_plainly(plain, "yes"), false);
  EXPECT_EQ(passes_plainly(plain, ""), false);
  const auto judged = read_one(
      kHead +
      R"({"grader":"rubric","parameters":{"rubric":"polite"}},{"grader":"exact","parameters":{"values":["yes"]}}]})");
  EXPECT_EQ(passes_plainly(judged, "yes"), std::nullopt);
  EXPECT_EQ(passes_plainly(judged, "no"), false);
}

TEST(PlainGraders, WeighExpectationsAgainstTheCasesThreshold) {
  const auto one = read_one(
      kHead +
      R"({"grader":"exact","weight":3,"parameters":{"values":["yes"]}},{"grader":"prefix","parameters":{"values":["no"]}}],"threshold":0.75})");
  EXPECT_EQ(passes_plainly(one, "yes"), true);
  EXPECT_EQ(passes_plainly(one, "no"), false);
}

}  // namespace
}  // namespace pawl::suite

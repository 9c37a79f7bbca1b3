#include "domain/gate/lint.h"

#include <gtest/gtest.h>

#include "texts.h"

namespace pawl::domain {
namespace {

std::vector<Case> good_cases(std::uint64_t seed, const std::string& prefix, std::size_t count = 25) {
  Random random(seed);
  std::vector<Case> cases;
  for (std::size_t i = 0; i < count; ++i) {
    cases.push_back(a_case(prefix + std::to_string(i), "refunds", question(random), made_up_word(random)));
    cases.back().canary = "pawl-canary-" + std::to_string(random.next());
  }
  return cases;
}

/// A case is passed by the text between the brackets of its expectation.
std::optional<bool> passes(const Case& one, const std::string& answer) {
  return one.expect[0].parameters == R"({"values":[")" + answer + R"("]})";
}

std::vector<LintRule> rules_of(const std::vector<LintedSet>& sets) {
  std::vector<LintRule> rules;
  for (const Finding& finding :
       lint(sets, {.near = 0.8, .capability_min = 20, .constant_share = 0.5, .graders = {"exact"}}, passes)) {
    rules.push_back(finding.rule);
  }
  return rules;
}

using Rules = std::vector<LintRule>;

TEST(Lint, FindsNothingInGoodSuites) {
  EXPECT_EQ(rules_of({{"dev", false, good_cases(1, "d")}, {"held-out", true, good_cases(2, "h")}}), Rules{});
}

TEST(Lint, FindsATaskThatStandsInTwoTiers) {
  auto dev = good_cases(1, "d");
  const auto secret = good_cases(2, "h");
  dev.push_back(a_case("copy", "refunds", "  " + secret[3].input[0].content + "!", "x"));
  dev.push_back(a_case("near", "refunds", secret[4].input[0].content + " Thanks a lot", "y"));
  EXPECT_EQ(rules_of({{"dev", false, dev}, {"held-out", true, secret}}),
            (Rules{LintRule::DuplicateExact, LintRule::DuplicateNear}));
}

TEST(Lint, AllowsOneQuestionWithTwoRightAnswersInsideOneSet) {
  auto cases = good_cases(1, "d");
  cases.push_back(a_case("other", "refunds", cases[0].input[0].content, "another"));
  EXPECT_EQ(rules_of({{"dev", false, cases}}), Rules{});
  cases.push_back(cases[0]);
  cases.back().id = "again";
  EXPECT_EQ(rules_of({{"dev", false, cases}}), Rules{LintRule::DuplicateExact});
}

TEST(Lint, FindsCasesThatSayingNothingPasses) {
  auto cases = good_cases(1, "d");
  cases[0].expect[0].parameters = R"({"values":[""]})";
  EXPECT_EQ(rules_of({{"dev", false, cases}}), Rules{LintRule::NullAnswer});
}

TEST(Lint, FindsACapabilityThatAConstantAnswerPasses) {
  auto cases = good_cases(1, "d");
  for (std::size_t i = 0; i < 13; ++i) cases[i].expect[0].parameters = R"({"values":["yes"]})";
  EXPECT_EQ(rules_of({{"dev", false, cases}}), Rules{LintRule::ConstantAnswer});
  cases[0].expect[0].parameters = R"({"values":["no"]})";
  EXPECT_EQ(rules_of({{"dev", false, cases}}), Rules{});
}

TEST(Lint, WantsCanariesInHeldOutSetsOnly) {
  auto cases = good_cases(1, "d");
  cases[0].canary = "";
  cases[1].canary = "abc-1";
  EXPECT_EQ(rules_of({{"dev", false, cases}}), Rules{});
  EXPECT_EQ(rules_of({{"held-out", true, cases}}), (Rules{LintRule::CanaryMissing, LintRule::CanaryShort}));
}

TEST(Lint, WantsEnoughCasesOfEachCapability) {
  const auto findings = lint({{"dev", false, good_cases(1, "d", 19)}},
                             {.near = 0.8, .capability_min = 20, .constant_share = 0.5, .graders = {}}, passes);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(
      findings[0].message,
      "capability refunds has 19 cases, a protected one needs 20 (and 60 to see a loss of 10 points if a tenth of the cases differ; level 0.05, power 0.8); add cases or drop the protection");
}

TEST(Lint, FindsAGraderNobodyKnows) {
  auto cases = good_cases(1, "d");
  cases[7].expect[0].grader = "exakt";
  EXPECT_EQ(rules_of({{"dev", false, cases}}), Rules{LintRule::UnknownGrader});
}

}  // namespace
}  // namespace pawl::domain

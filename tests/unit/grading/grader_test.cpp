#include "grading/grader.h"

#include <gtest/gtest.h>

namespace pawl::grading {
namespace {

using domain::Answer;
using domain::Case;
using domain::Expectation;
using domain::Graded;
using domain::Score;

Expectation expectation(std::string grader, std::string parameters, bool negate = false) {
  return {.grader = std::move(grader),
          .parameters = std::move(parameters),
          .negate = negate,
          .weight = 1,
          .threshold = std::nullopt,
          .metric = ""};
}

Answer says(std::string text) { return {.text = std::move(text)}; }

double score(const Expectation& e, const Answer& answer) {
  const auto grader = Grader::make(e, "");
  EXPECT_TRUE(grader) << grader.error().message;
  const auto outcome = grader->grade(answer);
  EXPECT_TRUE(outcome) << outcome.error().message;
  return outcome->value;
}

struct Row {
  std::string grader;
  std::string parameters;
  std::string good;
  std::string bad;
};

TEST(Grader, PassesWhatItsParametersAskForAndFailsTheRest) {
  const std::vector<Row> rows = {
      {"exact", R"({"values":["Paris"]})", "Paris", "Paris!"},
      {"exact", R"({"values":["Paris"],"ignoreCase":true})", "PARIS", "London"},
      {"prefix", R"({"values":["Yes"]})", "Yes, sir", "Oh yes"},
      {"contains", R"({"values":["a","b"]})", "b", "c"},
      {"contains", R"({"values":["a","b"],"match":"all"})", "a b", "b"},
      {"regex", R"({"pattern":"^\\d+$"})", "12", "12a"},
      {"json", R"({})", R"({"a":1})", "a"},
      {"json", R"({"schema":{"required":["a"]}})", "```json\n{\"a\":1}\n```", R"({"b":1})"},
      {"json-equals", R"({"values":[{"a":1,"b":2}]})", R"({"b":2,"a":1})", R"({"a":1})"},
      {"numeric", R"({"value":10,"absolute":0.5})", "about 10.4", "about 11"},
      {"levenshtein", R"({"value":"kitten","maxDistance":3})", "sitting", "dog"},
      {"choice", R"({"values":["B"],"choices":["red","blue"]})", "The answer is (B).", "ANSWER: A"},
      {"choice", R"({"values":["B"],"choices":["red","blue"]})", "b", "neither"},
      {"choice", R"({"values":["B"],"choices":["red","blue"]})", "Blue", "red"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(score(expectation(row.grader, row.parameters), says(row.good)), 1) << row.grader << " " << row.good;
    EXPECT_EQ(score(expectation(row.grader, row.parameters), says(row.bad)), 0) << row.grader << " " << row.bad;
    EXPECT_EQ(score(expectation(row.grader, row.parameters, true), says(row.bad)), 1)
        << "not " << row.grader << " " << row.bad;
  }
}

TEST(Grader, GivesSimilarityWhereNoDistanceIsAsked) {
  EXPECT_DOUBLE_EQ(score(expectation("levenshtein", R"({"value":"abcd"})"), says("abce")), 0.75);
}

TEST(Grader, DoesNotLetALongAnswerChooseHowLongTheComparisonTakes) {
  EXPECT_EQ(score(expectation("levenshtein", R"({"value":"abcd","maxDistance":9})"),
                  says(std::string(std::size_t{4} << 20, 'a'))),
            0);
}

TEST(Grader, SeesWhetherAnyToolWasCalled) {
  Answer answer = says("");
  EXPECT_EQ(score(expectation("any-tool-call", "{}"), answer), 0);
  answer.tool_calls = {{"search", "{}"}};
  EXPECT_EQ(score(expectation("any-tool-call", "{}"), answer), 1);
}

TEST(Grader, GivesNothingToAnAgentThatFailedEvenIfNegated) {
  Answer answer = says("Paris");
  answer.error = "503";
  EXPECT_EQ(score(expectation("exact", R"({"values":["Paris"]})"), answer), 0);
  EXPECT_EQ(score(expectation("exact", R"({"values":["London"]})", true), answer), 0);
}

TEST(Grader, JudgesLatencyAndCostOnlyWhereTheyAreKnown) {
  Answer answer = says("");
  for (const auto& e :
       {expectation("latency", R"({"maxMilliseconds":500})"), expectation("cost", R"({"maxUsd":0.01})")}) {
    const auto grader = Grader::make(e, "");
    ASSERT_TRUE(grader);
    EXPECT_FALSE(grader->grade(answer)) << "not measured is an error of the grader, not a score";
  }
  answer.latency = std::chrono::milliseconds{500};
  answer.cost_usd = 0.011;
  EXPECT_EQ(score(expectation("latency", R"({"maxMilliseconds":500})"), answer), 1);
  EXPECT_EQ(score(expectation("cost", R"({"maxUsd":0.01})"), answer), 0);
}

TEST(Grader, RefusesParametersThatItCannotUseAndNamesThem) {
  const std::vector<std::tuple<std::string, std::string, std::string>> rows = {
      {"exact", "{}", "'values'"},
      {"exact", R"({"values":[]})", "'values'"},
      {"contains", R"({"values":["a"],"match":"some"})", "'match'"},
      {"regex", R"({"pattern":"("})", "'('"},
      {"json", R"({"schema":{"typo":1}})", "/typo"},
      {"numeric", R"({"value":"1"})", "'value'"},
      {"numeric", R"({"value":1,"absolute":-1})", "'absolute'"},
      {"latency", "{}", "'maxMilliseconds'"},
      {"tool-calls", "{}", "'calls'"},
      {"tool-calls", R"({"calls":[{"name":"f"}]})", "'arguments'"},
      {"rubric", R"({"rubric":"be nice"})", "judge"},
      {"telepathy", "{}", "telepathy"},
      {"exact", "[]", "object"},
      {"exact", "{", "parameters"},
  };
  for (const auto& [grader, parameters, named] : rows) {
    const auto made = Grader::make(expectation(grader, parameters), "");
    ASSERT_FALSE(made) << grader << parameters;
    EXPECT_NE(made.error().message.find(named), std::string::npos) << made.error().message;
    EXPECT_NE(made.error().message.find(grader), std::string::npos) << made.error().message;
  }
}

Case with(std::vector<Expectation> expectations) {
  Case one;
  one.id = "c1";
  one.expect = std::move(expectations);
  return one;
}

TEST(CombinedScore, IsTheWeightedMeanAndPassesOnlyIfEveryExpectationIsMet) {
  Case one = with({expectation("exact", "{}"), expectation("regex", "{}")});
  one.expect[0].weight = 3;
  const auto mixed = combine(one, {Score{1, ""}, Score{0, "does not match"}});
  ASSERT_TRUE(mixed);
  EXPECT_DOUBLE_EQ(mixed->score, 0.75);
  EXPECT_FALSE(mixed->passed);
  EXPECT_EQ(mixed->reason, "regex: does not match");
  one.threshold = 0.7;
  EXPECT_TRUE(combine(one, {Score{1, ""}, Score{0, ""}})->passed);
}

TEST(CombinedScore, KeepsAnExpectationsOwnThreshold) {
  Case one = with({expectation("levenshtein", "{}")});
  one.expect[0].threshold = 0.8;
  EXPECT_TRUE(combine(one, {Score{0.8, ""}})->passed);
  EXPECT_FALSE(combine(one, {Score{0.79, ""}})->passed);
}

TEST(CombinedScore, NeverExistsBesideAGradersError) {
  const Case one = with({expectation("exact", "{}"), expectation("rubric", "{}")});
  const auto combined = combine(one, {Score{1, ""}, fail(ErrorKind::Unavailable, "the judge does not answer")});
  ASSERT_FALSE(combined);
  EXPECT_EQ(combined.error().message, "case c1, grader rubric: the judge does not answer");
  EXPECT_FALSE(combine(one, {Score{1, ""}})) << "an outcome is missing";
}

}  // namespace
}  // namespace pawl::grading

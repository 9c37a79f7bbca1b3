#include "suite/import.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "suite/export.h"

namespace pawl::suite {
namespace {

using Counts = std::map<std::string, std::size_t>;

std::vector<std::string> faults_of(const Imported& imported) {
  std::vector<std::string> out;
  for (const LineFault& fault : imported.faults) out.push_back(describe(fault));
  return out;
}

constexpr const char* kPromptfoo = R"(
description: support
providers: [openai:gpt-4o]
prompts:
- "You are terse. {{question}}"
defaultTest:
  assert: [{type: latency, threshold: 2000}]
tests:
- description: money back
  vars: {question: "Where is my money?"}
  metadata: {capability: Refunds, severity: high}
  threshold: 0.5
  assert:
  - {type: icontains-any, value: "five days, 5 days", weight: 2, metric: facts}
  - {type: not-regex, value: "(?i)sorry"}
  - {type: javascript, value: "output.length < 10"}
  - {type: llm-rubric, value: Is polite, threshold: 0.8, provider: openai:gpt-4o}
- vars: {question: [Hi, Hello]}
  assert: [{type: equals, value: Hello!}]
- vars: {question: "{% if x %}"}
  assert: [{type: equals, value: "{{other}}"}]
)";

TEST(Promptfoo, BecomesCasesWithWhatHasNoPlaceNamed) {
  const Imported imported = import_promptfoo(kPromptfoo, {.name = "support", .capability = "general", .grader = ""});
  EXPECT_EQ(faults_of(imported), std::vector<std::string>{});
  ASSERT_EQ(imported.cases.size(), 4U);
  const domain::Case& first = imported.cases[0];
  EXPECT_EQ(first.id, "support-1");
  EXPECT_EQ(first.capability, "refunds");
  EXPECT_EQ(first.input[0].content, "You are terse. Where is my money?");
  EXPECT_EQ(first.threshold, 0.5);
  EXPECT_EQ(first.tags, std::vector<std::string>{"severity=high"});
  EXPECT_EQ(first.provenance.reference, "money back");
  ASSERT_EQ(first.expect.size(), 4U);
  EXPECT_EQ(first.expect[0].grader, "contains");
  EXPECT_EQ(first.expect[0].parameters, R"({"ignoreCase":true,"values":["five days","5 days"]})");
  EXPECT_EQ(first.expect[0].weight, 2);
  EXPECT_EQ(first.expect[0].metric, "facts");
  EXPECT_EQ(first.expect[1].grader, "regex");
  EXPECT_TRUE(first.expect[1].negate);
  EXPECT_EQ(first.expect[2].threshold, 0.8);
  EXPECT_EQ(first.expect[3].parameters, R"({"maxMilliseconds":2000})");
  EXPECT_EQ(imported.cases[2].input[0].content, "You are terse. Hello");
  EXPECT_EQ(imported.unmapped, (Counts{{"assert field provider", 1},
                                       {"assert type javascript", 1},
                                       {"assert value from a file or a template", 1},
                                       {"capability not in a-z, 0-9 and '-': rewritten", 1},
                                       {"configuration field providers", 1}}));
}

TEST(Promptfoo, LeavesOutAPromptItCannotFill) {
  const Imported imported =
      import_promptfoo("prompts: ['{{a}} {{b}}']\ntests: [{vars: {a: x}, assert: [{type: equals, value: y}]}]", {});
  EXPECT_TRUE(imported.cases.empty());
  EXPECT_EQ(imported.unmapped,
            (Counts{{"prompt with template code, or with a variable that has no value: case left out", 1}}));
}

TEST(Promptfoo, SaysWhereYamlIsBroken) {
  EXPECT_EQ(faults_of(import_promptfoo("tests: [", {})).size(), 1U);
  EXPECT_EQ(faults_of(import_promptfoo("tests: x", {})),
            std::vector<std::string>{"tests: must be a list; tests from other files are imported one file at a time"});
}

TEST(Promptfoo, DoesNotGrowWithAliases) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string below = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + below;
    for (int j = 0; j < 9; ++j) bomb += ", " + below;
    bomb += "]\n";
  }
  EXPECT_EQ(faults_of(import_promptfoo(bomb + "tests: *a11\n", {})),
            std::vector<std::string>{"nested too deeply, or made large by aliases; write it out plainly"});
}

TEST(PromptfooCsv, ReadsTypedCells) {
  const Imported imported = import_promptfoo_csv(
      "question,__expected,__expected2,__metadata:capability,__description,__prefix\r\n"
      "\"Say \"\"hi\"\", please\",Hi,\"similar(0.9): hello\",tone,greets,\n"
      "two,contains: 2,fn: output,,,x\n",
      {});
  EXPECT_EQ(faults_of(imported), std::vector<std::string>{});
  ASSERT_EQ(imported.cases.size(), 2U);
  EXPECT_EQ(imported.cases[0].input[0].content, "Say \"hi\", please");
  EXPECT_EQ(imported.cases[0].capability, "tone");
  EXPECT_EQ(imported.cases[0].expect[0].parameters, R"({"values":["Hi"]})");
  EXPECT_EQ(imported.cases[0].expect[1].grader, "similar");
  EXPECT_EQ(imported.cases[0].expect[1].threshold, 0.9);
  EXPECT_EQ(imported.cases[1].expect[0].grader, "contains");
  EXPECT_EQ(imported.unmapped, (Counts{{"assert type javascript", 1}, {"column __prefix", 1}}));
}

TEST(OpenAiEvals, TakeTheGraderFromTheOption) {
  constexpr const char* kLines =
      R"({"input": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "2+2?", "name": "ann"}], "ideal": ["4", "four"], "note": 1})"
      "\n"
      R"({"input": "3+3?", "ideal": "6"})";
  const Imported matched = import_openai_evals(kLines, {});
  ASSERT_EQ(matched.cases.size(), 2U);
  EXPECT_EQ(matched.cases[0].expect[0].grader, "prefix");
  EXPECT_EQ(matched.cases[0].expect[0].parameters, R"({"values":["4","four"]})");
  EXPECT_EQ(matched.unmapped, (Counts{{"field note", 1}, {"message field name", 1}}));
  EXPECT_EQ(
      import_openai_evals(kLines, {.name = "x", .capability = "sums", .grader = "includes"}).cases[1].expect[0].grader,
      "contains");
  EXPECT_EQ(
      import_openai_evals(kLines, {.name = "x", .capability = "sums", .grader = "json"}).cases[1].expect[0].parameters,
      R"({"values":[6]})");
  EXPECT_EQ(faults_of(import_openai_evals(kLines, {.name = "x", .capability = "sums", .grader = "magic"})),
            std::vector<std::string>{"grader \"magic\" is none of OpenAI evals; use match, includes, fuzzy or json"});
}

TEST(OpenAiEvals, NameTheLineThatIsNoJson) {
  EXPECT_EQ(faults_of(import_openai_evals("{}\n{oops\n", {})),
            std::vector<std::string>{"line 2: not JSON at byte 2; each line must be one JSON object"});
}

TEST(Inspect, ReadsListsLinesAndTables) {
  const std::string sample =
      R"({"id": 7, "input": "2+2?", "target": "4", "metadata": {"capability": "sums"}, "sandbox": "docker"})";
  const Imported list = import_inspect("[" + sample + "]", {});
  const Imported lines = import_inspect(sample + "\n", {});
  const Imported table =
      import_inspect("id,input,target,metadata,sandbox\n7,2+2?,4,\"{\"\"capability\"\": \"\"sums\"\"}\",docker\n", {});
  ASSERT_EQ(list.cases.size(), 1U);
  EXPECT_EQ(list.cases[0].id, "7");
  EXPECT_EQ(list.cases[0].capability, "sums");
  EXPECT_EQ(list.cases, lines.cases);
  EXPECT_EQ(list.cases, table.cases);
  EXPECT_EQ(list.unmapped, (Counts{{"field sandbox", 1}}));
}

TEST(Inspect, ShowsTheChoicesInTheQuestion) {
  const Imported imported = import_inspect(R"([{"input": "Which?", "choices": ["red", "blue"], "target": "B"}])", {});
  ASSERT_EQ(imported.cases.size(), 1U);
  EXPECT_EQ(imported.cases[0].input[0].content, "Which?\n\nA) red\nB) blue");
  EXPECT_EQ(imported.cases[0].expect[0].parameters, R"({"choices":["red","blue"],"values":["B"]})");
}

constexpr const char* kBfclQuestions =
    R"({"id": "simple_java_0", "question": [[{"role": "user", "content": "Area?"}]], "function": [{"name": "geo.area", "description": "d", "parameters": {"type": "dict", "properties": {"m": {"type": "HashMap"}, "r": {"type": "float"}}, "required": ["r"]}}]})"
    "\n"
    R"({"id": "irrelevance_3", "question": [[{"role": "user", "content": "Hi"}]], "function": [{"name": "f", "parameters": {"type": "dict", "properties": {}}}]})"
    "\n"
    R"({"id": "multi_turn_base_1", "question": [[{"role": "user", "content": "a"}], [{"role": "user", "content": "b"}]], "path": ["x"]})";
constexpr const char* kBfclAnswers =
    R"({"id": "simple_java_0", "ground_truth": [{"geo.area": {"r": [2.5, 3], "m": [{"a": [1]}, ""]}}]})";

TEST(Bfcl, JoinsQuestionsWithTheirAnswers) {
  const Imported imported = import_bfcl(kBfclQuestions, kBfclAnswers, {});
  EXPECT_EQ(faults_of(imported), std::vector<std::string>{});
  ASSERT_EQ(imported.cases.size(), 2U);
  EXPECT_EQ(imported.cases[0].capability, "simple-java");
  EXPECT_EQ(imported.cases[0].expect[0].parameters,
            R"({"calls":[{"arguments":{"m":[{"a":[1]},""],"r":[2.5,3]},"name":"geo.area"}],"language":"java"})");
  EXPECT_NE(imported.cases[0].tools.find(R"("type":"object")"), std::string::npos);
  EXPECT_EQ(imported.cases[1].expect[0].parameters, R"({"calls":[]})");
  EXPECT_EQ(imported.unmapped.count("question of several turns: case left out"), 1U);
}

TEST(Bfcl, ComesBackAsItWas) {
  const Imported imported = import_bfcl(kBfclQuestions, kBfclAnswers, {});
  const Exported exported = export_bfcl(imported.cases);
  EXPECT_EQ(import_bfcl(exported.text, exported.answers, {}).cases, imported.cases);
  EXPECT_EQ(Json::parse(exported.text.substr(0, exported.text.find('\n'))),
            Json::parse(std::string(kBfclQuestions).substr(0, std::string(kBfclQuestions).find('\n'))));
  EXPECT_EQ(exported.answers, Json::parse(kBfclAnswers).dump() + "\n");
}

/// What a format cannot carry (provenance) is taken over from the other side before comparing.
std::vector<domain::Case> with_provenance_of(std::vector<domain::Case> cases, const std::vector<domain::Case>& other) {
  for (std::size_t i = 0; i < cases.size() && i < other.size(); ++i) cases[i].provenance = other[i].provenance;
  return cases;
}

TEST(RoundTrip, ThroughPromptfooKeepsEverythingButProvenance) {
  const auto cases = import_promptfoo(kPromptfoo, {.name = "support", .capability = "general", .grader = ""}).cases;
  const Exported exported = export_promptfoo(cases);
  EXPECT_EQ(exported.unmapped, Counts{});
  EXPECT_EQ(with_provenance_of(import_promptfoo(exported.text, {}).cases, cases), cases);
}

TEST(RoundTrip, ThroughOpenAiEvalsAndInspectKeepsThePlainCases) {
  const auto evals =
      import_openai_evals(
          R"({"input": [{"role": "system", "content": "s"}, {"role": "user", "content": "2+2?"}], "ideal": ["4", "four"], "metadata": {"id": "a", "tags": ["x"]}})",
          {})
          .cases;
  ASSERT_EQ(evals.size(), 1U);
  EXPECT_EQ(with_provenance_of(import_openai_evals(export_openai_evals(evals).text, {}).cases, evals), evals);
  const auto samples = import_inspect(R"([{"id": "a", "input": "2+2?", "target": ["4", "four"]}])", {}).cases;
  ASSERT_EQ(samples.size(), 1U);
  EXPECT_EQ(with_provenance_of(import_inspect(export_inspect(samples).text, {}).cases, samples), samples);
}

TEST(Export, NamesWhatAFormatHasNoPlaceFor) {
  auto cases = import_bfcl(kBfclQuestions, kBfclAnswers, {}).cases;
  EXPECT_EQ(export_promptfoo(cases).unmapped, (Counts{{"grader tool-calls", 2}, {"tools", 2}}));
  EXPECT_EQ(export_openai_evals(cases).unmapped, (Counts{{"case whose expectations do not fit: left out", 2}}));
}

}  // namespace
}  // namespace pawl::suite

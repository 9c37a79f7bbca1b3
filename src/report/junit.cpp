#include "report/junit.h"

#include <map>
#include <vector>

#include "base/counted.h"
#include "domain/gate/public_report.h"
#include "json/clip.h"

namespace pawl::report {
namespace {

using namespace domain;

constexpr std::size_t kTextMax = 2000;

/// Attribute text: what XML 1.0 cannot hold becomes '?'.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : json::clip(text, kTextMax)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\n':
        out += "&#10;";
        break;
      case '\t':
        out += "&#9;";
        break;
      default:
        out += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    }
  }
  return out;
}

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + escaped(value) + "\"";
}

enum class Result { Passed, Failure, Error, Skipped };

struct Test {
  std::string name;
  Result result = Result::Passed;
  std::string type;
  std::string message;
};

Test step_test(const GateStep& step) {
  if (step.verdict == GateVerdict::Pass) return {step.name, Result::Passed, "", ""};
  if (step.verdict == GateVerdict::Fail) return {step.name, Result::Failure, step.reason, step.message};
  return {step.name, Result::Error, "missing", step.reason + ": " + step.message};
}

Test case_test(const CaseRow& row) {
  const bool collapsed = row.candidate_passes == 0 && row.stable_passes.value_or(0) > 0;
  if (row.quarantined) return {row.id, Result::Skipped, "", "set aside: stable's own epochs disagree"};
  switch (row.state) {
    case CaseState::Missing:
      return {row.id, Result::Error, "missing", row.reason};
    case CaseState::Lost:
      return {row.id, Result::Failure, collapsed ? "collapse" : "regression", row.reason};
    case CaseState::Failed:
      return {row.id, Result::Failure, "threshold", row.reason};
    case CaseState::BothFailed:
      if (row.tier == Tier::Regression) return {row.id, Result::Failure, "threshold", row.reason};
      return {row.id, Result::Skipped, "", "fails on stable too: " + row.reason};
    case CaseState::Won:
    case CaseState::BothPassed:
    case CaseState::Passed:
      break;
  }
  return {row.id, Result::Passed, "", ""};
}

Test skill_test(const SkillRow& row, bool compared) {
  const std::string name = "capability as a whole";
  const std::string message = std::string(to_string(row.state)) +
                              (row.withheld ? "; its cases are held out" : " over " + counted(row.cases, "case"));
  if (row.state == SkillState::Lost) return {name, Result::Failure, "regression", message};
  const bool proven = row.state == SkillState::Held || row.state == SkillState::Gained || !compared;
  if (proven || !row.required) return {name, Result::Passed, "", ""};
  return {name, Result::Error, "missing", message};
}

std::string count_attributes(const std::vector<Test>& tests) {
  std::map<Result, int> counts;
  for (const Test& test : tests) ++counts[test.result];
  return " tests=\"" + std::to_string(tests.size()) + "\" failures=\"" + std::to_string(counts[Result::Failure]) +
         "\" errors=\"" + std::to_string(counts[Result::Error]) + "\" skipped=\"" +
         std::to_string(counts[Result::Skipped]) + "\"";
}

std::string test_xml(const std::string& suite, const Test& test) {
  const std::string opening = "    <testcase" + attribute("classname", suite) + attribute("name", test.name) + ">\n";
  const std::string details =
      attribute("type", test.type) + attribute("message", test.message) + "/>\n    </testcase>\n";
  switch (test.result) {
    case Result::Passed:
      return "    <testcase" + attribute("classname", suite) + attribute("name", test.name) + "/>\n";
    case Result::Failure:
      return opening + "      <failure" + details;
    case Result::Error:
      return opening + "      <error" + details;
    case Result::Skipped:
      return opening + "      <skipped" + attribute("message", test.message) + "/>\n    </testcase>\n";
  }
  return {};
}

std::string properties_xml(const GateReport& report) {
  const std::vector<std::pair<std::string, std::string>> all = {{"verdict", std::string(to_string(report.verdict))},
                                                                {"candidate", report.candidate_revision},
                                                                {"candidateDigest", report.candidate_digest},
                                                                {"stable", report.stable_revision},
                                                                {"suiteDigest", report.suite_digest},
                                                                {"graderDigest", report.grader_digest},
                                                                {"epochs", std::to_string(report.epochs)}};
  std::string out = "    <properties>\n";
  for (const auto& [name, value] : all) {
    out += "      <property" + attribute("name", name) + attribute("value", value) + "/>\n";
  }
  return out + "    </properties>\n";
}

std::string suite_xml(const std::string& name, const std::vector<Test>& tests, const std::string& properties) {
  std::string out = "  <testsuite" + attribute("name", name) + count_attributes(tests) + ">\n" + properties;
  for (const Test& test : tests) out += test_xml(name, test);
  return out + "  </testsuite>\n";
}

}  // namespace

std::string junit_xml(const GateReport& whole, Audience audience) {
  const GateReport report = audience == Audience::Gate ? whole : for_everyone(whole);
  std::vector<Test> steps;
  for (const GateStep& step : report.steps) steps.push_back(step_test(step));
  std::map<std::string, std::vector<Test>> suites;
  if (audience == Audience::Everyone) {
    for (const SkillRow& row : report.scoreboard) {
      suites[row.capability].push_back(skill_test(row, !report.no_baseline));
    }
  }
  for (const CaseRow& row : report.cases) suites[row.capability].push_back(case_test(row));
  std::vector<Test> all = steps;
  for (const auto& [name, tests] : suites) all.insert(all.end(), tests.begin(), tests.end());
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + attribute("name", "pawl gate") +
                    count_attributes(all) + ">\n";
  out += suite_xml("gate", steps, properties_xml(report));
  for (const auto& [name, tests] : suites) out += suite_xml(name, tests, "");
  return out + "</testsuites>\n";
}

}  // namespace pawl::report

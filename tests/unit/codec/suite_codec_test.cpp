#include "codec/suite_codec.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "yaml_json.h"

namespace pawl::codec {
namespace {

Json suite(const char* file = "tests/data/maximal_suite.yaml") { return load_yaml(file)["spec"]; }

std::string refusal(Json spec) {
  const auto parsed = parse_suite_spec(spec);
  return parsed ? "accepted" : parsed.error().message;
}

TEST(SuiteSpec, ReadsEveryField) {
  const auto parsed = parse_suite_spec(suite());
  ASSERT_TRUE(parsed) << parsed.error().message;
  domain::SuiteSpec expected;
  expected.tier = domain::SuiteTier::HeldOut;
  expected.cases.secrets = domain::CaseObjects{{}, {{"pawl.dev/suite", "support-heldout"}}, "lines.jsonl"};
  expected.capabilities = {{"refunds", 40}, {"tone", 25}};
  expected.graders = {{"exact", "1"}, {"rubric", "2026-11"}};
  expected.epochs = 5;
  expected.generation = 2;
  expected.budget = domain::LeakBudget{12, 3, 200};
  EXPECT_EQ(*parsed, expected);
}

TEST(SuiteSpec, TakesWhatIsNotSaidFromTheDomainsDefaults) {
  const auto parsed = parse_suite_spec(suite("tests/data/minimal_suite.yaml"));
  ASSERT_TRUE(parsed) << parsed.error().message;
  domain::SuiteSpec expected;
  expected.cases.config_maps = domain::CaseObjects{{"support-dev-cases"}, {}, "cases.jsonl"};
  EXPECT_EQ(*parsed, expected);
}

TEST(SuiteSpec, RefusesWhatTheSchemaRefuses) {
  Json spec = suite();
  spec["tier"] = "Dev";
  EXPECT_EQ(
      refusal(spec),
      "spec.cases.configMaps: a public tier keeps its cases in ConfigMaps; replace secrets by configMaps, or use the tier HeldOut; "
      "spec.budget: only the tier HeldOut has secrets to protect; remove the budget");
  spec = suite("tests/data/minimal_suite.yaml");
  spec["tier"] = "HeldOut";
  EXPECT_EQ(
      refusal(spec),
      "spec.cases.secrets: the tier HeldOut keeps its cases in Secrets of the gate's namespace; replace configMaps by secrets");
  spec["cases"]["secrets"] = spec["cases"]["configMaps"];
  EXPECT_EQ(refusal(spec), "spec.cases: name exactly one of configMaps and secrets");
  spec = suite();
  spec["budget"] = {{"answers", 2}};
  EXPECT_EQ(
      refusal(spec),
      "spec.budget.promotions: must not be above answers, since every promotion rests on one; lower it or raise answers");
  spec = suite();
  spec["cases"]["secrets"]["names"] = {"a"};
  EXPECT_EQ(refusal(spec), "spec.cases.secrets: name the objects by exactly one of names and matchLabels");
}

TEST(SuiteSpec, NeedsATierAndCases) {
  EXPECT_EQ(
      refusal(Json::object()),
      "spec.tier: is required: Dev, Golden, Regression or HeldOut; spec.cases: is required; spec.cases: name exactly one of configMaps and secrets");
}

TEST(SuiteRecord, IsReadBackAsItWasWrittenOrRefused) {
  domain::SuiteRecord record;
  EXPECT_EQ(parse_suite_record(render_suite_record(record)).value(), record);
  record.known_cases = {"frozen/0123456789abcdef"};
  record.ledger = domain::Ledger{.generation = 2, .bits_spent = 6, .answers = 1, .promotions = 1, .cases = {}};
  EXPECT_EQ(parse_suite_record(render_suite_record(record)).value(), record);
  EXPECT_FALSE(parse_suite_record(Json::parse(R"({"knownCases":"0123"})")));
  EXPECT_FALSE(parse_suite_record(Json::parse(R"({"ledger":{"answers":-1}})")));
  EXPECT_FALSE(parse_suite_record(Json::parse("[]")));
}

TEST(SuiteStatus, KeepsTheKnownCasesAsDigitsAndReadsThemBack) {
  domain::SuiteStatus status;
  status.known_cases = {"frozen/0123456789abcdef", "frozen/fedcba9876543210"};
  const Json stored = render_suite_status(status);
  EXPECT_EQ(stored["knownCases"], "0123456789abcdeffedcba9876543210");
  EXPECT_EQ(parse_suite_status(stored).known_cases, status.known_cases);
}

}  // namespace
}  // namespace pawl::codec

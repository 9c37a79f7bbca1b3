// The report's forms, compared with stored texts: read tests/unit/report/golden to see what a user sees. To store new
// ones, run with PAWL_STORE_GOLDEN=1 and read the difference.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "report/gate_json.h"
#include "report/junit.h"
#include "report/markdown.h"
#include "report/read_gate_json.h"
#include "report/sarif.h"
#include "report/stored_report.h"
#include "unit/domain/gate/runs.h"

namespace pawl::report {
namespace {

using namespace domain;
using namespace domain::runs;

void expect_golden(const std::string& name, const std::string& found) {
  const std::string path = std::string(PAWL_SOURCE_DIR) + "/tests/unit/report/golden/" + name;
  if (std::getenv("PAWL_STORE_GOLDEN") != nullptr) std::ofstream(path) << found;
  std::ifstream file(path);
  std::ostringstream stored;
  stored << file.rdbuf();
  EXPECT_EQ(found, stored.str()) << path;
}

/// A skill falls under a rising mean, a frozen case flickers, and a name tries to be markup.
GateReport mixed_report() {
  auto blocks = good_blocks();
  blocks[0].cases = 24;
  blocks[0].stable_passes = 8;
  blocks[0].candidate_passes = 24;
  blocks[1] = {"privacy", 24, 20, 8, Tier::Golden};
  blocks[2] = {"language", 22, 22, 22, Tier::HeldOut};
  blocks[3] = {"frozen", 6, 6, 6, Tier::Regression};
  GateInput in = input(blocks);
  in.candidate.revision = "r2 <script>@team|";
  set(*in.stable, "frozen-001", 1, false);
  at(in.candidate, "privacy-010", 0).reason = "says \"no\" & <b>stops</b>\x01\xff";
  return judge_candidate(in, {});
}

GateReport passed_report() { return judge_candidate(input(good_blocks()), {}); }

TEST(StoredReport, IsTheWholeReportWhereItFits) {
  const StoredReport stored = stored_report(mixed_report());
  EXPECT_EQ(stored.text, gate_json(mixed_report(), Audience::Gate));
  EXPECT_EQ(stored.cases_left_out, 0U);
}

TEST(StoredReport, LeavesOutFirstTheCasesThatTellLittle) {
  const std::size_t whole = gate_json(mixed_report(), Audience::Gate).size();
  const StoredReport stored = stored_report(mixed_report(), whole - 1);
  EXPECT_LT(stored.text.size(), whole);
  EXPECT_GT(stored.cases_left_out, 0U);
  EXPECT_EQ(stored.text.find("BothPassed"), std::string::npos);
  EXPECT_NE(stored.text.find("\"Lost\""), std::string::npos);
  const StoredReport bare = stored_report(mixed_report(), 1);
  EXPECT_EQ(bare.cases_left_out, mixed_report().cases.size());
  EXPECT_NE(bare.text.find("\"scoreboard\""), std::string::npos) << "the numbers are never left out";
}

TEST(StoredReport, HasOneNameForARolloutAndACandidate) {
  const std::string name = stored_report_name("shop", "support", std::string(64, 'a'));
  EXPECT_EQ(name.size(), std::string("pawl-report-0123456789abcdef").size());
  EXPECT_TRUE(name.starts_with("pawl-report-"));
  EXPECT_NE(name, stored_report_name("shop", "support", std::string(64, 'b')));
  EXPECT_NE(name, stored_report_name("other", "support", std::string(64, 'a')));
}

TEST(Reports, ShowAnEditThatPassed) {
  expect_golden("passed.json", gate_json(passed_report(), Audience::Everyone));
  expect_golden("passed.xml", junit_xml(passed_report(), Audience::Everyone));
  expect_golden("passed.md", gate_markdown(passed_report(), Audience::Everyone));
}

TEST(Reports, ShowASkillLostUnderARisingMean) {
  expect_golden("mixed.json", gate_json(mixed_report(), Audience::Everyone));
  expect_golden("mixed.xml", junit_xml(mixed_report(), Audience::Everyone));
  expect_golden("mixed.md", gate_markdown(mixed_report(), Audience::Everyone));
}

TEST(Reports, ShowDataThatAreNotWhole) {
  GateInput in = input({{"refunds", 2, 1, 2, Tier::Golden}});
  in.candidate.answers.back().score.reset();
  in.candidate.answers.back().reason = "the judge does not answer";
  expect_golden("missing.xml", junit_xml(judge_candidate(in, {}), Audience::Everyone));
  expect_golden("missing.md", gate_markdown(judge_candidate(in, {}), Audience::Everyone));
}

TEST(Reports, NameNoHeldOutCaseToEveryone) {
  for (const GateReport& report : {mixed_report(), passed_report()}) {
    for (const std::string& text : {gate_json(report, Audience::Everyone), junit_xml(report, Audience::Everyone),
                                    gate_markdown(report, Audience::Everyone)}) {
      EXPECT_EQ(text.find("refunds-0"), std::string::npos) << text;
      EXPECT_EQ(text.find("language-0"), std::string::npos) << text;
    }
    EXPECT_NE(gate_json(report, Audience::Gate).find("refunds-000"), std::string::npos);
    EXPECT_NE(junit_xml(report, Audience::Gate).find("refunds-000"), std::string::npos);
  }
}

std::vector<std::string> told_to_everyone(const GateReport& report) {
  return {gate_json(report, Audience::Everyone), junit_xml(report, Audience::Everyone),
          gate_markdown(report, Audience::Everyone)};
}

TEST(Reports, TellEveryoneOneBitOfAHeldOutCapabilityAndNoNumber) {
  const auto json = nlohmann::json::parse(gate_json(passed_report(), Audience::Everyone));
  for (const auto& row : json["scoreboard"]) {
    EXPECT_EQ(row.size(), 4U) << row;
    EXPECT_EQ(row["state"], "Held");
  }
  EXPECT_FALSE(json.contains("overall"));
  for (const auto& step : json["steps"]) {
    for (const auto& [name, value] : step["numbers"].items()) {
      EXPECT_EQ(name.find("refunds"), std::string::npos) << step;
      EXPECT_NE(name, "missing");
    }
  }
}

// Whatever a held-out number is, everyone reads the same: so nobody can read the number from it.
TEST(Reports, TellEveryoneTheSameWhateverTheHeldOutNumbersAre) {
  const auto report_of = [](std::vector<Block> blocks) { return judge_candidate(input(blocks), {}); };
  auto gained = good_blocks();
  gained[0].candidate_passes = 55;
  gained[1].stable_passes = gained[1].candidate_passes = 40;
  EXPECT_EQ(told_to_everyone(report_of(gained)), told_to_everyone(passed_report()));

  auto lost = good_blocks();
  lost[1].candidate_passes = 10;
  auto lost_more = lost;
  lost_more[0].candidate_passes = 20;
  lost_more[1].candidate_passes = 5;
  lost[0].candidate_passes = 22;
  EXPECT_EQ(told_to_everyone(report_of(lost)), told_to_everyone(report_of(lost_more)));

  GateInput missing = input(good_blocks());
  missing.candidate.answers[3].score.reset();
  GateInput more_missing = missing;
  for (std::size_t i = 0; i < 30; ++i) more_missing.candidate.answers[i].score.reset();
  EXPECT_EQ(told_to_everyone(judge_candidate(missing, {})), told_to_everyone(judge_candidate(more_missing, {})));

  EXPECT_NE(gate_json(report_of(lost), Audience::Gate), gate_json(report_of(lost_more), Audience::Gate));
}

TEST(Reports, KeepTheNumbersOfPublicCapabilitiesForEveryone) {
  const auto json = nlohmann::json::parse(gate_json(mixed_report(), Audience::Everyone));
  const auto& privacy = json["scoreboard"][1];
  EXPECT_EQ(privacy["mcnemar"]["losses"], 12);
  EXPECT_EQ(json["steps"][2]["numbers"].size(), 1U) << "of three capabilities one is public";
}

TEST(Reports, AreReadBackWithTheirIntervals) {
  const auto whole = read_gate_json(gate_json(passed_report(), Audience::Gate));
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->epochs, 3);
  EXPECT_NEAR(whole->scoreboard[2].stable_interval.lower, passed_report().scoreboard[2].stable_interval.lower, 1e-12);
  const auto coarse = read_gate_json(gate_json(passed_report(), Audience::Everyone));
  ASSERT_TRUE(coarse);
  EXPECT_TRUE(coarse->scoreboard[2].withheld);
}

TEST(Reports, KeepTheirFormWhateverAnAgentWrote) {
  EXPECT_TRUE(nlohmann::json::accept(gate_json(mixed_report(), Audience::Gate)));
  const std::string markdown = gate_markdown(mixed_report(), Audience::Gate);
  EXPECT_EQ(markdown.find("<script>"), std::string::npos);
  EXPECT_EQ(markdown.find("@team"), std::string::npos);
  EXPECT_EQ(junit_xml(mixed_report(), Audience::Gate).find('\x01'), std::string::npos);
}

TEST(Sarif, NamesTheFileAndHowOftenButNotWhat) {
  expect_golden(
      "contamination.sarif",
      contamination_sarif({{{"prompt/system prompt.md", {1, 0, 2, 0, 0}, 3}, {"tools/a#b.json", {0, 1, 0, 0, 0}, 1}}}));
  EXPECT_TRUE(nlohmann::json::parse(contamination_sarif({}))["runs"][0]["results"].empty());
}

TEST(Reports, NameWhoWaivedAFrozenCase) {
  GateReport report;
  report.waived = {{"frozen/0123456789abcdef", "ada", "the product changed"}};
  EXPECT_NE(gate_markdown(report, Audience::Everyone).find("- frozen/0123456789abcdef by ada: the product changed\n"),
            std::string::npos);
  const auto json = nlohmann::json::parse(gate_json(report, Audience::Everyone));
  EXPECT_EQ(json["waived"][0]["owner"], "ada");
}

}  // namespace
}  // namespace pawl::report

#include "cli/plan/plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/commands.h"
#include "cli/plan/plan_screen.h"
#include "unit/cli/pictures.h"

namespace pawl::cli {
namespace {

using testing::kMinute;

/// Eighteen capabilities at thirty interactions a minute, one busy and one rare.
PlanInput an_input() {
  PlanInput input;
  input.title = "agents/support-bot";
  input.spec = testing::a_spec();
  input.spec.steps = {{"one", 100, 10 * kMinute}, {"ten", 1000, 20 * kMinute}, {"half", 5000, 30 * kMinute}};
  for (int i = 1; i <= 18; ++i) {
    input.spec.evidence.capabilities.push_back({"skill-" + std::to_string(i), std::nullopt});
  }
  input.spec.evidence.capabilities.push_back({"search", 0.02});
  input.spec.evidence.capabilities.push_back({"refunds", std::nullopt});
  input.rates.all = 30;
  input.rates.own = {{"search", 600}, {"refunds", 0.5}};
  input.pass_rates.own = {{"search", 0.97}};
  input.source = "seen in 3h while r7 was judged (record 12)";
  return input;
}

Plan plan_of(const PlanInput& input) { return make_plan(input).value(); }

TEST(PlanScreen, ShowsEveryStepOnOneScreen) {
  const PlanInput input = an_input();
  const std::string screen = plan_screen(input, plan_of(input));
  EXPECT_EQ(screen, golden("plan.txt"));
  EXPECT_LE(widest_line(screen), 100U);
}

TEST(Plan, CapabilitiesThatDifferInNothingAreOneGroup) {
  const Plan plan = plan_of(an_input());
  ASSERT_EQ(plan.groups.size(), 3U);
  EXPECT_EQ(plan.groups[0].names, std::vector<std::string>{"refunds"});
  EXPECT_EQ(plan.groups[2].names.size(), 18U);
  EXPECT_EQ(plan.slowest, "refunds");
}

TEST(Plan, AGroupOfRareCapabilitiesIsPlannedWithWhatItsMembersHaveTogether) {
  PlanInput input = an_input();
  input.spec.evidence.groups = {{"rare", {"fax", "telex"}, 0.1, std::nullopt}};
  input.rates = {30, {{"fax", 2}, {"telex", 6}}};
  input.pass_rates.own = {{"fax", 0.6}, {"telex", 0.8}};
  const Plan plan = plan_of(input);
  const auto rare = std::ranges::find(plan.groups, std::vector<std::string>{"rare"}, &PlanGroup::names);
  ASSERT_NE(rare, plan.groups.end());
  EXPECT_EQ(rare->per_minute, 8);
  EXPECT_NEAR(rare->pass_rate, 0.75, 1e-12);
  EXPECT_EQ(rare->margin, 0.1);
  input.rates.own["rare"] = 5;  // as a decision's scoreboard has it
  const Plan seen = plan_of(input);
  EXPECT_EQ(std::ranges::find(seen.groups, std::vector<std::string>{"rare"}, &PlanGroup::names)->per_minute, 5);
}

TEST(Plan, WarnsOfAStepInWhichNothingCanBeLearnt) {
  const Plan plan = plan_of(an_input());
  EXPECT_NE(
      plan.warnings.at(0).find(
          "steps one, ten, half are too short to see even a drop of 20 points in refunds: 0, 1, 7 scores in the soak, 54, 62, 135 needed"),
      std::string::npos)
      << plan.warnings[0];
  PlanInput busy = an_input();
  busy.rates = {6000, {}};
  EXPECT_TRUE(plan_of(busy).warnings.empty());
}

TEST(Plan, WhatIsToleratedIsNeverCaught) {
  PlanInput input = an_input();
  input.spec.analysis.tolerance = 0.04;
  input.spec.evidence.capabilities.back().tolerance = 0.0;  // refunds
  const Plan plan = plan_of(input);
  const auto tolerance_of = [&](const std::string& name) {
    const auto found = std::ranges::find(plan.groups, name, [](const PlanGroup& g) { return g.names.front(); });
    return found == plan.groups.end() ? -1 : found->tolerance;
  };
  EXPECT_EQ(tolerance_of("refunds"), 0);
  EXPECT_EQ(tolerance_of("search"), 0.04);
  EXPECT_TRUE(std::isfinite(plan.groups[0].steps[0].drops[0].scores)) << "two points of refunds";
  EXPECT_TRUE(std::isinf(plan.groups[1].steps[0].drops[0].scores)) << "two points of search";
  const std::string screen = plan_screen(input, plan);
  EXPECT_NE(screen.find("a drop of 0.04 tolerated"), std::string::npos) << screen;
  EXPECT_NE(screen.find("- never"), std::string::npos) << screen;
}

TEST(Plan, DeflationTakesSoManyTimesAsLong) {
  PlanInput input = an_input();
  const Plan before = plan_of(input);
  input.spec.analysis.deflation = 5;
  const Plan after = plan_of(input);
  const PlanStep& one = before.groups[0].steps[0];
  const PlanStep& other = after.groups[0].steps[0];
  EXPECT_NEAR(other.promote.scores / one.promote.scores, 5, 1e-6);
  EXPECT_NEAR(other.drops[2].scores / one.drops[2].scores, 5, 1e-6);
  EXPECT_NE(plan_screen(input, after).find("deflation 5"), std::string::npos);
}

TEST(Plan, ALargerShareIsFaster) {
  for (const PlanGroup& group : plan_of(an_input()).groups) {
    for (std::size_t i = 1; i < group.steps.size(); ++i) {
      EXPECT_LT(group.steps[i].promote.takes, group.steps[i - 1].promote.takes);
      EXPECT_LT(group.steps[i].drops[2].takes, group.steps[i - 1].drops[2].takes);
    }
  }
}

TEST(Plan, AnEditShipsNoSoonerThanTheStepsTake) {
  PlanInput busy = an_input();
  busy.rates = {60'000, {}};
  EXPECT_EQ(plan_of(busy).promoted_after, 60 * kMinute);
  EXPECT_EQ(plan_of(busy).slowest, "");
}

TEST(Plan, ASpentBudgetIsNoMatterOfTraffic) {
  PlanInput input = an_input();
  input.narrowed = {{"refunds", 0, 0.1}};
  const Plan plan = plan_of(input);
  EXPECT_FALSE(plan.promoted_after);
  EXPECT_TRUE(std::isinf(plan.groups[0].steps[0].promote.scores));
  EXPECT_TRUE(plan_json(input, plan)["groups"][0]["steps"][0]["promote"]["scores"].is_null());
}

TEST(Plan, KnowsTheRatesFromTheNewestDecisionWithNumbers) {
  domain::Record record;
  record.sequence = 12;
  record.revision.name = "r7";
  record.trial.emplace();
  record.trial->began = testing::kStart;
  record.at = testing::kStart + 100 * kMinute;
  record.scoreboard = {{"refunds", 0.95, 0.9, 800, 200, domain::CapabilityState::Held},
                       {"aggregate", 0.9, 0.9, 800, 200, domain::CapabilityState::Held}};
  domain::Record without_numbers;
  const auto seen = seen_traffic({record, without_numbers});
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->rates.own, (std::map<std::string, double>{{"refunds", 10}}));
  EXPECT_EQ(seen->pass_rates.own.at("refunds"), 0.95);
  EXPECT_EQ(seen->source, "seen in 1h40m while r7 was judged (record 12)");
  EXPECT_FALSE(seen_traffic({without_numbers}));
}

TEST(Plan, ReadsNumbersForAllAndForOne) {
  const auto rates = read_per_capability("--rate", {"600", "refunds=0.5"}, 1e9);
  ASSERT_TRUE(rates);
  EXPECT_EQ(rates->of("search"), 600);
  EXPECT_EQ(rates->of("refunds"), 0.5);
  for (const char* wrong : {"", "x", "0", "-1", "=5", "refunds=", "refunds=x", "1e3"}) {
    const auto refused = read_per_capability("--rate", {wrong}, 1e9);
    ASSERT_FALSE(refused) << wrong;
    EXPECT_NE(refused.error().message.find("write --rate N or --rate NAME=N"), std::string::npos);
  }
}

int plan_text(const std::string& text, const PlanOrder& order, std::string& out, std::string& err, bool json = false) {
  std::ostringstream good;
  std::ostringstream bad;
  const int code = run_plan_of_text(good, bad, json, "policy.yaml", text, order);
  out = good.str();
  err = bad.str();
  return code;
}

constexpr const char* kPolicy = R"(
agent: support-bot
traffic: {route: {name: a}, gateway: {name: g}, stableService: s, canaryService: c}
delivery: {podTemplate: p}
steps: [{name: ten, weight: "10%", soak: 20m}, {name: half, weight: "50%", soak: 30m}]
evidence: {prometheus: {address: "http://p:9090"}, capabilities: [{name: refunds}]}
)";

TEST(PlanCommand, ReadsAPolicyFromAFile) {
  std::string out;
  std::string err;
  EXPECT_EQ(plan_text(kPolicy, {{"60"}, {}}, out, err), 0) << err;
  EXPECT_NE(out.find("refunds: 60 a minute, pass rate 0.90, margin 0.05"), std::string::npos) << out;
  ASSERT_EQ(plan_text(kPolicy, {{"60"}, {"0.95"}}, out, err, true), 0);
  EXPECT_EQ(nlohmann::json::parse(out)["groups"][0]["passRate"], 0.95);
}

TEST(PlanCommand, SaysWhatIsMissing) {
  std::string out;
  std::string err;
  EXPECT_EQ(plan_text(kPolicy, {}, out, err), 1);
  EXPECT_EQ(
      err, "pawl: no rate of refunds is known; give --rate N (scores a minute) for all, or --rate refunds=N for one\n");
  EXPECT_EQ(plan_text("analysis: {alpha: \"0.01\"}", {{"60"}, {}}, out, err), 1);
  EXPECT_EQ(err, "pawl: there are no steps to plan; give an AgentRollout or its whole spec\n");
  EXPECT_EQ(plan_text(kPolicy, {{"many"}, {}}, out, err), 1);
}

}  // namespace
}  // namespace pawl::cli

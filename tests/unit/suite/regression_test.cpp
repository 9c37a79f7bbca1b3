#include "suite/regression.h"

#include <gtest/gtest.h>

#include "suite/frozen.h"
#include "suite/import_parts.h"

namespace pawl::suite {
namespace {

domain::Case frozen(const std::string& question) {
  domain::Case one;
  one.capability = "refunds";
  one.input = {{domain::Role::User, question}};
  one.expect = {expectation("exact", {{"values", {"five days"}}})};
  one.id = frozen_id(one);
  one.provenance.faulty = "aa";
  one.provenance.correct = "bb";
  return one;
}

Waiver waiver(const std::string& id) {
  return {id, "ada", "the product changed", parse_rfc3339("2026-11-24T00:00:00Z").value()};
}

const domain::Case kFirst = frozen("Where is my money?");
const domain::Case kSecond = frozen("Where is my parcel?");

TEST(Waiver, NeedsAnOwnerAReasonAndADate) {
  const WaiverFile file = read_waivers(R"({"case": "frozen/1"})");
  ASSERT_EQ(file.faults.size(), 3U);
  EXPECT_EQ(describe(file.faults[0]), "line 1: owner: is required");
}

TEST(Waiver, ReadsBackAsItWasWritten) {
  const Waiver one = waiver("a");
  EXPECT_EQ(read_waivers(write_waiver(one)).waivers, std::vector<Waiver>{one});
}

TEST(RegressionTier, TakesNewFrozenCasesAndRemembersThem) {
  const auto settled = settle({{kFirst, kSecond}, {}, {kFirst.id}});
  ASSERT_TRUE(settled) << settled.error().message;
  EXPECT_EQ(settled->cases.size(), 2U);
  EXPECT_EQ(settled->unknown, std::vector<std::string>{kSecond.id});
  EXPECT_EQ(settled->known.size(), 2U);
}

TEST(RegressionTier, DoesNotLoseACaseThatIsGone) {
  const auto settled = settle({{kFirst}, {}, {kFirst.id, kSecond.id}});
  ASSERT_FALSE(settled);
  EXPECT_EQ(settled.error().reason, "FrozenCaseMissing");
  EXPECT_EQ(settled.error().message,
            kSecond.id + " is gone: frozen cases stay; restore its line, or retire it with `pawl suite retire`");
}

TEST(RegressionTier, SetsAWaivedCaseAsideWhetherItsLineIsThereOrNot) {
  for (const std::vector<domain::Case>& cases : {std::vector{kFirst, kSecond}, std::vector{kFirst}}) {
    const auto settled = settle({cases, {waiver(kSecond.id), waiver("frozen/never")}, {kFirst.id, kSecond.id}});
    ASSERT_TRUE(settled) << settled.error().message;
    EXPECT_EQ(settled->cases, std::vector<domain::Case>{kFirst});
    EXPECT_EQ(settled->waived, (std::vector<domain::WaivedCase>{{kSecond.id, "ada", "the product changed"}}));
    EXPECT_EQ(settled->known.size(), 2U) << "the waiver must stay as long as the case would";
    EXPECT_EQ(settled->unused, std::vector<std::string>{"frozen/never"});
  }
}

TEST(RegressionTier, RefusesADraftUnderWhateverName) {
  domain::Case draft = kFirst;
  draft.id = "frozen/c0";
  draft.tags = {kDraftTag};
  const auto settled = settle({{draft}, {}, {}});
  ASSERT_FALSE(settled);
  EXPECT_EQ(settled.error().reason, "DraftInRegression");
  EXPECT_NE(settled.error().message.find("frozen/c0 is a draft"), std::string::npos);
  EXPECT_NE(settled.error().message.find("pawl suite admit"), std::string::npos);
}

TEST(RegressionTier, RefusesADraftWhoseTagWasTakenOff) {
  domain::Case draft = kFirst;
  draft.provenance.correct = "";
  EXPECT_EQ(settle({{draft}, {}, {}}).error().reason, "DraftInRegression");
}

TEST(RegressionTier, RefusesAFrozenCaseWhoseContentIsNotWhatItsIdSays) {
  domain::Case softened = kFirst;
  softened.expect = {expectation("contains", {{"values", {"a"}}})};
  EXPECT_EQ(settle({{softened}, {}, {}}).error().reason, "FrozenIdWrong");
  softened.id = "frozen/c0";
  EXPECT_EQ(settle({{softened}, {}, {}}).error().reason, "FrozenIdWrong");
  softened.id = "written-by-hand";
  EXPECT_TRUE(settle({{softened}, {}, {}})) << "no other id claims anything";
}

TEST(RegressionLint, FindsAllOfIt) {
  domain::Case draft = frozen("A draft?");
  draft.tags = {kDraftTag};
  domain::Case forged = frozen("A change?");
  forged.input[0].content = "Another change?";
  const RegressionSet set{{kFirst, draft, forged}, {waiver("frozen/never")}, {kSecond.id}};
  std::vector<domain::LintRule> rules;
  for (const domain::Finding& finding : lint_regression("frozen.jsonl", set)) rules.push_back(finding.rule);
  using enum domain::LintRule;
  EXPECT_EQ(rules, (std::vector{Draft, FrozenId, FrozenMissing, FrozenUnknown, WaiverUnused}));
  EXPECT_TRUE(lint_regression("frozen.jsonl", {{kFirst}, {}, {kFirst.id}}).empty());
}

}  // namespace
}  // namespace pawl::suite

#include "domain/lineage/revert.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace pawl::domain {
namespace {

using Bundle = std::vector<BundleFile>;

std::string digest(const Bundle& bundle) { return bundle_digest(bundle); }

const Bundle kFirst = {{"policy/refunds.yaml", "limit: 50\n"},
                       {"prompt/system.md", "Be polite.\nAsk for the order.\nDecide.\n"}};

Bundle with_prompt(const std::string& prompt, Bundle bundle = kFirst) {
  for (BundleFile& file : bundle) {
    if (file.path == "prompt/system.md") file.content = prompt;
  }
  return bundle;
}

TEST(Revert, OfTheNewestEditGivesItsParentBack) {
  const Bundle edited = with_prompt("Be polite.\nAsk for the order twice.\nDecide.\n");
  const Reverted reverted = revert_edit(kFirst, edited, edited);
  EXPECT_TRUE(reverted.conflicts.empty());
  EXPECT_EQ(digest(reverted.files), digest(kFirst));
}

TEST(Revert, TakesOutExactlyOneEditAndKeepsLaterOnes) {
  const Bundle edited = with_prompt("Be polite.\nAsk for the order.\nDecide.\nRefund at once.\n");
  const Bundle now = with_prompt("Be polite and short.\nAsk for the order.\nDecide.\nRefund at once.\n");
  EXPECT_EQ(digest(revert_edit(kFirst, edited, now).files),
            digest(with_prompt("Be polite and short.\nAsk for the order.\nDecide.\n")));
}

TEST(Revert, ReportsWhatALaterEditChangedAgain) {
  const Bundle edited = with_prompt("Be polite.\nAsk for the order twice.\nDecide.\n");
  const Bundle now = with_prompt("Hello.\nBe polite.\nAsk for the order three times.\nDecide.\n");
  const Reverted reverted = revert_edit(kFirst, edited, now);
  ASSERT_EQ(reverted.conflicts.size(), 1u);
  EXPECT_EQ(reverted.conflicts[0].path, "prompt/system.md");
  EXPECT_EQ(reverted.conflicts[0].line, 3u);
  EXPECT_EQ(reverted.conflicts[0].before, "Ask for the order.\n");
  EXPECT_EQ(reverted.conflicts[0].edited, "Ask for the order twice.\n");
  EXPECT_EQ(reverted.conflicts[0].now, "Ask for the order three times.\n");
}

TEST(Revert, AFileThatTheEditAddedGoesAndOneThatItRemovedComesBack) {
  const Bundle edited = {{"prompt/system.md", kFirst[1].content}, {"tools/refund.json", "{}\n"}};
  EXPECT_EQ(digest(revert_edit(kFirst, edited, edited).files), digest(kFirst));
}

TEST(Revert, AFileThatTheEditAddedAndALaterOneChangedIsAConflictAsAWhole) {
  Bundle edited = kFirst;
  edited.push_back({"tools/refund.json", "{}\n"});
  Bundle now = kFirst;
  now.push_back({"tools/refund.json", R"({"limit": 50})"});
  const Reverted reverted = revert_edit(kFirst, edited, now);
  ASSERT_EQ(reverted.conflicts.size(), 1u);
  EXPECT_EQ(reverted.conflicts[0].line, 0u);
  EXPECT_EQ(reverted.conflicts[0].before, "");
}

TEST(Revert, OfWhatIsAlreadyGoneChangesNothing) {
  const Bundle edited = with_prompt("Be polite.\nDecide.\n");
  const Bundle now = with_prompt("Be kind.\nAsk for the order.\nDecide.\n");
  const Bundle once = revert_edit(kFirst, edited, kFirst).files;
  EXPECT_EQ(digest(once), digest(kFirst));
  EXPECT_EQ(digest(revert_edit(edited, edited, now).files), digest(now));
}

TEST(Revert, OfAnyEditOfALineageLeavesTheOthersInAnyOrder) {
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    // Ten edits in places of their own, applied in a random order: taking one out is never having made it.
    std::vector<std::size_t> order = {0, 10, 20, 30, 40, 50, 60, 70, 80, 90};
    std::shuffle(order.begin(), order.end(), random);
    const std::size_t reverted = random() % order.size();
    std::string plain;
    for (int i = 0; i < 100; ++i) plain += "line " + std::to_string(i) + "\n";
    const auto apply = [](std::string text, std::size_t place) {
      const std::string after = "line " + std::to_string(place) + "\n";
      return text.insert(text.find(after) + after.size(), "edit " + std::to_string(place) + "\n");
    };
    std::string before, edited, now = plain, without = plain;
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (i == reverted) before = now;
      now = apply(now, order[i]);
      if (i == reverted) edited = now;
      else without = apply(without, order[i]);
    }
    const Reverted result = revert_edit(with_prompt(before), with_prompt(edited), with_prompt(now));
    ASSERT_TRUE(result.conflicts.empty());
    ASSERT_EQ(digest(result.files), digest(with_prompt(without)));
  }
}

}  // namespace
}  // namespace pawl::domain

#include "cli/text.h"

#include <gtest/gtest.h>

#include "cli/rollout/line_diff.h"
#include "cli/shell_words.h"
#include "unit/cli/pictures.h"

namespace pawl::cli {
namespace {

TEST(Text, CountsCharactersNotBytes) {
  EXPECT_EQ(width_of("Größe"), 5U);
  EXPECT_EQ(left("Größe", 7), "Größe  ");
  EXPECT_EQ(left("Größenwahn", 6), "Größ..");
  EXPECT_EQ(right("7", 3), "  7");
}

TEST(Text, BreaksBetweenWordsAndStopsAfterTheLinesItHas) {
  const std::string text =
      labelled("Why", std::string(60, 'a') + " " + std::string(60, 'b') + " " + std::string(60, 'c'), 2);
  EXPECT_EQ(text, "Why     " + std::string(60, 'a') + "\n        " + std::string(60, 'b') + "...\n");
  EXPECT_EQ(widest_line(labelled("Why", std::string(500, 'x'), 3)), 100U);
}

TEST(Text, MakesEveryByteSafeToPrint) {
  EXPECT_EQ(printable("a\x1b[31m\tb\n"), "a?[31m?b?");
  EXPECT_EQ(printable("\xff"), "?");
  EXPECT_EQ(printable("naïve – ok"), "naïve – ok");
}

TEST(Text, TellsTimesByTheClockOfToday) {
  const Instant now = testing::kStart + testing::kMinute;
  EXPECT_EQ(moment_and_age(testing::kStart, now), "03:00:00Z (1m ago)");
  EXPECT_EQ(moment_and_age(now + Duration{5'400}, now), "03:01:05Z (in 5s)");
  EXPECT_EQ(moment(testing::kStart - std::chrono::hours{30}, now), "2026-11-22T21:00:00Z");
  EXPECT_EQ(age(std::chrono::minutes{312}), "5h12m");
  EXPECT_EQ(age(std::chrono::hours{50}), "2d");
}

TEST(ShellWord, IsOneWordWhateverItHolds) {
  EXPECT_EQ(shell_word("support-bot"), "support-bot");
  EXPECT_EQ(shell_word("a; rm -rf 'b'"), R"('a; rm -rf '\''b'\''')");
  EXPECT_EQ(shell_word(""), "''");
}

TEST(LineDiff, CountsTheFewestLines) {
  EXPECT_EQ(diff_lines("a\nb\nc\n", "a\nc\nd\n"), (LineDiff{1, 1}));
  EXPECT_EQ(diff_lines("", "a\nb"), (LineDiff{2, 0}));
  EXPECT_EQ(diff_lines("a\nb\n", "a\nb\n"), (LineDiff{0, 0}));
  EXPECT_EQ(diff_lines("x\na\ny\n", "y\na\nx\n"), (LineDiff{2, 2}));
}

TEST(LineDiff, StaysQuickOnVeryLongTexts) {
  std::string before;
  std::string after;
  for (int i = 0; i < 20'000; ++i) {
    before += std::to_string(i) + "\n";
    after += std::to_string(i + 1'000'000) + "\n";
  }
  EXPECT_EQ(diff_lines(before, after), (LineDiff{20'000, 20'000}));
}

TEST(Edit, TellsWhoChangedWhat) {
  const Edit edit = an_edit();
  EXPECT_EQ(authorship(edit, testing::kStart), "r2 <- r1, by agent support-bot, run 5521, proposed 02:57:00Z (3m ago)");
  EXPECT_EQ(changes(edit), "old.md removed -1, prompt.md +2 -1, tools/refund.json new +1");
  EXPECT_EQ(claim(edit), "to improve refunds: customers waited too long");
}

TEST(Edit, SaysWhenItsParentIsGone) {
  const Edit edit = describe_edit("r2", a_revision({{"a", "b"}}, "r1"), std::nullopt, std::nullopt);
  EXPECT_NE(changes(edit).find("cannot be compared"), std::string::npos);
}

}  // namespace
}  // namespace pawl::cli

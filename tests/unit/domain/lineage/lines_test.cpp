#include "domain/lineage/lines.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace pawl::domain {
namespace {

std::vector<SharedLine> shared(const std::string& before, const std::string& after) {
  const auto a = lines_of(before);
  const auto b = lines_of(after);
  return shared_lines(a, b);
}

/// The length that a table of all prefixes gives: slow, and plainly right.
std::size_t longest(Lines a, Lines b) {
  std::vector<std::vector<std::size_t>> table(a.size() + 1, std::vector<std::size_t>(b.size() + 1, 0));
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      table[i][j] = a[i - 1] == b[j - 1] ? table[i - 1][j - 1] + 1 : std::max(table[i - 1][j], table[i][j - 1]);
    }
  }
  return table[a.size()][b.size()];
}

std::string random_text(std::mt19937& random, int lines) {
  std::string out;
  for (int i = 0; i < lines; ++i) out += std::string(1, static_cast<char>('a' + random() % 4)) + "\n";
  return out;
}

TEST(Lines, KeepTheirBreaksAndPutTogetherAreTheText) {
  for (const std::string text : {"", "\n", "a", "a\n", "a\nb", "a\n\nb\n", "\n\n"}) {
    std::string together;
    for (const std::string_view line : lines_of(text)) together += line;
    EXPECT_EQ(together, text);
  }
  EXPECT_EQ(lines_of("a\nb").size(), 2u);
}

TEST(Lines, ALastLineWithoutItsBreakIsAnotherLine) { EXPECT_TRUE(shared("a", "a\n").empty()); }

TEST(Lines, AreSharedInOrder) {
  EXPECT_EQ(shared("a\nb\nc\n", "a\nx\nc\n"), (std::vector<SharedLine>{{0, 0}, {2, 2}}));
  EXPECT_EQ(shared("a\nb\n", "b\na\n").size(), 1u);
  EXPECT_TRUE(shared("", "a\n").empty());
}

TEST(Lines, NoLongerListOfSharedOnesExists) {
  std::mt19937 random(7);
  for (int round = 0; round < 2'000; ++round) {
    const std::string before = random_text(random, static_cast<int>(random() % 9));
    const std::string after = random_text(random, static_cast<int>(random() % 9));
    const auto a = lines_of(before);
    const auto b = lines_of(after);
    const auto found = shared_lines(a, b);
    ASSERT_EQ(found.size(), longest(a, b)) << before << "---\n" << after;
    for (std::size_t i = 0; i < found.size(); ++i) {
      ASSERT_EQ(a[found[i].before], b[found[i].after]);
      ASSERT_TRUE(i == 0 || (found[i - 1].before < found[i].before && found[i - 1].after < found[i].after));
    }
  }
}

TEST(Lines, OfTextsThatDifferInThousandsOnlyBeginningAndEndAreShared) {
  std::string before = "first\n";
  std::string after = "first\n";
  for (int i = 0; i < 3'000; ++i) {
    before += "old " + std::to_string(i) + "\n";
    after += "new " + std::to_string(i) + "\n";
  }
  EXPECT_EQ(shared(before + "last\n", after + "last\n").size(), 2u);
}

}  // namespace
}  // namespace pawl::domain

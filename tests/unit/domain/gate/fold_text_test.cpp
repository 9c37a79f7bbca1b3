#include "domain/gate/fold_text.h"

#include <gtest/gtest.h>

namespace pawl::domain {
namespace {

TEST(FoldText, KeepsWordsAndNothingElse) {
  EXPECT_EQ(fold_text("  Where IS -- my (money)?\n"), "where is my money");
  EXPECT_EQ(fold_text("snake_case and kebab-case"), "snake case and kebab case");
  EXPECT_EQ(fold_text(""), "");
  EXPECT_EQ(fold_text("?!"), "");
}

TEST(FoldText, SeesThroughInvisibleCharacters) {
  EXPECT_EQ(fold_text("mo\xE2\x80\x8Bn\xC2\xAD"
                      "ey\xEF\xBB\xBF"),
            "money");
  EXPECT_EQ(without_invisible("A\xE2\x80\x8B b"), "A b");
}

TEST(FoldText, SeesThroughMarksWideLettersAndLookAlikes) {
  EXPECT_EQ(fold_text("Café"), "cafe");
  EXPECT_EQ(fold_text("Cafe\xCC\x81"), "cafe");
  EXPECT_EQ(fold_text("ＭＯＮＥＹ"), "money");
  EXPECT_EQ(fold_text("mоnеy"), "money") << "with Cyrillic o and e";
}

TEST(FoldText, MakesAWordOfEachHanCharacter) { EXPECT_EQ(fold_text("北京 天气ok"), "北 京 天 气 ok"); }

TEST(FoldText, SurvivesBytesThatAreNoText) {
  EXPECT_EQ(fold_text("a\xFF\xC3"), "a");
  EXPECT_EQ(fold_text(std::string_view("a\0b", 3)), "a b");
}

TEST(Squeeze, LeavesNoBlanks) { EXPECT_EQ(squeeze(fold_text("m o n-e y")), "money"); }

TEST(WordHashes, AreOneForEachWord) {
  EXPECT_EQ(word_hashes("a b a").size(), 3U);
  EXPECT_EQ(word_hashes("a b a")[0], word_hashes("a b a")[2]);
  EXPECT_TRUE(word_hashes("").empty());
}

}  // namespace
}  // namespace pawl::domain

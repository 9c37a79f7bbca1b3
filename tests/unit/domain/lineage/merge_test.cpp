#include "domain/lineage/merge.h"

#include <gtest/gtest.h>

namespace pawl::domain {
namespace {

const std::string kBase = "one\ntwo\nthree\nfour\nfive\n";

TEST(Merge, WhatOnlyOneSideChangedIsTaken) {
  EXPECT_EQ(merge_texts(kBase, kBase, "one\n2\nthree\nfour\nfive\n").text, "one\n2\nthree\nfour\nfive\n");
  EXPECT_EQ(merge_texts(kBase, "one\n2\nthree\nfour\nfive\n", kBase).text, "one\n2\nthree\nfour\nfive\n");
}

TEST(Merge, ChangesApartFromEachOtherAreBothTaken) {
  const Merged merged = merge_texts(kBase, "zero\none\ntwo\nthree\nfour\nfive\n", "one\ntwo\nthree\nfour\n");
  EXPECT_TRUE(merged.conflicts.empty());
  EXPECT_EQ(merged.text, "zero\none\ntwo\nthree\nfour\n");
}

TEST(Merge, TheSameChangeOnBothSidesIsNoConflict) {
  const std::string changed = "one\n2\nthree\nfour\nfive\n";
  EXPECT_EQ(merge_texts(kBase, changed, changed).text, changed);
}

TEST(Merge, DifferentChangesOfOneLineAreAConflictThatSaysWhere) {
  const Merged merged = merge_texts(kBase, "zero\none\ntwo\n3a\nfour\nfive\n", "one\ntwo\n3b\nfour\nfive\n");
  ASSERT_EQ(merged.conflicts.size(), 1u);
  EXPECT_EQ(merged.conflicts[0].line, 4u);
  EXPECT_EQ(merged.conflicts[0].base, "three\n");
  EXPECT_EQ(merged.conflicts[0].mine, "3a\n");
  EXPECT_EQ(merged.conflicts[0].theirs, "3b\n");
}

TEST(Merge, ALineChangedHereAndTakenAwayThereIsAConflict) {
  EXPECT_EQ(merge_texts(kBase, "one\n2\nthree\nfour\nfive\n", "one\nthree\nfour\nfive\n").conflicts.size(), 1u);
}

TEST(Merge, TheLastLineKeepsOrLosesItsBreakAsItWasChanged) {
  EXPECT_EQ(merge_texts("a\nb\nc", "A\nb\nc", "a\nb\nc\n").text, "A\nb\nc\n");
  EXPECT_EQ(merge_texts("a\nb\nc\n", "A\nb\nc\n", "a\nb\nc").text, "A\nb\nc");
}

TEST(Merge, EveryConflictIsTold) {
  EXPECT_EQ(merge_texts(kBase, "1\ntwo\nthree\nfour\n5\n", "I\ntwo\nthree\nfour\nV\n").conflicts.size(), 2u);
}

}  // namespace
}  // namespace pawl::domain

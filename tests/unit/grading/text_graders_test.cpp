#include "grading/text_graders.h"

#include <gtest/gtest.h>

#include "grading/fold_case.h"

namespace pawl::grading {
namespace {

Pattern pattern(const std::string& expression) {
  auto compiled = Pattern::compile(expression);
  EXPECT_TRUE(compiled) << compiled.error().message;
  return *compiled;
}

TEST(ExactGrader, IgnoresWhiteSpaceAroundButNotInside) {
  EXPECT_EQ(grade_exact({"42"}, Case::Matters, " 42\n").value, 1);
  EXPECT_EQ(grade_exact({"4 2"}, Case::Matters, "42").value, 0);
}

TEST(ExactGrader, AcceptsAnyOfItsValuesAndFoldsCaseOnlyWhenAsked) {
  EXPECT_EQ(grade_exact({"yes", "Ja"}, Case::Matters, "Ja").value, 1);
  EXPECT_EQ(grade_exact({"yes"}, Case::Matters, "YES").value, 0);
  EXPECT_EQ(grade_exact({"yes"}, Case::Ignored, "YES").value, 1);
}

TEST(ContainsGrader, NeedsOneValueOrAllAndSaysWhichAreMissing) {
  EXPECT_EQ(grade_contains({"red", "blue"}, Need::Any, Case::Matters, "a blue door").value, 1);
  const Score all = grade_contains({"red", "blue"}, Need::All, Case::Matters, "a blue door");
  EXPECT_EQ(all.value, 0);
  EXPECT_EQ(all.reason, "lacks \"red\"");
}

TEST(FoldCase, KnowsLettersBeyondAscii) {
  EXPECT_EQ(fold_case("ÄÖÜ ÉÇ ŠŹ ΑΒΣ ПРИВЕТ Ё ×"), "äöü éç šź αβσ привет ё ×");
}

TEST(FoldCase, KeepsBytesThatAreNotUtf8) {
  const std::string broken = "A\xff\xc3(\xed\xa0\x80";
  EXPECT_EQ(fold_case(broken), "a\xff\xc3(\xed\xa0\x80");
}

TEST(RegexGrader, FindsThePatternAnywhere) {
  EXPECT_EQ(grade_regex(pattern("[0-9]+ days"), "within 30 days").value, 1);
  EXPECT_EQ(grade_regex(pattern("^30"), "within 30 days").value, 0);
}

TEST(RegexGrader, NamesTheExpressionThatIsWrong) {
  for (const std::string expression : {"(", "a(?=b)", R"((a)\1)"}) {
    const auto compiled = Pattern::compile(expression);
    ASSERT_FALSE(compiled);
    EXPECT_EQ(compiled.error().kind, ErrorKind::Malformed);
    EXPECT_NE(compiled.error().message.find("'" + expression + "'"), std::string::npos) << compiled.error().message;
  }
}

TEST(RegexGrader, TakesALongHostileTextInItsStride) {
  const std::string hostile(std::size_t{1} << 20, 'a');
  EXPECT_EQ(grade_regex(pattern("^(a+)+$"), hostile + "!").value, 0);
  EXPECT_EQ(grade_regex(pattern("^(a|b)*$"), hostile).value, 1);
}

struct NumericRow {
  std::string text;
  double expected;
  Tolerance tolerance;
  double score;
};

TEST(NumericGrader, ComparesTheAnswersLastNumber) {
  const std::vector<NumericRow> rows = {
      {"42", 42, {}, 1},           {" -1.5e3 ", -1500, {}, 1}, {"First 7, then the answer is 1,234.5.", 1234.5, {}, 1},
      {"It costs $-3", -3, {}, 1}, {"from 3-4", 4, {}, 1},     {"between .5 and .75", 0.75, {}, 1},
      {"41.9", 42, {0.1, 0}, 0},   {"41.95", 42, {0.1, 0}, 1}, {"101", 100, {0, 0.01}, 1},
      {"102", 100, {0, 0.01}, 0},  {"none", 1, {}, 0},         {"nan", 1, {1e9, 1e9}, 0},
      {"inf", 1, {1e9, 1e9}, 0},
  };
  for (const NumericRow& row : rows) {
    const Score score = grade_numeric(row.expected, row.tolerance, row.text);
    EXPECT_EQ(score.value, row.score) << row.text << ": " << score.reason;
  }
}

TEST(Levenshtein, CountsEditsOfCharactersNotOfBytes) {
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("für", "fur"), 1u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_DOUBLE_EQ(similarity("für", "fur"), 2.0 / 3);
  EXPECT_DOUBLE_EQ(similarity("", ""), 1);
}

}  // namespace
}  // namespace pawl::grading

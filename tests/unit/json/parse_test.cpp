#include "json/parse.h"

#include <limits>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "json/clip.h"
#include "json/decimal.h"

namespace pawl::json {
namespace {

TEST(ParseBounded, ReadsAWellFormedText) {
  const auto value = parse_bounded(R"({"a": [1, {"b": "c"}]})");
  ASSERT_TRUE(value);
  EXPECT_EQ((*value)["a"][1]["b"], "c");
}

TEST(ParseBounded, RefusesAKeyThatAppearsTwiceInOneObject) {
  const auto value = parse_bounded(R"({"x": {"a": 1, "a": 2}})");
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().kind, ErrorKind::Malformed);
  EXPECT_EQ(value.error().message, "the key \"a\" appears twice in one object");
}

TEST(ParseBounded, AllowsTheSameKeyInDifferentObjects) { EXPECT_TRUE(parse_bounded(R"([{"a": {"a": 1}}, {"a": 2}])")); }

TEST(ParseBounded, StopsAtTheDepthLimitAndNotBefore) {
  const ParseLimits limits{.depth = 3};
  EXPECT_TRUE(parse_bounded("[[[1]]]", limits));
  EXPECT_FALSE(parse_bounded("[[[[1]]]]", limits));
  EXPECT_FALSE(parse_bounded(std::string(100'000, '[')));
}

TEST(ParseBounded, StopsAtTheSizeLimitAndNotBefore) {
  EXPECT_TRUE(parse_bounded("[1,2]", {.bytes = 5}));
  EXPECT_FALSE(parse_bounded("[1,2]", {.bytes = 4}));
}

TEST(ParseBounded, ReportsSyntaxErrorsAsValuesWithTheirPlace) {
  const auto value = parse_bounded("{\"a\": }");
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().message, "not JSON at byte 7");
  EXPECT_FALSE(parse_bounded(""));
  EXPECT_FALSE(parse_bounded("{} x"));
  EXPECT_FALSE(parse_bounded("\"\xff\""));
}

TEST(Decimal, ReadsDigitsWithOnePointAndNothingElse) {
  EXPECT_EQ(parse_decimal("0.05"), 0.05);
  EXPECT_EQ(parse_decimal(".5"), 0.5);
  EXPECT_EQ(parse_decimal("-1.25"), -1.25);
  for (const char* text : {"", "-", ".", "1.", "1.2.3", "1e3", "+1", " 1", "inf", "nan", "0x1", "--1"}) {
    EXPECT_FALSE(parse_decimal(text)) << text;
  }
}

TEST(Decimal, WritesSixDecimalsWithoutTrailingZeros) {
  EXPECT_EQ(format_decimal(0.25), "0.25");
  EXPECT_EQ(format_decimal(100), "100");
  EXPECT_EQ(format_decimal(1.0 / 3), "0.333333");
  EXPECT_EQ(format_decimal(-0.0000001), "0");
  EXPECT_EQ(format_decimal(std::numeric_limits<double>::infinity()), "0");
}

TEST(Clip, CutsBetweenCharactersAndReplacesWhatIsNotUtf8) {
  EXPECT_EQ(clip("abc", 2), "ab");
  EXPECT_EQ(clip("a\xC3\xA9", 2), "a");
  EXPECT_EQ(clip("a\xC3\xA9", 3), "a\xC3\xA9");
  EXPECT_EQ(clip("a\xFF\xC0\x80z", 9), "a???z");
  EXPECT_EQ(clip("\xED\xA0\x80", 9), "???");
  EXPECT_EQ(clip("\xF0\x9F\x98\x80", 4), "\xF0\x9F\x98\x80");
}

}  // namespace
}  // namespace pawl::json

#include "json/cursor.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace pawl::json {
namespace {

enum class Mode { First, Second };
constexpr auto kModeNames = std::to_array<EnumName<Mode>>({{Mode::First, "First"}, {Mode::Second, "Second"}});

/// Reads one document, and says what was wrong with it.
class Fixture {
 public:
  explicit Fixture(const char* text) : document_(Json::parse(text)), cursor_(document_, "spec", reading_) {}
  const Cursor& at() const { return cursor_; }
  std::string faults() const { return describe(reading_.faults()); }
  const Reading& reading() const { return reading_; }

 private:
  Json document_;
  Reading reading_;
  Cursor cursor_;
};

TEST(Cursor, NamesThePathOfAFaultDownToTheItem) {
  const Fixture f(R"({"steps": [{"n": 1}, {"n": 140}]})");
  for (const Cursor& item : f.at().objects("steps", 10)) (void)item.required_integer("n", {0, 100});
  EXPECT_EQ(f.faults(), "spec.steps[1].n: 140 is above 100");
}

TEST(Cursor, GathersEveryFaultInsteadOfStoppingAtTheFirst) {
  const Fixture f(R"({"a": "x", "b": 1})");
  EXPECT_EQ(f.at().required_integer("a"), 0);
  EXPECT_EQ(f.at().required_string("b"), "");
  EXPECT_EQ(f.at().required_string("c"), "");
  EXPECT_EQ(f.faults(),
            "spec.a: must be an integer, not a string; spec.b: must be a string, not a number; spec.c: is required");
}

TEST(Cursor, NeverTurnsAFractionIntoAnInteger) {
  const Fixture f(R"({"n": 5.9, "m": 5.0})");
  EXPECT_FALSE(f.at().optional_integer("n"));
  EXPECT_FALSE(f.at().optional_integer("m"));
  EXPECT_EQ(f.reading().faults().size(), 2U);
}

TEST(Cursor, NeverTurnsABooleanIntoANumberNorANumberIntoABoolean) {
  const Fixture f(R"({"n": true, "b": 1, "s": "true"})");
  EXPECT_FALSE(f.at().optional_integer("n"));
  EXPECT_FALSE(f.at().optional_boolean("b"));
  EXPECT_FALSE(f.at().optional_boolean("s"));
  EXPECT_EQ(f.reading().faults().size(), 3U);
}

TEST(Cursor, RefusesIntegersBeyondTheRangeRatherThanWrapping) {
  const Fixture f(R"({"a": 300000000000, "b": 18446744073709551615, "c": -1})");
  EXPECT_EQ(f.at().int_or("a", 7, {0, 1000}), 7);
  EXPECT_FALSE(f.at().optional_integer("b"));
  EXPECT_FALSE(f.at().optional_integer("c", {0, 10}));
  EXPECT_EQ(
      f.faults(),
      "spec.a: 300000000000 is above 1000; spec.b: 18446744073709551615 is above 9223372036854775807; spec.c: -1 is below 0");
}

TEST(Cursor, TakesTheEndsOfARange) {
  const Fixture f(R"({"a": 0, "b": 10})");
  EXPECT_EQ(f.at().required_integer("a", {0, 10}), 0);
  EXPECT_EQ(f.at().required_integer("b", {0, 10}), 10);
  EXPECT_TRUE(f.reading().ok());
}

TEST(Cursor, TreatsNullAsAbsent) {
  const Fixture f(R"({"a": null})");
  EXPECT_FALSE(f.at().has("a"));
  EXPECT_FALSE(f.at().optional_string("a"));
  EXPECT_TRUE(f.reading().ok());
  (void)f.at().required_string("a");
  EXPECT_EQ(f.faults(), "spec.a: is required");
}

TEST(Cursor, ListsTheKnownWordsWhenOneIsUnknown) {
  const Fixture f(R"({"mode": "Third", "other": "Second"})");
  EXPECT_FALSE(f.at().optional_enum("mode", kModeNames));
  EXPECT_EQ(f.at().optional_enum("other", kModeNames), Mode::Second);
  EXPECT_EQ(f.faults(), "spec.mode: \"Third\" is not one of First, Second");
}

TEST(Cursor, ReadsDecimalsOnlyFromStringsAndOnlyBetweenTheEnds) {
  const Fixture f(R"({"a": "0.05", "b": 0.05, "c": "1", "d": "5e-2", "e": "0.0"})");
  EXPECT_EQ(f.at().optional_decimal("a", {0, 1}), 0.05);
  EXPECT_FALSE(f.at().optional_decimal("b", {0, 1}));
  EXPECT_FALSE(f.at().optional_decimal("c", {0, 1}));
  EXPECT_FALSE(f.at().optional_decimal("d", {0, 1}));
  EXPECT_FALSE(f.at().optional_decimal("e", {0, 1}));
  EXPECT_EQ(f.reading().faults().size(), 4U);
}

TEST(Cursor, BoundsDurationsAndSaysWhichBoundWasCrossed) {
  const Fixture f(R"({"a": "1m30s", "b": "2h", "c": "1ms", "d": "soon"})");
  const Span span{Duration{1000}, Duration{3'600'000}};
  EXPECT_EQ(f.at().optional_duration("a", span), Duration{90'000});
  EXPECT_FALSE(f.at().optional_duration("b", span));
  EXPECT_FALSE(f.at().optional_duration("c", span));
  EXPECT_FALSE(f.at().optional_duration("d", span));
  EXPECT_EQ(f.faults(),
            "spec.b: 2h is above 1h; spec.c: 1ms is below 1s; spec.d: \"soon\" is not a duration such as \"1m30s\"");
}

TEST(Cursor, ReadsTimesAndReportsWhatIsNone) {
  const Fixture f(R"({"a": "1970-01-01T00:00:01Z", "b": "yesterday"})");
  EXPECT_EQ(f.at().optional_time("a"), Instant{Duration{1000}});
  EXPECT_EQ(f.at().required_time("b"), Instant{});
  EXPECT_EQ(f.reading().faults().size(), 1U);
}

TEST(Cursor, BoundsTheLengthOfTextsAndLists) {
  const Fixture f(R"({"a": "", "b": "four", "c": [{}, {}, {}], "d": ["ok", 3, "toolong"]})");
  EXPECT_FALSE(f.at().optional_string("a", {1, 3}));
  EXPECT_FALSE(f.at().optional_string("b", {1, 3}));
  EXPECT_TRUE(f.at().objects("c", 2).empty());
  EXPECT_EQ(f.at().strings("d", 3, {1, 3}), std::vector<std::string>{"ok"});
  EXPECT_EQ(f.faults(),
            "spec.a: must not be empty; spec.b: 4 bytes are above 3; spec.c: 3 items are above 2; "
            "spec.d[1]: must be a string, not a number; spec.d[2]: 7 bytes are above 3");
}

TEST(Cursor, ReadsOnAfterAnObjectOfTheWrongType) {
  const Fixture f(R"({"a": [1], "list": [1, {"x": "y"}]})");
  EXPECT_EQ(f.at().required_object("a").required_string("x"), "");
  EXPECT_EQ(f.at().objects("list", 5).size(), 1U);
  EXPECT_EQ(
      f.faults(),
      "spec.a: must be an object, not a list; spec.a.x: is required; spec.list[0]: must be an object, not a number");
}

TEST(Cursor, ReportsARootThatIsNoObject) {
  const Fixture f("[]");
  EXPECT_FALSE(f.at().has("a"));
  EXPECT_EQ(f.faults(), "spec: must be an object, not a list");
}

TEST(Cursor, RefusesItemsThatRepeatTheirName) {
  const Fixture f(R"({"steps": [{"name": "a"}, {"name": "b"}, {"name": "a"}]})");
  Cursor::refuse_repeats(f.at().objects("steps", 5), "name");
  EXPECT_EQ(f.faults(), "spec.steps[2].name: \"a\" appears twice; names must differ");
}

TEST(Cursor, RefusesAnEmptyListWhereOneIsRequired) {
  const Fixture f(R"({"a": []})");
  EXPECT_TRUE(f.at().required_objects("a", 5).empty());
  EXPECT_TRUE(f.at().required_objects("b", 5).empty());
  EXPECT_EQ(f.faults(), "spec.a: must not be empty; spec.b: is required");
}

TEST(Cursor, RemembersWhichFieldsWereAskedForWithoutTheirIndexes) {
  const Fixture f(R"({"steps": [{}, {}]})");
  for (const Cursor& item : f.at().objects("steps", 5)) (void)item.optional_string("name");
  EXPECT_EQ(f.reading().asked_paths(), (std::set<std::string>{"spec.steps", "spec.steps[].name"}));
}

}  // namespace
}  // namespace pawl::json

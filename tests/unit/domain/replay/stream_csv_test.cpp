#include "domain/replay/stream_csv.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "support/seeds.h"

namespace pawl::domain {
namespace {

const std::string kHead = std::string(kStreamHeader) + "\n";

std::vector<StreamRow> rows_of(const std::string& text) {
  StreamCsv csv;
  std::vector<StreamRow> rows;
  const Status read = csv.read(text, rows);
  EXPECT_TRUE(read) << read.error().message;
  return rows;
}

/// The fault of a text, after `good` rows.
std::string fault_of(const std::string& text, std::size_t good = 0) {
  StreamCsv csv;
  std::vector<StreamRow> rows;
  const Status read = csv.read(text, rows);
  EXPECT_EQ(rows.size(), good) << text;
  return read ? "none" : read.error().message;
}

TEST(StreamCsv, ReadsARowIntoABlock) {
  const auto rows = rows_of(kHead + "7,12,refunds,3,2,57,52\n");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].run, 7);
  EXPECT_EQ(rows[0].t, 12);
  EXPECT_EQ(rows[0].block().canary, binary_counts(3, 2));
  EXPECT_EQ(rows[0].block().stable, binary_counts(57, 52));
}

TEST(StreamCsv, TakesLinesWithCarriageReturnsAndALastLineWithoutAnEnd) {
  const auto rows = rows_of(std::string(kStreamHeader) + "\r\n0,-1,a,0,0,200,180\r\n0,0,a,1,1,9,8");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].t, kHistoryScrape);
  EXPECT_EQ(rows[1].pass_stable, 8);
}

TEST(StreamCsv, NumbersCapabilitiesInTheOrderOfTheirFirstLine) {
  StreamCsv csv;
  std::vector<StreamRow> rows;
  ASSERT_TRUE(csv.read(kHead + "0,0,b,1,1,1,1\n0,0,a,1,1,1,1\n0,1,a,1,1,1,1\n1,0,b,1,1,1,1\n", rows));
  EXPECT_EQ(csv.capabilities(), (std::vector<std::string>{"b", "a"}));
  EXPECT_EQ(rows[2].capability, 1U);
  EXPECT_EQ(rows[3].capability, 0U);
}

TEST(StreamCsv, NamesLineFieldAndRemedyOfEachFault) {
  struct Case {
    std::string text;
    std::string wanted;
  };
  const std::vector<Case> cases{
      {"run,t,cap\n", "line 1: the header is \"run,t,cap\"; write run,t,cap,n_canary"},
      {kHead + "0,0,a,1,1,1\n", "line 2: \"0,0,a,1,1,1\" has 6 fields, 7 are needed"},
      {kHead + "0,0,a,1,1,1,1,1\n", "has 8 fields"},
      {kHead + "\n", "line 2: the line is empty; remove it"},
      {kHead + "0,0,a,-1,0,1,1\n", "line 2: n_canary: \"-1\" is negative; write what was gained"},
      {kHead + "0,0,a,1,2,1,1\n", "line 2: pass_canary: 2 is more than the n_canary 1; passes are part"},
      {kHead + "0,0,a,2,1,9,10\n", "line 2: pass_stable: 10 is more than the n_stable 9"},
      {kHead + "0,0,a,1.5,1,9,9\n", "line 2: n_canary: \"1.5\" is no whole number"},
      {kHead + "0,0,a,1e3,1,9,9\n", "n_canary"},
      {kHead + "0,0,a,1234567890123456,1,9,9\n",
       "line 2: n_canary: \"1234567890123456\" is no whole number of at most 15 digits"},
      {kHead + "0,-2,a,1,1,9,9\n", "line 2: t: \"-2\" is no scrape; write -1"},
      {kHead + "x,0,a,1,1,9,9\n", "line 2: run: \"x\" is no whole number"},
      {kHead + "0,0,,1,1,9,9\n", "line 2: cap: \"\" is no name of a capability"},
      {kHead + "0,0,a b,1,1,9,9\n", "line 2: cap: \"a b\" is no name"},
      {kHead + "0,-1,a,1,1,9,9\n", "line 2: n_canary: a line with t = -1 is the history of stable alone; write 0"},
  };
  for (const Case& c : cases) EXPECT_NE(fault_of(c.text).find(c.wanted), std::string::npos) << fault_of(c.text);
}

TEST(StreamCsv, RefusesWhatIsOutOfOrder) {
  EXPECT_NE(fault_of(kHead + "0,4,a,1,1,9,9\n0,3,a,1,1,9,9\n", 1)
                .find("line 3: t: 3 comes after 4; sort the lines of run 0 by t"),
            std::string::npos);
  EXPECT_NE(fault_of(kHead + "0,4,a,1,1,9,9\n0,-1,a,0,0,9,9\n", 1).find("line 3: t: -1 comes after 4"),
            std::string::npos);
  EXPECT_NE(fault_of(kHead + "0,4,a,1,1,9,9\n1,0,a,1,1,9,9\n0,5,a,1,1,9,9\n", 2)
                .find("line 4: run: run 0 was left before; sort the lines by run"),
            std::string::npos);
  EXPECT_NE(
      fault_of(kHead + "0,4,a,1,1,9,9\n0,4,a,1,1,9,9\n", 1).find("line 3: cap: a comes twice in scrape 4 of run 0"),
      std::string::npos);
}

TEST(StreamCsv, AnEmptyStreamLacksItsHeader) {
  EXPECT_FALSE(StreamCsv().finish());
  StreamCsv csv;
  std::vector<StreamRow> rows;
  ASSERT_TRUE(csv.read(kHead, rows));
  EXPECT_TRUE(csv.finish());
}

TEST(StreamCsv, GivesTheSameRowsHoweverTheLinesAreCut) {
  std::string text = kHead;
  for (int t = 0; t < 50; ++t) text += "0," + std::to_string(t) + ",a,2,1,9,8\n0," + std::to_string(t) + ",b,0,0,7,7\n";
  const auto whole = rows_of(text);
  StreamCsv csv;
  std::vector<StreamRow> pieces;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = rest.find('\n') + 1;
    ASSERT_TRUE(csv.read(rest.substr(0, end), pieces));
    rest.remove_prefix(end);
  }
  ASSERT_EQ(pieces.size(), whole.size());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    EXPECT_EQ(pieces[i].t, whole[i].t);
    EXPECT_EQ(pieces[i].capability, whole[i].capability);
    EXPECT_EQ(pieces[i].n_stable, whole[i].n_stable);
  }
}

/// Whatever comes, rows that are given keep the promises, and the answer is rows or a fault with a line.
TEST(StreamCsv, SurvivesAnyBytes) {
  const std::string likely = "0123456789,,,,\n\n-a\r\"";
  test::for_each_seed(4'000, [&](std::uint64_t round) {
    Random random(round);
    std::string text = round % 4 == 0 ? "" : kHead;
    const auto length = random.below(120);
    for (std::uint64_t i = 0; i < length; ++i) {
      text += round % 3 == 0 ? static_cast<char>(random.below(256)) : likely[random.below(likely.size())];
    }
    if (round % 5 == 0) text += "\n0,0,a,1,1,1,1\n0,1,a,1,1,1,1\n";
    StreamCsv csv;
    std::vector<StreamRow> rows;
    const Status read = csv.read(text, rows);
    EXPECT_TRUE(read || read.error().message.starts_with("line ")) << read.error().message;
    for (const StreamRow& row : rows) {
      EXPECT_LE(row.pass_canary, row.n_canary);
      EXPECT_LE(row.pass_stable, row.n_stable);
      EXPECT_GE(row.t, kHistoryScrape);
      EXPECT_LT(row.capability, csv.capabilities().size());
    }
  });
}

/// One byte of a good stream is changed: it is read or refused, never misread into passes above scores.
TEST(StreamCsv, SurvivesOneWrongByte) {
  const std::string good = kHead + "0,-1,a,0,0,200,180\n0,0,a,1,1,9,8\n0,1,a,0,0,11,10\n1,0,b,3,2,40,36\n";
  test::for_each_seed(4'000, [&](std::uint64_t seed) {
    Random random(seed);
    std::string text = good;
    text[random.below(text.size())] = static_cast<char>(random.below(256));
    StreamCsv csv;
    std::vector<StreamRow> rows;
    (void)csv.read(text, rows);
    for (const StreamRow& row : rows) EXPECT_LE(row.pass_canary, row.n_canary);
  });
}

}  // namespace
}  // namespace pawl::domain

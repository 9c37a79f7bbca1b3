#include "gate/journal.h"

#include <gtest/gtest.h>

#include <fstream>

#include "unit/gate/cases.h"

namespace pawl::gate {
namespace {

using domain::Side;
using tests::TemporaryFile;

domain::Answer full_answer() {
  domain::Answer answer;
  answer.text = "hello\n\"you\"";
  answer.tool_calls = {{"refund", R"({"amount": 3})"}};
  answer.usage = {10, 20};
  answer.cost_usd = 0.25;
  answer.latency = Duration{42};
  answer.error = "half";
  return answer;
}

std::vector<Finished> read(const TemporaryFile& file) {
  auto journal = Journal::open(file.path(), "run");
  EXPECT_TRUE(journal) << journal.error().message;
  return journal ? (*journal)->take_finished() : std::vector<Finished>{};
}

/// A file with the answers of cases a, b and c.
void fill(const TemporaryFile& file) {
  const auto journal = Journal::open(file.path(), "run");
  ASSERT_TRUE(journal);
  for (const char* id : {"a", "b", "c"}) ASSERT_TRUE((*journal)->answered(Side::Stable, id, 1, full_answer()));
}

TEST(Journal, GivesBackWhatWasWritten) {
  TemporaryFile file;
  fill(file);
  const auto found = read(file);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[1].case_id, "b");
  EXPECT_EQ(found[1].side, Side::Stable);
  EXPECT_EQ(found[1].epoch, 1);
  EXPECT_EQ(found[1].answer, full_answer());
}

TEST(Journal, IgnoresALastLineThatACrashTore) {
  TemporaryFile file;
  fill(file);
  const std::string whole = file.text();
  const std::size_t last_line = whole.rfind('\n', whole.size() - 2) + 1;
  for (std::size_t size = last_line; size < whole.size(); ++size) {
    file.write(whole.substr(0, size));
    EXPECT_EQ(read(file).size(), 2U) << size;
    EXPECT_EQ(file.text().size(), last_line);  // what is written next stands on its own line
  }
}

TEST(Journal, GoesOnBehindATornLine) {
  TemporaryFile file;
  fill(file);
  file.write(file.text() + R"({"side":"sta)");
  {
    const auto journal = Journal::open(file.path(), "run");
    ASSERT_TRUE(journal);
    ASSERT_TRUE((*journal)->answered(Side::Candidate, "d", 0, full_answer()));
  }
  EXPECT_EQ(read(file).size(), 4U);
}

TEST(Journal, SurvivesACrashInItsFirstLine) {
  TemporaryFile file;
  file.write(R"({"kind":"Gate)");
  EXPECT_EQ(read(file).size(), 0U);
  EXPECT_EQ(read(file).size(), 0U);
}

TEST(Journal, KeepsTheFirstOfTwoAnswers) {
  TemporaryFile file;
  {
    const auto journal = Journal::open(file.path(), "run");
    domain::Answer first;
    first.text = "first";
    ASSERT_TRUE((*journal)->answered(Side::Candidate, "a", 0, first));
    ASSERT_TRUE((*journal)->answered(Side::Candidate, "a", 0, full_answer()));
  }
  const auto found = read(file);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].answer.text, "first");
}

TEST(Journal, NamesTheLineThatIsBroken) {
  TemporaryFile file;
  fill(file);
  std::string text = file.text();
  text.insert(text.find('\n') + 1, "nonsense\n");
  file.write(text);
  const auto journal = Journal::open(file.path(), "run");
  ASSERT_FALSE(journal);
  EXPECT_NE(journal.error().message.find("line 2"), std::string::npos) << journal.error().message;
}

TEST(Journal, IsOneProcessesAlone) {
  TemporaryFile file;
  const auto first = Journal::open(file.path(), "run");
  ASSERT_TRUE(first);
  const auto second = Journal::open(file.path(), "run");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::Exists);
}

}  // namespace
}  // namespace pawl::gate

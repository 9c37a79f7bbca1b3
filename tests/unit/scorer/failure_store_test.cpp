#include "scorer/failure_store.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace pawl::scorer {
namespace {

Failure failure(const std::string& input, const std::string& revision = "r3") {
  Failure out;
  out.interaction.id = "i-" + input;
  out.interaction.agent = "another word";
  out.interaction.input = input;
  out.interaction.output = "no";
  out.interaction.tool_calls = {{"mail", R"({"to":"jo"})"}};
  out.sender = {"agents/pod", "support-bot", revision};
  out.grade = {"escalation", 0.5, {"must_match: handing"}, {"pii"}};
  return out;
}

std::vector<std::string> inputs(const std::vector<Failure>& failures) {
  std::vector<std::string> out;
  for (const Failure& each : failures) out.push_back(each.interaction.input);
  return out;
}

using Inputs = std::vector<std::string>;

class InAFolder : public ::testing::Test {
 protected:
  InAFolder() { std::filesystem::remove_all(folder); }
  ~InAFolder() override { std::filesystem::remove_all(folder); }

  [[nodiscard]] std::unique_ptr<FailureStore> open() const { return FailureStore::open(folder, 3).value(); }
  [[nodiscard]] std::string text() const {
    std::ifstream in(file(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  [[nodiscard]] std::string file() const { return folder + "/failures.jsonl"; }
  void append(const std::string& text) const { std::ofstream(file(), std::ios::app) << text; }

  std::string folder = std::filesystem::temp_directory_path() / ("pawl-failures-" + std::to_string(::getpid()));
};

TEST_F(InAFolder, WhatWasKeptIsThereAfterARestart) {
  open()->add(failure("a person"));
  const auto found = open()->of("support-bot", "r3");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].interaction.id, "i-a person");
  EXPECT_EQ(found[0].interaction.tool_calls, failure("").interaction.tool_calls);
  EXPECT_EQ(found[0].agent(), "support-bot") << "the sender's, not the record's word";
  EXPECT_EQ(found[0].grade.capability, "escalation");
  EXPECT_EQ(found[0].grade.score, 0.5);
  EXPECT_EQ(found[0].grade.failed, Inputs{"must_match: handing"});
  EXPECT_EQ(found[0].grade.violations, Inputs{"pii"});
}

TEST_F(InAFolder, KeepsTheNewestAndTheFileStaysBounded) {
  const auto store = open();
  for (int i = 0; i < 100; ++i) {
    store->add(failure(std::to_string(i)));
    const std::string now = text();
    ASSERT_LE(std::count(now.begin(), now.end(), '\n'), 6) << "twice what is kept";
  }
  EXPECT_EQ(inputs(store->all()), (Inputs{"97", "98", "99"}));
  EXPECT_EQ(inputs(open()->all()), (Inputs{"97", "98", "99"}));
}

TEST_F(InAFolder, ATornLineCostsThatLineAlone) {
  open()->add(failure("whole"));
  append(text().substr(0, 40));
  {
    const auto store = open();
    EXPECT_EQ(inputs(store->all()), Inputs{"whole"});
    store->add(failure("after"));
  }
  append("[]\n{}\nnull\n{\"interaction.id\": 1}\n");
  EXPECT_EQ(inputs(open()->all()), (Inputs{"whole", "after"}));
}

TEST_F(InAFolder, AnEndlessTextStaysInMemoryAlone) {
  const auto store = open();
  store->add(failure(std::string(FailureStore::kLongestLine, 'x')));
  EXPECT_EQ(store->all().size(), 1U);
  EXPECT_EQ(text(), "");
}

TEST_F(InAFolder, IsForTheScorersEyesAlone) {
  const auto store = open();
  EXPECT_EQ(std::filesystem::status(file()).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(InAFolder, AFolderThatCannotBeWrittenIsToldAtTheStart) {
  std::ofstream(folder) << "a file";
  const auto refused = FailureStore::open(folder, 3);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("name a folder that can be written"), std::string::npos);
}

TEST_F(InAFolder, AFileThatIsLostIsWrittenAnewWithTheNext) {
  const auto store = open();
  store->add(failure("first"));
  std::filesystem::remove_all(folder);
  for (int i = 0; i < 6; ++i) store->add(failure(std::to_string(i)));  // until it is to be rewritten, which fails
  std::filesystem::create_directories(folder);
  store->add(failure("last"));
  EXPECT_EQ(inputs(open()->all()), (Inputs{"4", "5", "last"}));
}

TEST(FailureStore, KeepsTheFailuresOfEachRevisionApart) {
  FailureStore store(3);
  store.add(failure("one", "r3"));
  store.add(failure("other", "r4"));
  EXPECT_EQ(inputs(store.of("support-bot", "r4")), Inputs{"other"});
  EXPECT_TRUE(store.of("another-bot", "r4").empty());
}

}  // namespace
}  // namespace pawl::scorer

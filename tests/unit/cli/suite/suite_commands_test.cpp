#include "cli/suite/suite_commands.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/goal.h"

namespace pawl::cli {
namespace {

class SuiteCommands : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) /
              ("pawl-suite-" + std::to_string(reinterpret_cast<std::uintptr_t>(this)));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string at(const std::string& name) const { return (folder_ / name).string(); }
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(at(name)) << text;
    return at(name);
  }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream file(at(name));
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  /// Forty questions of two capabilities.
  std::string a_suite() {
    std::string text;
    for (int i = 0; i < 40; ++i) {
      const std::string n = std::to_string(i * 7919 + 104729);
      text += R"({"id":"c)" + n + R"(","capability":")" + (i % 2 == 0 ? "refunds" : "tone") +
              R"(","input":[{"role":"user","content":"What about )" + n + n + " and " + std::to_string(i) + n +
              R"( then?"}],"expect":[{"grader":"exact","parameters":{"values":["It is )" + n +
              R"( of course, my friend"]}}],"canary":"pawl-canary-)" + n + n + "\"}\n";
    }
    return write("suite.jsonl", text);
  }
  SuiteTerminal terminal(bool json = false) { return {out_, err_, json}; }

  std::ostringstream out_;
  std::ostringstream err_;

 private:
  std::filesystem::path folder_;
};

TEST_F(SuiteCommands, ImportWritesCasesAndNamesWhatHasNoPlace) {
  const std::string from = write("evals.jsonl", R"({"input": "2+2?", "ideal": "4", "note": "x"})");
  EXPECT_EQ(run_suite_import(terminal(), {.format = "openai-evals",
                                          .input = from,
                                          .answers = "",
                                          .output = at("out.jsonl"),
                                          .capability = "sums",
                                          .grader = ""}),
            kDone);
  EXPECT_EQ(err_.str(), "not mapped: field note (1)\n1 cases\n");
  EXPECT_NE(read("out.jsonl").find(R"("id":"evals-1")"), std::string::npos);
}

TEST_F(SuiteCommands, ImportOfABrokenLineKeepsTheOthersAndSaysSo) {
  const std::string from = write("evals.jsonl", "{\"input\": \"2+2?\", \"ideal\": \"4\"}\n{oops\n");
  EXPECT_EQ(run_suite_import(terminal(), {.format = "openai-evals",
                                          .input = from,
                                          .answers = "",
                                          .output = at("out.jsonl"),
                                          .capability = "",
                                          .grader = ""}),
            kFindings);
  EXPECT_NE(err_.str().find("line 2: not JSON"), std::string::npos);
}

TEST_F(SuiteCommands, LintIsCleanOrAnswersWithAHundred) {
  const std::string suite = a_suite();
  EXPECT_EQ(run_suite_lint(terminal(), {.files = {}, .held_out = {suite}, .regression = {}, .known = ""}), kDone)
      << out_.str();
  EXPECT_EQ(out_.str(), "clean\n");
  EXPECT_EQ(run_suite_lint(terminal(true), {.files = {suite}, .held_out = {suite}, .regression = {}, .known = ""}),
            kFindings);
  EXPECT_NE(out_.str().find("duplicate-exact"), std::string::npos);
  EXPECT_EQ(run_suite_lint(terminal(), {.files = {at("nowhere")}, .held_out = {}, .regression = {}, .known = ""}),
            kFailed);
}

TEST_F(SuiteCommands, SplitRecordsTheSeedAndRepeatsItself) {
  const SuiteSplitOrder order{.input = a_suite(), .dev = at("dev"), .held_out = at("secret"), .share = 0.5, .seed = 11};
  EXPECT_EQ(run_suite_split(terminal(true), order), kDone);
  const auto record = nlohmann::json::parse(out_.str());
  EXPECT_EQ(record["seed"], 11);
  EXPECT_EQ(record["heldOut"]["capabilities"], (nlohmann::json{{"refunds", 10}, {"tone", 10}}));
  const std::string secret = read("secret");
  EXPECT_EQ(run_suite_split(terminal(), order), kDone);
  EXPECT_EQ(read("secret"), secret);
}

TEST_F(SuiteCommands, ShowTellsCountsAndWhatTheSetMayTell) {
  EXPECT_EQ(run_suite_show(terminal(), a_suite()), kDone);
  EXPECT_NE(out_.str().find("refunds                                       20  yes"), std::string::npos) << out_.str();
  EXPECT_NE(out_.str().find("20 answers with 5 promotions"), std::string::npos);
}

TEST_F(SuiteCommands, ScanSaysHowManyCasesAndNeverWhich) {
  const std::string suite = a_suite();
  const std::string edit = write("prompt.md", "Remember: it is 104729 of course, my friend.");
  EXPECT_EQ(run_suite_scan(terminal(), {.suite = suite, .edit = {edit}, .before = {}}), kFindings);
  EXPECT_NE(out_.str().find("prompt.md: hit, 1 case: answer 1"), std::string::npos) << out_.str();
  EXPECT_EQ(out_.str().find("c104729"), std::string::npos);
  EXPECT_EQ(run_suite_scan(terminal(), {.suite = suite, .edit = {edit}, .before = {edit}}), kDone);
}

TEST_F(SuiteCommands, FreezeWritesOneLine) {
  const std::string record =
      write("record.json", R"({"interaction.id": "i", "capability": "refunds", "input": "Where?", "output": "No."})");
  EXPECT_EQ(
      run_suite_freeze(
          terminal(), {.record = record, .output = at("case.jsonl"), .capability = "", .incident = "", .reviewer = ""}),
      kDone);
  const std::string line = read("case.jsonl");
  EXPECT_EQ(line.find("frozen/") != std::string::npos, true);
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
}

TEST_F(SuiteCommands, SplitWritesNoFileOverAnother) {
  const std::string suite = a_suite();
  const std::string before = read("suite.jsonl");
  const auto refused = [&](const std::string& dev, const std::string& held_out, const std::string& because) {
    err_.str("");
    EXPECT_EQ(run_suite_split(terminal(), {.input = suite, .dev = dev, .held_out = held_out, .share = 0.5, .seed = 1}),
              kFailed);
    EXPECT_NE(err_.str().find(because), std::string::npos) << err_.str();
  };
  refused(at("s"), at("s"), "the same file");
  refused(at("s"), at("./s"), "the same file");
  refused("-", "-", "the same file");
  refused(suite, at("s"), "--dev " + suite + " is the suite itself");
  std::filesystem::create_symlink(suite, at("link"));
  refused(at("s"), at("link"), "is the suite itself");
  EXPECT_EQ(read("suite.jsonl"), before);
  EXPECT_FALSE(std::filesystem::exists(at("s")));
}

TEST_F(SuiteCommands, TakeNoFileWithoutCasesForASuccess) {
  const std::string empty = write("empty", "\n");
  const auto none = [&](int code) {
    EXPECT_EQ(code, kFailed);
    EXPECT_NE(err_.str().find(empty + ": has no cases"), std::string::npos) << err_.str();
    err_.str("");
  };
  none(run_suite_lint(terminal(), {.files = {empty}, .held_out = {}, .regression = {}, .known = ""}));
  none(run_suite_show(terminal(), empty));
  none(run_suite_scan(terminal(), {.suite = empty, .edit = {a_suite()}, .before = {}}));
  none(run_suite_split(terminal(), {.input = empty, .dev = at("a"), .held_out = at("b"), .share = 0.5, .seed = 1}));
  none(run_suite_export(terminal(), {.format = "promptfoo", .input = empty, .output = "-", .answers = ""}));
  none(run_suite_freeze(terminal(),
                        {.record = empty, .output = at("case"), .capability = "", .incident = "", .reviewer = ""}));
  for (const char* format : {"openai-evals", "inspect", "bfcl", "promptfoo", "promptfoo-csv"}) {
    const SuiteImportOrder order{
        .format = format, .input = empty, .answers = "", .output = at("out"), .capability = "", .grader = ""};
    SCOPED_TRACE(format);
    none(run_suite_import(terminal(), order));
  }
  write("empty", "This is a letter, and no table.\nIt has two lines.\n");
  none(run_suite_import(
      terminal(),
      {.format = "promptfoo-csv", .input = empty, .answers = "", .output = at("out"), .capability = "", .grader = ""}));
  EXPECT_FALSE(std::filesystem::exists(at("out"))) << "nothing was written over anything";
}

TEST_F(SuiteCommands, LintNamesHeldOutCasesThatAnEditCouldRepeatUnseen) {
  const std::string suite = write(
      "short.jsonl",
      R"({"id":"c1","capability":"sums","input":[{"role":"user","content":"2+2?"}],"expect":[{"grader":"exact","parameters":{"values":["4"]}}]})"
      "\n");
  EXPECT_EQ(run_suite_lint(terminal(), {.files = {}, .held_out = {suite}, .regression = {}, .known = ""}), kFindings);
  EXPECT_NE(out_.str().find("unscannable: 1 held-out cases are too short"), std::string::npos) << out_.str();
}

TEST_F(SuiteCommands, ExportNamesAFormatItDoesNotKnow) {
  EXPECT_EQ(run_suite_export(terminal(), {.format = "excel", .input = a_suite(), .output = "-", .answers = ""}),
            kFailed);
  EXPECT_EQ(err_.str(), "pawl: --to excel is not one of promptfoo, openai-evals, inspect, bfcl\n");
}

}  // namespace
}  // namespace pawl::cli

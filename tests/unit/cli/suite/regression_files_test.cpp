#include "cli/suite/regression_files.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "cli/goal.h"
#include "suite/freeze.h"
#include "support/manual_clock.h"

namespace pawl::cli {
namespace {

domain::Case frozen(const std::string& question) {
  const std::string record = R"({"capability": "refunds", "input": ")" + question + R"(", "output": "No."})";
  return suite::admit(suite::draft_from_record(record, {}).value(), {{false}, {true}, "aa", "bb"}).value();
}

class RegressionFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) /
              ("pawl-frozen-" + std::to_string(reinterpret_cast<std::uintptr_t>(this)));
    std::filesystem::create_directories(folder_);
    suite_ = (folder_ / "frozen.jsonl").string();
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& path, const std::string& text) const { std::ofstream(path) << text; }
  int retire(const std::string& id) {
    return run_suite_retire({out_, err_}, {.suite = suite_, .id = id, .owner = "ada", .reason = "gone"}, clock_);
  }
  int lint(const std::string& known = "") {
    return run_suite_lint({out_, err_}, {.files = {}, .held_out = {}, .regression = {suite_}, .known = known});
  }

  const domain::Case first_ = frozen("Where is it?");
  const domain::Case second_ = frozen("And the other one?");
  std::filesystem::path folder_;
  std::string suite_;
  std::ostringstream out_;
  std::ostringstream err_;
  test::ManualClock clock_;
};

TEST_F(RegressionFiles, GrowByWhatIsAdmittedAndLoseNothing) {
  ASSERT_TRUE(add_frozen(err_, suite_, {first_}));
  ASSERT_TRUE(add_frozen(err_, suite_, {second_, first_}));
  const auto settled = settle_regression(err_, suite_);
  ASSERT_TRUE(settled) << settled.error().message;
  EXPECT_EQ(settled->cases.size(), 2U);
  EXPECT_EQ(err_.str(), "") << "all are known";
}

TEST_F(RegressionFiles, AreRefusedWhenALineIsGoneUntilItIsRetired) {
  ASSERT_TRUE(add_frozen(err_, suite_, {first_, second_}));
  write(suite_, suite::write_cases({first_}));
  const auto lost = settle_regression(err_, suite_);
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().reason, "FrozenCaseMissing");
  EXPECT_EQ(lint(), kFindings);
  EXPECT_NE(out_.str().find("frozen-missing: 1 known cases are gone"), std::string::npos) << out_.str();

  EXPECT_EQ(retire(second_.id), kDone) << err_.str();
  const auto settled = settle_regression(err_, suite_);
  ASSERT_TRUE(settled) << settled.error().message;
  EXPECT_EQ(settled->waived, (std::vector<domain::WaivedCase>{{second_.id, "ada", "gone"}}));
}

TEST_F(RegressionFiles, AreComparedWithTheMainBranchsListWhereOneIsGiven) {
  ASSERT_TRUE(add_frozen(err_, suite_, {first_, second_}));
  const std::string main = (folder_ / "main.known").string();
  std::filesystem::copy(known_path(suite_), main);
  write(suite_, suite::write_cases({first_}));
  write(known_path(suite_), first_.id + "\n");
  EXPECT_TRUE(settle_regression(err_, suite_)) << "both lines are gone: the files alone do not tell";
  EXPECT_EQ(lint(main), kFindings);
  EXPECT_NE(out_.str().find("frozen-missing"), std::string::npos) << out_.str();
}

TEST_F(RegressionFiles, SayWhenNobodyWouldMissACase) {
  write(suite_, suite::write_cases({first_}));
  ASSERT_TRUE(settle_regression(err_, suite_));
  EXPECT_NE(err_.str().find("1 frozen cases are not in"), std::string::npos) << err_.str();
}

TEST_F(RegressionFiles, RetireOnlyWhatThereWas) {
  ASSERT_TRUE(add_frozen(err_, suite_, {first_}));
  EXPECT_EQ(retire("frozen/0000000000000000"), kFailed);
  EXPECT_NE(err_.str().find("correct the id"), std::string::npos) << err_.str();
  EXPECT_FALSE(std::filesystem::exists(waivers_path(suite_)));
}

}  // namespace
}  // namespace pawl::cli

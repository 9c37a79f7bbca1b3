// Red and green over real HTTP: what may enter the regression tier.
#include "cli/suite/admit_command.h"

#include <gtest/gtest.h>

#include <sstream>

#include "base/system_clock.h"
#include "cli/goal.h"
#include "exam/agent.h"
#include "suite/case_codec.h"
#include "suite/freeze.h"
#include "unit/gate/cases.h"

namespace pawl::cli {
namespace {

using exam::Agent;
using exam::Said;
using gate::tests::TemporaryFile;

std::string record(const std::string& input, const std::string& output) {
  return R"({"capability":"escalation","input":")" + input + R"(","output":")" + output + "\"}\n";
}

class Admit : public ::testing::Test {
 protected:
  int admit(const std::string& records) {
    drafts_.write(suite::write_cases(suite::drafts_from_records(records, {}).cases));
    SuiteAdmitOrder order;
    order.drafts = drafts_.path();
    order.faulty = faulty_.url();
    order.correct = correct_.url();
    order.output = "-";
    return run_suite_admit({out_, err_, false}, order, SystemClock(), {});
  }

  /// Both say the same of the weather; only the correct one hands over.
  Agent faulty_{
      "f", [](const std::string& question) { return Said{question == "A person, please" ? "Refunded." : "Rain."}; }};
  Agent correct_{
      "c", [](const std::string& question) { return Said{question == "A person, please" ? "One moment." : "Rain."}; }};
  TemporaryFile drafts_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(Admit, TakesWhatFailsOnTheFaultyRevisionAndPassesOnTheCorrectOne) {
  EXPECT_EQ(admit(record("A person, please", "Refunded.")), kDone) << err_.str();
  const suite::CaseFile admitted = suite::read_cases(out_.str());
  ASSERT_EQ(admitted.cases.size(), 1U);
  EXPECT_TRUE(admitted.cases[0].tags.empty()) << "no draft any more";
  EXPECT_EQ(faulty_.asked(), 3) << "once an epoch";
  EXPECT_EQ(admitted.cases[0].provenance.faulty, "f") << "the digests of what was asked";
  EXPECT_EQ(admitted.cases[0].provenance.correct, "c");
}

TEST_F(Admit, LeavesOutWhatTheCorrectRevisionGetsWrongToo) {
  EXPECT_EQ(admit(record("A person, please", "Refunded.") + record("And the weather?", "Rain.")), kFindings);
  EXPECT_NE(err_.str().find("not green: the case passed 0 of 3 times on the correct revision"), std::string::npos)
      << err_.str();
  EXPECT_NE(err_.str().find("1 of 2 drafts"), std::string::npos) << err_.str();
  EXPECT_EQ(suite::read_cases(out_.str()).cases.size(), 1U);
}

TEST_F(Admit, LeavesOutWhatTheFaultyRevisionDoesNotGetWrongAgain) {
  EXPECT_EQ(admit(record("A person, please", "Refunded with [pii].")), kFailed);
  EXPECT_NE(err_.str().find("not red: the case passed 3 of 3 times on the faulty revision; sharpen the expectation"),
            std::string::npos)
      << err_.str();
  EXPECT_EQ(out_.str(), "");
}

TEST_F(Admit, SaysWhichAgentIsNotThere) {
  faulty_.die();
  EXPECT_EQ(admit(record("A person, please", "Refunded.")), kFailed);
  EXPECT_NE(err_.str().find("asking candidate which bundle it runs"), std::string::npos) << err_.str();
}

}  // namespace
}  // namespace pawl::cli

#include "domain/gate/ledger_step.h"

#include <gtest/gtest.h>

namespace pawl::domain {
namespace {

const Ledger kHeldOut{.generation = 2, .bits_spent = 12, .answers = 2, .promotions = 1, .cases = {}};
const Ledger kPublic{.generation = 1, .bits_spent = 0, .answers = 7, .promotions = 0, .cases = {}};

std::vector<std::string> names(const GateStep& step) {
  std::vector<std::string> out;
  for (const Number& each : step.numbers) out.push_back(each.name);
  return out;
}

TEST(LedgerStep, TellsTheBalanceOfHeldOutCasesInWordsAndNumbers) {
  const GateStep step = ledger_step({{kHeldOut, LeakBudget{}}});
  EXPECT_EQ(step.verdict, GateVerdict::Pass);
  EXPECT_EQ(step.message, "spent in generation 2: 2 of 20 answers, 12 of 400 bits, 1 of 5 promotions");
  EXPECT_EQ(names(step), (std::vector<std::string>{"generation", "answers", "answers allowed", "bits", "bits allowed",
                                                   "promotions", "promotions allowed"}));
  EXPECT_EQ(step.numbers[3].value, 12);
}

TEST(LedgerStep, SaysWhoseLedgerItIsWhereThereAreSeveral) {
  const GateStep step = ledger_step({{kHeldOut, LeakBudget{}, "secret"}, {kPublic, {}, "open"}});
  EXPECT_EQ(step.message,
            "secret: spent in generation 2: 2 of 20 answers, 12 of 400 bits, 1 of 5 promotions. open: answer 7 of "
            "generation 1; the cases are public, so nothing leaks");
  ASSERT_EQ(step.numbers.size(), 9U);
  EXPECT_EQ(step.numbers[3].name, "secret: bits");
  EXPECT_EQ(step.numbers[8].name, "open: answers");
  EXPECT_EQ(step.numbers[8].value, 7);
}

TEST(LedgerStep, SaysThatNoLedgerIsKept) { EXPECT_EQ(ledger_step({}).reason, "NotKept"); }

TEST(LedgerStep, ShowsTheBalanceThatRefused) {
  const GateStep step =
      ledger_spent_step({{kHeldOut, LeakBudget{.answers = 2, .promotions = 1, .bits = 400}}}, "spent");
  EXPECT_EQ(step.verdict, GateVerdict::Insufficient);
  EXPECT_EQ(step.reason, "LedgerSpent");
  EXPECT_EQ(step.message, "spent");
  EXPECT_EQ(step.numbers[2].value, 2);
}

}  // namespace
}  // namespace pawl::domain

#include "gate/suites.h"

#include <gtest/gtest.h>

namespace pawl::gate {
namespace {

double number(const domain::GateStep& step, const std::string& name) {
  for (const domain::Number& each : step.numbers) {
    if (each.name == name) return each.value;
  }
  return -1;
}

TEST(ContaminationStep, CountsWhatCouldNotBeLookedFor) {
  domain::Contamination found;
  found.unscannable = 3;
  const domain::GateStep step = contamination_step(found);
  EXPECT_EQ(step.verdict, domain::GateVerdict::Pass);
  EXPECT_EQ(number(step, "unscannable"), 3);
  EXPECT_NE(step.message.find("3 held-out cases are too short to be looked for"), std::string::npos);
}

TEST(ContaminationStep, NamesFilesOfAHit) {
  domain::Contamination found;
  found.files.push_back({"prompt/system.md", {}, 2});
  const domain::GateStep step = contamination_step(found);
  EXPECT_EQ(step.verdict, domain::GateVerdict::Fail);
  EXPECT_EQ(number(step, "files"), 1);
  EXPECT_NE(step.message.find("prompt/system.md"), std::string::npos);
}

TEST(Suites, HandTheWaivedCasesOnToTheReport) {
  Suite suite;
  suite.tier = domain::Tier::Regression;
  suite.waived = {{"frozen/0123456789abcdef", "ada", "the product changed"}};
  RunOrder order;
  ASSERT_TRUE(add_suites({suite}, order));
  EXPECT_EQ(unasked_report(contamination_step({}), order).waived, suite.waived);
}

}  // namespace
}  // namespace pawl::gate

#include "domain/gate/suite_record.h"

#include <gtest/gtest.h>

namespace pawl::domain {
namespace {

Ledger ledger(std::int64_t generation, std::int64_t answers, std::int64_t promotions) {
  return {
      .generation = generation, .bits_spent = 6 * answers, .answers = answers, .promotions = promotions, .cases = {}};
}

TEST(SuiteRecord, KnowsWhatEitherKnows) {
  const SuiteRecord whole = joined({{"frozen/b", "frozen/c"}, {}}, {{"frozen/a", "frozen/c"}, ledger(1, 2, 0)});
  EXPECT_EQ(whole.known_cases, (std::vector<std::string>{"frozen/a", "frozen/b", "frozen/c"}));
  EXPECT_EQ(whole.ledger, ledger(1, 2, 0));
  EXPECT_EQ(joined(whole, {}), whole);
  EXPECT_EQ(joined({}, whole), whole);
  EXPECT_EQ(joined(whole, whole), whole);
}

TEST(SuiteRecord, TakesTheLedgerOfTheLaterGeneration) {
  EXPECT_EQ(joined({{}, ledger(2, 1, 0)}, {{}, ledger(1, 20, 5)}).ledger, ledger(2, 1, 0));
  EXPECT_EQ(joined({{}, ledger(1, 20, 5)}, {{}, ledger(2, 1, 0)}).ledger, ledger(2, 1, 0));
}

TEST(SuiteRecord, TakesOfOneGenerationWhateverIsCountedHigher) {
  const SuiteRecord whole = joined({{}, ledger(1, 3, 0)}, {{}, ledger(1, 2, 1)});
  EXPECT_EQ(whole.ledger->answers, 3);
  EXPECT_EQ(whole.ledger->promotions, 1);
  EXPECT_EQ(whole.ledger->bits_spent, 18);
}

TEST(SuiteRecord, LosesNoKnownCaseToNewOnesWhenItIsFull) {
  std::vector<std::string> known;
  for (std::size_t i = 0; i < kKnownCasesMax - 1; ++i) known.push_back("frozen/" + std::to_string(100'000 + i));
  const auto whole = joined_ids(known, {"frozen/0", "frozen/1"});
  EXPECT_EQ(whole.size(), kKnownCasesMax);
  EXPECT_EQ(whole.front(), "frozen/0") << "one has room";
  EXPECT_EQ(whole[1], known.front());
}

}  // namespace
}  // namespace pawl::domain

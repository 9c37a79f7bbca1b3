#include "domain/gate/plan.h"

#include <gtest/gtest.h>

#include <set>
#include <tuple>

namespace pawl::domain {
namespace {

PlanOrder order(std::uint64_t seed) { return {.cases = 40, .epochs = 3, .with_stable = true, .seed = seed}; }

TEST(Plan, AsksEachCaseInEachEpochOnEachSideOnce) {
  std::set<std::tuple<std::size_t, int, Side>> seen;
  for (const Question& q : plan_questions(order(1))) EXPECT_TRUE(seen.insert({q.at, q.epoch, q.side}).second);
  EXPECT_EQ(seen.size(), 40U * 3 * 2);
}

TEST(Plan, PutsBothSidesOfAPairNextToEachOther) {
  const auto plan = plan_questions(order(1));
  for (std::size_t i = 0; i < plan.size(); i += 2) {
    EXPECT_EQ(plan[i].at, plan[i + 1].at);
    EXPECT_EQ(plan[i].epoch, plan[i + 1].epoch);
    EXPECT_NE(plan[i].side, plan[i + 1].side);
  }
}

TEST(Plan, LetsEachSideBeFirstAboutHalfOfTheTime) {
  const auto plan = plan_questions({.cases = 1000, .epochs = 1, .with_stable = true, .seed = 7});
  int candidate_first = 0;
  for (std::size_t i = 0; i < plan.size(); i += 2) candidate_first += plan[i].side == Side::Candidate ? 1 : 0;
  EXPECT_GT(candidate_first, 430);
  EXPECT_LT(candidate_first, 570);
}

TEST(Plan, IsTheSameForTheSameSeedAndAnotherForAnother) {
  EXPECT_EQ(plan_questions(order(3)), plan_questions(order(3)));
  EXPECT_NE(plan_questions(order(3)), plan_questions(order(4)));
}

TEST(Plan, SpreadsEachEpochOverTheWholeRun) {
  const auto plan = plan_questions({.cases = 300, .epochs = 3, .with_stable = false, .seed = 5});
  int last_epoch_in_first_third = 0;
  for (std::size_t i = 0; i < plan.size() / 3; ++i) last_epoch_in_first_third += plan[i].epoch == 2 ? 1 : 0;
  EXPECT_GT(last_epoch_in_first_third, 70);
}

TEST(Plan, AsksTheCandidateAloneWithoutABaseline) {
  const auto plan = plan_questions({.cases = 5, .epochs = 2, .with_stable = false, .seed = 1});
  EXPECT_EQ(plan.size(), 10U);
  for (const Question& q : plan) EXPECT_EQ(q.side, Side::Candidate);
}

}  // namespace
}  // namespace pawl::domain

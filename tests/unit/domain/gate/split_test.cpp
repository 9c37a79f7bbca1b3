#include "domain/gate/split.h"

#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "texts.h"

namespace pawl::domain {
namespace {

std::vector<Case> cases_of(std::map<std::string, int> counts, std::uint64_t seed = 1) {
  Random random(seed);
  std::vector<Case> cases;
  for (const auto& [capability, count] : counts) {
    for (int i = 0; i < count; ++i) {
      cases.push_back(a_case(capability + "-" + std::to_string(i), capability, question(random)));
    }
  }
  return cases;
}

std::set<std::string> ids(const std::vector<Case>& cases, const std::vector<std::size_t>& which) {
  std::set<std::string> out;
  for (const std::size_t i : which) out.insert(cases[i].id);
  return out;
}

TEST(Split, GivesEachCapabilityItsShare) {
  const auto cases = cases_of({{"refunds", 60}, {"tone", 21}});
  const Split split = split_cases(cases, {.held_out = 0.5, .seed = 3, .duplicate_from = 0.8}).value();
  std::map<std::string, int> held_out;
  for (const std::size_t i : split.held_out) ++held_out[cases[i].capability];
  EXPECT_EQ(held_out["refunds"], 30);
  EXPECT_EQ(held_out["tone"], 11);
  EXPECT_EQ(split.dev.size() + split.held_out.size(), cases.size());
}

TEST(Split, IsTheSameForTheSameSeedInWhateverOrderTheCasesStand) {
  auto cases = cases_of({{"refunds", 60}, {"tone", 20}});
  const SplitOrder order{.held_out = 0.4, .seed = 42, .duplicate_from = 0.8};
  const auto first = ids(cases, split_cases(cases, order)->held_out);
  std::reverse(cases.begin(), cases.end());
  EXPECT_EQ(ids(cases, split_cases(cases, order)->held_out), first);
  EXPECT_NE(ids(cases, split_cases(cases, {.held_out = 0.4, .seed = 43, .duplicate_from = 0.8})->held_out), first);
}

TEST(Split, NeverPartsDuplicatesEvenAcrossCapabilities) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    auto cases = cases_of({{"refunds", 30}, {"tone", 30}}, seed);
    for (int i = 0; i < 10; ++i) {
      cases.push_back(a_case("twin-" + std::to_string(i), "tone",
                             "  " + cases[static_cast<std::size_t>(i)].input[0].content + " Please!"));
    }
    const Split split = split_cases(cases, {.held_out = 0.5, .seed = seed, .duplicate_from = 0.8}).value();
    EXPECT_GE(split.groups_of_duplicates, 10U);
    const auto secret = ids(cases, split.held_out);
    for (std::size_t i = 0; i < 10; ++i) {
      EXPECT_EQ(secret.count("twin-" + std::to_string(i)), secret.count(cases[i].id));
    }
  }
}

TEST(Split, RefusesAShareThatIsNone) {
  EXPECT_EQ(split_cases({}, {.held_out = 1, .seed = 0, .duplicate_from = 0.8}).error().message,
            "the held-out share must be above 0 and below 1, such as 0.5");
}

}  // namespace
}  // namespace pawl::domain

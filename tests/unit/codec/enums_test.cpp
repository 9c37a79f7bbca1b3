// A table that misses a value, or misspells one, would write a word the CRD refuses.
// The compiler knows the enumerators: it prints "ns::Enum::Name" for those and a cast for all other numbers.
#include "codec/enums.h"

#include <gtest/gtest.h>

namespace pawl::codec {
namespace {

template <auto Value>
constexpr std::string_view printed() {
  return __PRETTY_FUNCTION__;
}

/// "Stable" for Phase::Stable; empty for a number no enumerator has.
template <class E, int Number>
constexpr std::string_view enumerator() {
  std::string_view text = printed<static_cast<E>(Number)>();
  text = text.substr(text.find("Value = ") + 8);
  text = text.substr(0, text.find_first_of(";]"));
  if (text.find('(') != std::string_view::npos) return {};
  return text.substr(text.rfind(':') + 1);
}

template <class E, std::size_t N, int... Numbers>
void expect_covers(const std::array<EnumName<E>, N>& table, std::integer_sequence<int, Numbers...> /*numbers*/) {
  const std::vector<std::string_view> names{enumerator<E, Numbers>()...};
  std::size_t known = 0;
  for (std::size_t number = 0; number < names.size(); ++number) {
    if (names[number].empty()) continue;
    ++known;
    EXPECT_EQ(json::enum_value(table, names[number]), static_cast<E>(number)) << names[number];
    EXPECT_EQ(json::enum_name(table, static_cast<E>(number)), names[number]);
  }
  EXPECT_EQ(known, N) << "the table has rows that repeat or that no enumerator has";
}

template <class E, std::size_t N>
void expect_covers(const std::array<EnumName<E>, N>& table) {
  expect_covers(table, std::make_integer_sequence<int, 32>{});
}

TEST(EnumTables, CoverTheirEnumsInTheirOwnWords) {
  expect_covers(kAuthorKindNames);
  expect_covers(kCandidatePolicyNames);
  expect_covers(kTrafficModeNames);
  expect_covers(kAssignmentUnitNames);
  expect_covers(kEnforcementNames);
  expect_covers(kInitialPolicyNames);
  expect_covers(kUnclaimedPolicyNames);
  expect_covers(kGateStateNames);
  expect_covers(kGateVerdictNames);
  expect_covers(kSkillStateNames);
  expect_covers(kPhaseNames);
  expect_covers(kPromotionStageNames);
  expect_covers(kOutcomeNames);
  expect_covers(kCapabilityStateNames);
  expect_covers(kRevisionPhaseNames);
  expect_covers(kConditionStatusNames);
}

TEST(EnumTables, KnowNoOtherSpelling) {
  EXPECT_FALSE(json::enum_value(kPhaseNames, "stable"));
  EXPECT_FALSE(json::enum_value(kPhaseNames, ""));
  EXPECT_FALSE(json::enum_value(kPhaseNames, "Stable "));
}

}  // namespace
}  // namespace pawl::codec

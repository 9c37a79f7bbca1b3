#include "domain/gate/coarse_words.h"

#include <algorithm>
#include <iterator>

namespace pawl::domain {
namespace {

struct Entry {
  const char* reason;  ///< of the rule
  CoarseWord coarse;
};

constexpr const char* kNotProven = "not proven to be no worse, or not proven to be better; the suites may be too small";

/// Many reasons of the rule, few words outside: the ledger charges for as many as there are here.
constexpr Entry kWords[] = {
    {"Passed", {"Passed", "no capability lost, and the claim is proven"}},
    {"NoBaseline", {"Passed", "there was nothing to compare with; what needs no baseline was judged"}},
    {"SkillLost", {"SkillLost", "a capability was lost; the evidence says which"}},
    {kMeanUpSkillDown,
     {kMeanUpSkillDown, "the mean over all cases rose while a capability was lost; the evidence says which"}},
    {"FrozenCaseFails",
     {"FrozenCaseFails", "a frozen failure of production is back; run the regression suite, which is public"}},
    {"NoImprovement", {"NoImprovement", "what the edit claims to improve did not rise; a tie is no improvement"}},
    {"Contaminated",
     {"Contaminated", "the edit repeats held-out text; take it out, for who knows the test cannot be judged by it"}},
    {"TooExpensive", {"TooExpensive", "cost or latency is above what the policy allows"}},
    {"NotMeasured", {"TooExpensive", "cost or latency was not measured, and the policy bounds it"}},
    {"NotProvenNoWorse", {"NotProven", kNotProven}},
    {"ImprovementNotProven", {"NotProven", kNotProven}},
    {"ClaimWithoutCases", {"NotProven", kNotProven}},
    {"BudgetNeedsMore", {"NotProven", kNotProven}},
    {"NoBaselineBelowThreshold",
     {"BelowThreshold", "a capability does not reach the threshold that is asked of a first revision"}},
    {"NoBaselineNotProven",
     {"NotProven", "a capability is not proven to reach its threshold, or has none; the suites may be too small"}},
};
constexpr CoarseWord kOther{
    "Incomplete", "answers are missing or cannot be compared, so nobody is blamed; the gate's own side is told why"};

}  // namespace

const CoarseWord& coarse_word(std::string_view reason) {
  const auto* found =
      std::find_if(std::begin(kWords), std::end(kWords), [&](const Entry& entry) { return reason == entry.reason; });
  return found == std::end(kWords) ? kOther : found->coarse;
}

SkillState coarse_state(SkillState state, GateVerdict verdict) {
  if (verdict == GateVerdict::Fail) return state == SkillState::Lost ? SkillState::Lost : SkillState::Held;
  return state == SkillState::Held || state == SkillState::Gained ? SkillState::Held : SkillState::Insufficient;
}

}  // namespace pawl::domain

// What leaves the gate of held-out cases: one bit for each capability, and one of a few words. Anything finer would
// tell the proposer about secret cases, and could be asked for again and again. Pure.
#pragma once

#include <string_view>

#include "domain/gate/gate_verdict.h"

namespace pawl::domain {

struct CoarseWord {
  const char* word;
  const char* message;  ///< for a person
};

/// The word for a reason of the rule: Passed, SkillLost, MeanUpSkillDown, FrozenCaseFails, NoImprovement,
/// BelowThreshold, NotProven, TooExpensive, Contaminated, or Incomplete for every other one.
const CoarseWord& coarse_word(std::string_view reason);

/// A capability's state as the bit that explains a verdict: see GateEvidence.
SkillState coarse_state(SkillState state, GateVerdict verdict);

}  // namespace pawl::domain

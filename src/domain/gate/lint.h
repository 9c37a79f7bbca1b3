// What is wrong with suites before any agent has run: said to their owner, so cases are named. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/gate/case.h"

namespace pawl::domain {

/// One file of cases.
struct LintedSet {
  std::string name;
  bool held_out = false;
  std::vector<Case> cases;
};

enum class LintRule {
  DuplicateExact,
  DuplicateNear,
  NullAnswer,
  ConstantAnswer,
  CanaryMissing,
  CanaryShort,
  CapabilitySmall,
  UnknownGrader,
  Unscannable,    ///< held out, and too short to be looked for (suite/secret_texts.h)
  Draft,          ///< in the regression tier, like the next four (suite/regression.h)
  FrozenId,       ///< the content is not what the id says
  FrozenMissing,  ///< known, and gone without a waiver
  FrozenUnknown,  ///< would not be missed
  WaiverUnused
};
/// "duplicate-exact", "constant-answer", ...
std::string_view to_string(LintRule rule);

struct Finding {
  LintRule rule = LintRule::DuplicateExact;
  std::string set;                 ///< name of the file
  std::vector<std::string> cases;  ///< ids, as "file: id" where two files are concerned; may be cut
  std::string message;             ///< what and what to do
};

/// Whether an answer passes a case; nothing if it cannot be told here.
using Passes = std::function<std::optional<bool>(const Case&, const std::string& answer)>;

struct LintRules {
  double near = 0.8;                      ///< similarity from which prompts are near duplicates
  std::size_t capability_min = 20;        ///< cases a protected capability needs
  double constant_share = 0.5;            ///< of a capability's cases passed by one constant answer
  std::vector<std::string_view> graders;  ///< known ones; empty: not checked
};

/// In the order of the rules. `passes` is asked for each case with the empty answer and a dozen constant ones.
std::vector<Finding> lint(const std::vector<LintedSet>& sets, const LintRules& rules, const Passes& passes);

}  // namespace pawl::domain

// The gate's scoreboard: one row per capability, with the tests of each.
#pragma once

#include <optional>
#include <vector>

#include "domain/gate/gate_policy.h"
#include "domain/gate/gate_report.h"
#include "domain/gate/paired_cases.h"

namespace pawl::domain {

struct Scoreboard {
  std::vector<SkillRow> rows;       ///< by capability, sorted by name; the regression tier is judged on its own
  std::optional<SkillRow> overall;  ///< nothing without cases
  bool mean_up_skill_down = false;
};

/// `level` is that of the proofs of non-inferiority and of getting better; blame for a loss always costs policy.alpha.
Scoreboard make_scoreboard(const std::vector<PairedCase>& cases, const GatePolicy& policy, double level);

}  // namespace pawl::domain

// The steps of the gate's rule. Each looks at one thing and says Pass, Fail or Insufficient, with its numbers; their
// order is in gate_rule.cpp. Pure.
#pragma once

#include "domain/gate/gate_input.h"
#include "domain/gate/gate_policy.h"
#include "domain/gate/gate_report.h"
#include "domain/gate/paired_cases.h"
#include "domain/gate/skill_rows.h"

namespace pawl::domain {

/// Everything the steps look at.
struct Gate {
  const GateInput& input;
  const GatePolicy& policy;
  Pairing pairing;
  Scoreboard scoreboard;  ///< empty until integrity has passed
  double level;           ///< of this candidate, from the error budget
};

GateStep integrity(const Gate& gate);        // integrity_step.cpp
GateStep judge_informs(const Gate& gate);    // judge_step.cpp
GateStep judge_rates(const Gate& gate);      // judge_step.cpp
GateStep regression(const Gate& gate);       // regression_step.cpp
GateStep non_inferiority(const Gate& gate);  // non_inferiority_step.cpp
GateStep superiority(const Gate& gate);      // improvement_steps.cpp
GateStep error_budget(const Gate& gate);     // improvement_steps.cpp
GateStep ceilings(const Gate& gate);         // ceilings_step.cpp
GateStep thresholds(const Gate& gate);       // thresholds_step.cpp: a first revision, which is compared with nothing

/// Only stable's own repeats quarantine a case: a candidate must not excuse its failures by being erratic. A case that
/// stable passes by majority and the candidate never is no flake.
bool quarantined(const PairedCase& one);
/// The edit claims nothing, and the policy asks for no rise then.
bool unclaimed_is_enough(const Gate& gate);

}  // namespace pawl::domain

// What the gate says of a candidate, with every number that a person needs to check it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/evidence/intervals.h"
#include "domain/gate/gate_input.h"
#include "domain/gate/gate_verdict.h"
#include "domain/gate/tier.h"

namespace pawl::domain {

struct Number {
  std::string name;
  double value = 0;
  bool held_out = false;  ///< held-out cases went into it: for the gate's own side
};

/// The reason of a first revision whose capabilities all reach their thresholds.
inline constexpr const char* kThresholdsMet = "NoBaselineThresholdsMet";

/// One step of the rule.
struct GateStep {
  std::string name;  ///< "integrity", "regression", ...
  GateVerdict verdict = GateVerdict::Insufficient;
  std::string reason;   ///< CamelCase
  std::string message;  ///< for a person
  std::vector<Number> numbers;
  std::string told{};  ///< for everyone in place of `message`, if held-out cases went into the step; else empty
};

/// Cases that one arm passed and the other did not, with McNemar's exact p-values.
struct WinsAndLosses {
  int wins = 0;
  int losses = 0;
  double p_better = 1;
  double p_worse = 1;
};

struct SkillRow {
  std::string capability;
  SkillState state = SkillState::Insufficient;
  bool required = true;
  bool held_out = false;  ///< it has held-out cases
  bool withheld = false;  ///< only capability, state and what the policy asks are told: see public_report.h
  int cases = 0;
  double candidate_mean = 0;
  Interval candidate_interval;
  std::optional<double> stable_mean;  ///< absent without a baseline, like all that compares
  Interval stable_interval;
  double difference = 0;  ///< candidate minus stable, [-1,1]
  Interval difference_interval{-1, 1};
  double margin = 0;
  double p_non_inferior = 1;  ///< Holm-adjusted
  double p_worse = 1;         ///< Holm-adjusted
  double log_e_better = 0;    ///< the largest of the anytime-valid test, over the whole sequence of cases
  WinsAndLosses cases_won;
};

enum class CaseState { Won, Lost, BothPassed, BothFailed, Passed, Failed, Missing };
std::string_view to_string(CaseState state);

struct CaseRow {
  std::string id;
  std::string capability;
  Tier tier = Tier::HeldOut;
  CaseState state = CaseState::Missing;  ///< Passed and Failed: there is no baseline
  int candidate_passes = 0;              ///< of K epochs
  std::optional<int> stable_passes;
  bool flaky = false;        ///< stable passes some epochs and fails others
  bool quarantined = false;  ///< set aside: regression tier only
  std::string reason;        ///< of the candidate's first failure or missing answer
};

struct GateReport {
  GateVerdict verdict = GateVerdict::Insufficient;  ///< never NoBaseline: see `no_baseline`
  std::string reason;                               ///< CamelCase, of the step that decided; "Passed"
  std::string message;
  bool no_baseline = false;  ///< a first revision: judged by the policy for these alone
  std::string candidate_revision;
  std::string candidate_digest;
  std::string stable_revision;  ///< empty without a baseline
  std::string suite_digest;
  std::string grader_digest;
  int epochs = 0;
  int candidate_number = 1;
  double alpha = 0;
  std::vector<GateStep> steps;  ///< in the rule's order, up to the one that made the rest meaningless
  std::vector<SkillRow> scoreboard;
  std::optional<SkillRow> overall;  ///< all cases but the regression tier, as one
  std::vector<CaseRow> cases;       ///< in the order planned
  bool mean_up_skill_down = false;  ///< the mean rose while a capability was lost
  std::vector<WaivedCase> waived;   ///< frozen cases that were set aside, with their owners
};

}  // namespace pawl::domain

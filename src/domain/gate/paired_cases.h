// Trials folded into one line per case: what both arms did with it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/gate/gate_input.h"

namespace pawl::domain {

/// One arm's epochs of one case.
struct Epochs {
  int scored = 0;      ///< answers that have a score
  int unanswered = 0;  ///< of them, those of an agent that gave none
  int passes = 0;
  double mean = 0;     ///< of the scores
  std::string reason;  ///< of the first answer that failed or has no score
  /// Passed by majority: 2 of 3, 1 of 1.
  [[nodiscard]] bool passed() const { return 2 * passes > scored; }
  /// Some passed and some failed.
  [[nodiscard]] bool mixed() const { return passes > 0 && passes < scored; }
};

struct PairedCase {
  PlannedCase planned;
  Epochs candidate;
  std::optional<Epochs> stable;
  /// No gain where stable gave no answer: it may only have been down.
  [[nodiscard]] double difference() const {
    if (!stable) return 0;
    const double plain = candidate.mean - stable->mean;
    return stable->unanswered > 0 && plain > 0 ? 0 : plain;
  }
};

/// A capability for which stable often gave no answer at all. Its zeros would be the candidate's gains, though stable
/// may only have been down: no baseline, as no answer is none.
struct UnwellStable {
  std::string capability;
  int unanswered = 0;
  int asked = 0;
  std::string reason;  ///< of the first of them
};

/// What makes the data unusable.
struct IntegrityFaults {
  int cases_missing = 0;      ///< planned cases that lack a scored answer in an epoch of an arm
  int answers_missing = 0;    ///< such answers: not there, or without a score
  int answers_unplanned = 0;  ///< of a case or an epoch that was not planned
  int answers_twice = 0;
  bool suites_differ = false;
  bool graders_differ = false;
  bool same_bundle = false;  ///< both arms ran one digest: there is nothing to compare
  bool cases_repeated = false;
  std::vector<UnwellStable> unwell;  ///< by name
  [[nodiscard]] bool none() const {
    return answers_missing + answers_unplanned + answers_twice == 0 && !suites_differ && !graders_differ &&
           !same_bundle && !cases_repeated && unwell.empty();
  }
};

struct Pairing {
  std::vector<PairedCase> cases;      ///< in the order planned, without those that only inform
  std::vector<PairedCase> informing;  ///< what is missing of these is no fault
  IntegrityFaults faults;
};

/// Every planned case must have exactly one scored answer per epoch 0 .. epochs-1 on each arm.
Pairing pair_up(const GateInput& input, int epochs);

}  // namespace pawl::domain

// What the gate's runner hands to the rule: one judged answer per case, epoch and arm.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/gate/judge_errors.h"
#include "domain/gate/tier.h"

namespace pawl::domain {

/// One case as it was planned to be asked.
struct PlannedCase {
  std::string id;
  std::string capability;
  Tier tier = Tier::HeldOut;
  bool informs = false;                ///< whoever judges it may not decide: it is shown, and counts for nothing
  std::optional<JudgeErrors> judge{};  ///< of the calibrated judge that decides it alone
};

/// One answer of one arm, judged.
struct JudgedAnswer {
  std::string case_id;
  int epoch = 0;  ///< 0 .. K-1; answers of both arms with equal case and epoch are a pair
  std::optional<double>
      score{};           ///< [0,1]; absent: a grader's error, or no answer for a reason that is not the agent's
  bool passed = false;   ///< means nothing without a score
  std::string reason{};  ///< why it failed or could not be judged, for a person
  std::optional<double> cost_usd{};
  std::optional<Duration> latency{};
  bool unanswered = false;  ///< the agent gave no answer at all (an HTTP error, no completion), which scores 0
};

/// Everything one arm did.
struct ArmRun {
  std::string revision;
  std::string digest;         ///< of the bundle
  std::string suite_digest;   ///< of the cases as this arm got them
  std::string grader_digest;  ///< of graders, judges and their calibration
  std::vector<JudgedAnswer> answers;
};

/// A frozen case that somebody set aside.
struct WaivedCase {
  std::string id;
  std::string owner;
  std::string reason;
  bool operator==(const WaivedCase&) const = default;
};

struct GateInput {
  std::vector<PlannedCase> cases;
  ArmRun candidate;
  std::optional<ArmRun> stable{};      ///< absent: the agent's first revision, nothing to compare with
  std::vector<std::string> claimed{};  ///< capabilities that the edit claims to improve
  int candidate_number = 1;  ///< place in the sequence of candidates judged on this generation of the suite, from 1
  std::vector<WaivedCase> waived{};  ///< not among the cases; shown, and judged by nobody
};

}  // namespace pawl::domain

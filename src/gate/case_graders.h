// All graders of a suite, made ready before anybody is asked, and one judged answer from each raw one.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/gate/gate_input.h"
#include "grading/grader.h"
#include "grading/judge.h"

namespace pawl::gate {

/// The model that judges, for cases whose graders ask one.
struct Judge {
  std::string model;
  grading::JudgeTransport transport;           ///< called from several threads
  std::function<Result<std::string>()> nonce;  ///< new for each request, and not to be foreseen
  std::set<std::string> calibrated{};  ///< fingerprints of model, rubric and prompt that may decide; others inform
  std::map<std::string, domain::JudgeErrors> errors{};  ///< by fingerprint, where the calibration has the counts
};

/// Thread-safe once made.
class CaseGraders {
 public:
  /// Invalid, with the case and the grader: one that is not known, has wrong parameters, or asks a model where no judge
  /// is given. `cases` must outlive this.
  static Result<CaseGraders> make(const std::vector<domain::Case>& cases, std::optional<Judge> judge);

  /// A grader's own fault leaves the score out: it says nothing of the answer. A judge that is not calibrated for an
  /// expectation has no say beside graders that may decide; alone, its score is shown, and the case informs.
  [[nodiscard]] domain::JudgedAnswer judge(std::size_t at, int epoch, const domain::Answer& answer) const;
  /// Judging the same answer again may come out differently.
  [[nodiscard]] bool asks_model(std::size_t at) const;
  /// Nobody who grades this case may decide.
  [[nodiscard]] bool informs(std::size_t at) const { return informing_[at]; }
  /// The errors of the calibrated judge that decides this case alone; nothing: others decide it, or they are not known.
  [[nodiscard]] std::optional<domain::JudgeErrors> judge_errors(std::size_t at) const;
  /// SHA-256 over the version of the graders, the judge, its instructions and what it is calibrated for.
  [[nodiscard]] std::string digest() const;

 private:
  CaseGraders(const std::vector<domain::Case>& cases, std::optional<Judge> judge)
      : cases_(&cases), judge_(std::move(judge)) {}
  [[nodiscard]] domain::Graded ask_judge(const domain::Case& one, const domain::Expectation& expectation,
                                         const domain::Answer& answer) const;

  const std::vector<domain::Case>* cases_;
  std::optional<Judge> judge_;
  [[nodiscard]] bool decides(const domain::Case& one, const domain::Expectation& expectation) const;
  void leave_out_uncalibrated(std::size_t at);

  std::vector<std::vector<std::optional<grading::Grader>>>
      graders_;                                  // by case and expectation; nothing: a model is asked
  std::vector<bool> informing_;                  // by case
  std::map<std::size_t, domain::Case> reduced_;  // by case: without expectations that have no say
};

/// Raised when any grader judges differently than before: verdicts of different versions are not compared.
inline constexpr const char* kGradersVersion = "1";

}  // namespace pawl::gate

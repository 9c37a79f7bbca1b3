// One grader of a case, ready to judge answers. The names and parameters are those of domain/gate/case.h.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "domain/gate/answer.h"
#include "domain/gate/case.h"
#include "domain/gate/graded.h"

namespace pawl::grading {

/// Whether this grader asks a model; `Grader` cannot, see judge.h.
bool needs_judge(std::string_view grader);

/// Copies share what is compiled; grading is thread-safe.
class Grader {
 public:
  /// `tools` is the case's list of tool definitions as JSON text, or empty. Invalid or Malformed with the grader's name
  /// and the parameter: a grader that is not known, needs a judge, or has a pattern or schema that is wrong.
  static Result<Grader> make(const domain::Expectation& expectation, const std::string& tools);

  /// 0 for an answer that is an error, whatever the grader and even if it is negated.
  [[nodiscard]] domain::Graded grade(const domain::Answer& answer) const;

 private:
  using Judge = std::function<domain::Graded(const domain::Answer&)>;
  Grader(Judge judge, bool negate) : judge_(std::move(judge)), negate_(negate) {}
  Judge judge_;
  bool negate_;
};

/// What a case's expectations came to. An error of any grader is an error of the case: it has no score.
struct CaseScore {
  double score = 0;     ///< weighted mean of the expectations' scores, [0,1]
  bool passed = false;  ///< by the case's threshold, or by every expectation's own
  std::string reason;   ///< of the first expectation that is not met; empty if all are
};
/// `outcomes` in the order of `one.expect`, from graders or from a judge.
Result<CaseScore> combine(const domain::Case& one, const std::vector<domain::Graded>& outcomes);

}  // namespace pawl::grading

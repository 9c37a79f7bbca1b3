// How far a judging model may be trusted, from answers that people labelled too. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/evidence/intervals.h"
#include "domain/gate/judge_errors.h"

namespace pawl::domain {

/// One answer, labelled by a person and judged by the model, once or several times.
struct LabelledAnswer {
  std::string criterion;
  bool human = false;       ///< it passes
  std::vector<bool> judge;  ///< the judge's verdicts; their majority counts, a tie is no pass
};

struct CalibrationBar {
  double tpr = 0.9;           ///< least share of good answers that the judge passes
  double tnr = 0.9;           ///< least share of bad answers that it fails
  double kappa_lower = 0.6;   ///< least lower bound of kappa
  int labels_per_class = 20;  ///< least number of good ones, and of bad ones
  double consistency = 0.9;   ///< least agreement with itself, where it was asked more than once
  double alpha = 0.05;        ///< of the intervals
};

struct CriterionCalibration {
  std::string criterion;
  int true_pass = 0;
  int false_pass = 0;  ///< the dangerous cell: bad, and passed
  int true_fail = 0;
  int false_fail = 0;
  double tpr = 0;  ///< q1; 0 without good answers
  Interval tpr_interval;
  double tnr = 0;  ///< q0; 0 without bad answers
  Interval tnr_interval;
  double kappa = 0;                   ///< Cohen's; 0 where it is not defined
  double kappa_lower = -1;            ///< one-sided, from SE = sqrt(p_o (1-p_o) / (n (1-p_e)^2))
  std::optional<double> consistency;  ///< chance that two judgements of one answer agree; absent: never asked twice
  bool may_gate = false;              ///< else it only informs
  std::string why_not;                ///< the first bar it misses
};

/// One per criterion, sorted by name.
std::vector<CriterionCalibration> calibrate(const std::vector<LabelledAnswer>& labels, const CalibrationBar& bar);

/// A pass rate as it would be if the judge made no errors.
struct CorrectedRate {
  double rate = 0;
  double half_width = 0;  ///< of the normal interval, before it is cut at 0 and 1
  Interval interval;
};
/// Rogan and Gladen (doi 10.1093/oxfordjournals.aje.a112510): (p + q0 - 1) / (q0 + q1 - 1). Its interval carries the
/// sample's noise and the labels': more answers cannot make up for few labels. `judged_rate` of `n` answers; q1 from m1
/// good labels, q0 from m0 bad ones. Invalid if q0 + q1 <= 1 (the judge is no better than chance) or a count is 0.
Result<CorrectedRate> correct_rate(double judged_rate, int n, double q1, int m1, double q0, int m0, double alpha);
Result<CorrectedRate> correct_rate(double judged_rate, int n, const CriterionCalibration& judge, double alpha);
Result<CorrectedRate> correct_rate(double judged_rate, int n, const JudgeErrors& judge, double alpha);

/// SHA-256 over model, rubric and prompt. A calibration holds for one fingerprint: any change of these is another
/// judge.
std::string judge_fingerprint(std::string_view model, std::string_view rubric, std::string_view prompt);

}  // namespace pawl::domain

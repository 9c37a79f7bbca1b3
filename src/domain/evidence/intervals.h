// Intervals for people to read. No decision is taken from them (canary-statistics 5).
#pragma once

namespace pawl::domain {

struct Interval {
  double lower = 0;
  double upper = 1;
  bool operator==(const Interval&) const = default;
};

/// Exact confidence sequence of one pass rate, valid at every look:
/// {p : ln B(1/2+k, 1/2+n-k) - ln B(1/2,1/2) - k ln p - (n-k) ln(1-p) < ln(1/alpha)}. [0,1] for n = 0.
Interval cs_beta(double passes, double n, double alpha);

/// rho of the normal mixture: v_opt / (2 ln(1/alpha) + ln(1 + 2 ln(1/alpha))) (arXiv 1810.08240).
double normal_mixture_rho(double v_opt, double alpha);

/// Wilson's interval of one pass rate at one look: for labels and other samples of a fixed size. [0,1] for n = 0.
Interval wilson(double passes, double n, double alpha);

/// Robbins' normal mixture bound for variance v, tuned to be tightest at v_opt (both > 0).
double normal_mixture_bound(double v, double v_opt, double alpha);

/// Block-stratified difference stable - canary with an asymptotic confidence sequence (arXiv 2103.06476).
class StratifiedDifference {
 public:
  void add(double n_canary, double passes_canary, double n_stable, double passes_stable);
  /// Positive: the canary is worse. 0 without data.
  [[nodiscard]] double estimate() const;
  /// Of the estimate, as if every score were pass/fail; 1 without data.
  [[nodiscard]] double standard_error() const;
  /// Half width at level alpha; `planned` is the weight sum at which it should be tightest. 1 without data.
  [[nodiscard]] double half_width(double planned, double alpha) const;

 private:
  [[nodiscard]] double variance_per_score() const;

  double difference_sum_ = 0;
  double weight_sum_ = 0;
  double passes_ = 0;
  double scores_ = 0;
};

}  // namespace pawl::domain

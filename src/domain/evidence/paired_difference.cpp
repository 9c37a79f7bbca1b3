#include "domain/evidence/paired_difference.h"

#include <algorithm>
#include <cmath>

#include "domain/evidence/normal.h"

namespace pawl::domain {

PairedDifference::PairedDifference(std::span<const double> differences, int epochs) : n_(differences.size()) {
  if (n_ == 0) return;
  const auto n = static_cast<double>(n_);
  for (const double d : differences) mean_ += d / n;
  const double step = 1.0 / epochs;
  double squares = 2 * step * step;
  for (const double d : differences) squares += (d - mean_) * (d - mean_);
  standard_error_ = std::sqrt(squares / ((n + 2) * (n + 1)));
}

Interval PairedDifference::interval(double alpha) const {
  if (n_ == 0) return {-1, 1};
  const double half = normal_quantile(1 - alpha / 2) * standard_error_;
  return {std::max(-1.0, mean_ - half), std::min(1.0, mean_ + half)};
}

double PairedDifference::p_above(double bound) const {
  return n_ == 0 ? 1 : normal_cdf((bound - mean_) / standard_error_);
}

double PairedDifference::p_below(double bound) const {
  return n_ == 0 ? 1 : normal_cdf((mean_ - bound) / standard_error_);
}

}  // namespace pawl::domain

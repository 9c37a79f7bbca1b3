// The mean difference of pairs, with its standard error and one-sided p-values (Miller, arXiv 2411.00640).
#pragma once

#include <cstddef>
#include <span>

#include "domain/evidence/intervals.h"

namespace pawl::domain {

class PairedDifference {
 public:
  /// One difference per case, the mean over its epochs, each in [-1,1]: so the standard error carries both the choice
  /// of the cases and the noise of the answers. The smallest visible step is 1/epochs. Two pretended cases, one won and
  /// one lost by that step, are counted in the error: ten ties in a row are no proof that the two arms are equal (the
  /// idea of Agresti and Min, doi 10.1002/sim.1781).
  PairedDifference(std::span<const double> differences, int epochs);

  [[nodiscard]] std::size_t n() const { return n_; }
  [[nodiscard]] double mean() const { return mean_; }
  [[nodiscard]] double standard_error() const { return standard_error_; }
  /// Normal interval, inside [-1,1]; all of it without data.
  [[nodiscard]] Interval interval(double alpha) const;
  /// Small: the true mean is above `bound`. 1 without data.
  [[nodiscard]] double p_above(double bound) const;
  /// Small: the true mean is below `bound`. 1 without data.
  [[nodiscard]] double p_below(double bound) const;

 private:
  std::size_t n_;
  double mean_ = 0;
  double standard_error_ = 0;
};

}  // namespace pawl::domain

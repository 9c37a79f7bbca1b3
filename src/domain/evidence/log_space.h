// Sums and products of probabilities kept as natural logarithms, so that e-values from e^-1000 to e^+1000 stay exact
// enough to compare. Nothing here exponentiates a whole e-value.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace pawl::domain {

/// log(0).
inline constexpr double kLogZero = -std::numeric_limits<double>::infinity();

/// log(e^a + e^b); either may be log(0).
inline double log_add(double a, double b) {
  const double high = std::max(a, b);
  const double low = std::min(a, b);
  if (low == kLogZero) return high;
  return high + std::log1p(std::exp(low - high));
}

/// e^x for x <= 0, where what vanishes beside 1 in a double is 0: exp is slow when it underflows.
inline double exp_beside_one(double x) { return x > -40 ? std::exp(x) : 0; }

/// log of the sum of e^x over all x; log(0) for none. Adds in the order given, so it is reproducible bit for bit.
inline double log_sum(std::span<const double> values) {
  double largest = kLogZero;
  for (const double value : values) largest = std::max(largest, value);
  if (largest == kLogZero) return kLogZero;
  double sum = 0;
  for (const double value : values) sum += exp_beside_one(value - largest);
  return largest + std::log(sum);
}

/// count * log(1 + x), where a zero count is zero even if the logarithm is not finite.
inline double times_log1p(double count, double x) { return count > 0 ? count * std::log1p(x) : 0.0; }

/// log Gamma(x) for x > 0, without the hidden global of std::lgamma.
inline double log_gamma(double x) {
  int sign = 0;
  return ::lgamma_r(x, &sign);
}

/// log of the Beta function; a, b > 0.
inline double log_beta(double a, double b) { return log_gamma(a) + log_gamma(b) - log_gamma(a + b); }

}  // namespace pawl::domain

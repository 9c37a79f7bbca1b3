// Exact samples of the distributions the scenarios need, from a seed: the same numbers with every standard library,
// which std::binomial_distribution and its kin do not promise.
#pragma once

#include <cmath>

#include "base/random.h"

namespace pawl::statistics {

/// Counts of a Poisson process; by inversion, so for means up to some hundreds.
class Poisson {
 public:
  explicit Poisson(double mean) : mean_(mean), none_(std::exp(-mean)) {}
  int operator()(Random& random) const {
    double left = random.unit();
    double p = none_;
    int n = 0;
    // The guard ends the walk when the tail has become smaller than a double can tell.
    while (left >= p && p > 1e-300) {
      left -= p;
      p *= mean_ / ++n;
    }
    return n;
  }

 private:
  double mean_;
  double none_;
};

/// How many of n coins show heads.
inline int heads(Random& random, int n, double p) {
  int k = 0;
  for (int i = 0; i < n; ++i) k += random.chance(p) ? 1 : 0;
  return k;
}

inline double exponential(Random& random, double mean) { return -mean * std::log1p(-random.unit()); }

/// Number of tries up to the first success; p in (0,1].
inline double tries(Random& random, double p) {
  return p >= 1 ? 1 : 1 + std::floor(std::log1p(-random.unit()) / std::log1p(-p));
}

/// Standard normal, by Marsaglia's polar method (1964). The second value of the pair is not used.
inline double normal(Random& random) {
  while (true) {
    const double u = 2 * random.unit() - 1;
    const double v = 2 * random.unit() - 1;
    const double s = u * u + v * v;
    if (s > 0 && s < 1) return u * std::sqrt(-2 * std::log(s) / s);
  }
}

/// Gamma with scale 1 (Marsaglia and Tsang 2000); shape > 0.
inline double gamma(Random& random, double shape) {
  if (shape < 1) return gamma(random, shape + 1) * std::pow(random.unit(), 1 / shape);
  const double d = shape - 1.0 / 3;
  const double c = 1 / std::sqrt(9 * d);
  while (true) {
    const double x = normal(random);
    const double t = 1 + c * x;
    if (t <= 0) continue;
    const double v = t * t * t;
    if (std::log(random.unit()) < 0.5 * x * x + d * (1 - v + std::log(v))) return d * v;
  }
}

inline double beta(Random& random, double a, double b) {
  const double x = gamma(random, a);
  const double y = gamma(random, b);
  return x + y > 0 ? x / (x + y) : 0.5;
}

}  // namespace pawl::statistics

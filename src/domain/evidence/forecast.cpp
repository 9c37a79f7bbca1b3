#include "domain/evidence/forecast.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "domain/evidence/information_bound.h"

namespace pawl::domain {
namespace {

constexpr double kMixture = 0.5;           // nats: three bets instead of the right one
constexpr double kCapabilityWeight = 0.7;  // of the false-alarm budget (canary-statistics 1.vi)
constexpr double kInfinite = std::numeric_limits<double>::infinity();

double normal_below(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

/// Probability that a first passage with this mean and shape (inverse Gaussian) came before `t`.
double passed_before(double t, double mean, double shape) {
  const double scale = std::sqrt(shape / t);
  return std::min(
      1.0, normal_below(scale * (t / mean - 1)) + std::exp(2 * shape / mean) * normal_below(-scale * (t / mean + 1)));
}

/// Mean of the latest of `count` independent first passages.
double mean_of_the_latest(double mean, double shape, int count) {
  if (count <= 1) return mean;
  constexpr int kPerMean = 100;
  const double step = mean / kPerMean;
  double total = 0;
  for (int i = 0; i < 50 * kPerMean; ++i) {
    const double later = 1 - std::pow(passed_before((i + 0.5) * step, mean, shape), count);
    total += later * step;
    if (i > kPerMean && later < 1e-6) break;
  }
  return total;
}

}  // namespace

double scores_to_promote(const ForecastCase& of, double margin, double beta, int capabilities) {
  const double growth = growth_of_non_inferiority({of.pass_rate, of.pass_rate, of.share}, margin);
  if (!(growth > 0)) return kInfinite;
  const double height = (std::log(1 / beta) + kMixture) * of.deflation;
  // A log likelihood ratio that grows by g on average has a variance of about 2g, and scores that come in clusters,
  // which is what deflation is for, have so much more of it.
  const double shape = height * height / (2 * growth * of.deflation);
  return mean_of_the_latest(height / growth, shape, capabilities);
}

double scores_to_catch(const ForecastCase& of, double drop, double alpha, int capabilities) {
  if (drop >= of.pass_rate || drop <= of.tolerance) return kInfinite;
  const double growth = growth_of_regression({of.pass_rate - drop, of.pass_rate, of.share}, of.tolerance);
  const double factor = 1.28 + 0.09 * std::clamp((of.share - 0.05) / 0.45, 0.0, 1.0);
  return factor * of.deflation * least_scores(growth, capabilities / kCapabilityWeight, alpha);
}

}  // namespace pawl::domain

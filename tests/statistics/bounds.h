// How early can anyone know? The Wald/Lorden bound: nats of evidence needed over nats gained per canary interaction.
#pragma once

#include <cmath>

namespace pawl::statistics {

/// Kullback-Leibler divergence of two coins, in nats; q in (0,1).
inline double divergence(double p, double q) {
  const double pass = p > 0 ? p * std::log(p / q) : 0;
  const double fail = p < 1 ? (1 - p) * std::log((1 - p) / (1 - q)) : 0;
  return pass + fail;
}

/// Canary interactions below which no test with false alarms at most `alpha` over `hypotheses` of them can be on average:
/// ln(K / alpha) / min_q [KL(p_canary, q) + (1 - share) / share KL(p_stable, q + tolerance)].
inline double least_delay(double p_canary, double p_stable, double share, double hypotheses, double alpha = 0.05,
                          double tolerance = 0) {
  const double ratio = (1 - share) / share;
  const auto growth = [&](double q) { return divergence(p_canary, q) + ratio * divergence(p_stable, q + tolerance); };
  double low = std::fmax(p_canary, 1e-9);
  double high = std::fmin(p_stable - tolerance, 1 - 1e-9);
  for (int i = 0; i < 200; ++i) {
    const double a = low + (high - low) / 3;
    const double b = high - (high - low) / 3;
    (growth(a) < growth(b) ? high : low) = growth(a) < growth(b) ? b : a;
  }
  return std::log(hypotheses / alpha) / growth(low);
}

/// The same for graded scores of equal variance, by the normal approximation.
inline double least_delay_graded(double drop, double variance, double share, double hypotheses, double alpha = 0.05) {
  return 2 * std::log(hypotheses / alpha) * variance * (1 + share / (1 - share)) / (drop * drop);
}

}  // namespace pawl::statistics

// How early can anyone know? The Wald/Lorden bound: nats of evidence needed over nats gained per canary interaction.
#pragma once

#include <cmath>

#include "domain/evidence/information_bound.h"

namespace pawl::statistics {

/// Canary interactions below which no test with false alarms at most `alpha` over `hypotheses` of them can be on
/// average.
inline double least_delay(double p_canary, double p_stable, double share, double hypotheses, double alpha = 0.05) {
  return domain::least_scores(domain::growth_of_regression({p_canary, p_stable, share}), hypotheses, alpha);
}

/// The same for graded scores of equal variance, by the normal approximation.
inline double least_delay_graded(double drop, double variance, double share, double hypotheses, double alpha = 0.05) {
  return 2 * std::log(hypotheses / alpha) * variance * (1 + share / (1 - share)) / (drop * drop);
}

}  // namespace pawl::statistics

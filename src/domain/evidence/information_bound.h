// What no test can beat: the least number of canary scores in which a drop, or the absence of one, can be proven
// (Wald 1945, Lorden 1971; canary-statistics section 3). Pass rates are in (0,1), shares of traffic too.
#pragma once

namespace pawl::domain {

/// Both arms as they truly are.
struct Arms {
  double canary = 0;  ///< pass rate
  double stable = 0;  ///< pass rate
  double share = 0;   ///< the canary's share of the traffic
};

/// Largest mean growth of a log e-value per canary score against "the canary lost `tolerance` or less":
/// min_q [ KL(canary || q) + (1 - share)/share KL(stable || q + tolerance) ], in nats. 0 when that is true.
double growth_of_regression(const Arms& arms, double tolerance = 0);
/// The same against "the canary lost `margin` or more". 0 when that is true.
double growth_of_non_inferiority(const Arms& arms, double margin);

/// Canary scores of one capability until its e-value is expected to reach hypotheses / error: nats / growth.
/// Infinite when there is no growth.
double least_scores(double growth, double hypotheses, double error);

}  // namespace pawl::domain

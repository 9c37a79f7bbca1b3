// How many scores a verdict will take, before it is there. For plans and for warnings; nothing is decided from it.
#pragma once

namespace pawl::domain {

/// A question whose answer is to be foreseen, about one capability.
struct ForecastCase {
  double pass_rate = 0.9;  ///< stable's, (0,1)
  double share = 0.5;      ///< the candidate's share of the traffic, (0,1)
  double deflation = 1;    ///< what log e is divided by, at least 1: so many times as much must be won
  double tolerance = 0;    ///< drop that counts as no regression, [0,1)
};

/// Mean number of candidate scores until an edit that changes nothing is proven to have lost less than `margin`, at
/// level `beta`: of one capability, or (`capabilities` > 1, all with equal traffic) of the slowest of them. The proof
/// is a random walk whose drift is the information bound (information_bound.h); its first passage has an inverse
/// Gaussian law, and betting on three effects at once costs 0.5 nats.
///
/// Against simulations of the reference (one / twenty capabilities): rate .90, margin .05: share 5 %: 332 / 992 for 321
/// / 942; 50 %: 514 / 1537 for 509 / 1645. Rate .95, margin .03: 5 %: 516 / 1543 for 512 / 1386; 50 %: 765 / 2288 for
/// 831 / 2370. So within 12 %; a single rollout varies more: its standard deviation is about 0.75 of the mean of one.
/// Infinite for a margin of 0.
double scores_to_promote(const ForecastCase& of, double margin, double beta, int capabilities = 1);

/// Mean number of candidate scores until a drop of `drop` in one of `capabilities` is proven at level `alpha`: the
/// information bound times 1.25 to 1.4, the factors that the judge was measured to need (canary-statistics 3a). Within
/// 20 %. Infinite for a drop to below 0, and for one that is tolerated.
double scores_to_catch(const ForecastCase& of, double drop, double alpha, int capabilities);

}  // namespace pawl::domain

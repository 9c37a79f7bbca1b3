// How many cases a verdict needs. Pure.
#pragma once

#include <cstddef>

namespace pawl::domain {

/// Below this many cases a capability cannot be protected: a loss of 30 points would be missed more often than seen,
/// even with three epochs.
inline constexpr std::size_t kProtectedCasesMin = 20;

/// The value that a standard normal variable exceeds with probability `p`; p in (0,1).
double normal_upper_quantile(double p);

/// Cases needed to see a difference of `delta` between two arms that ran the same cases, by a one-sided test of level
/// `alpha` with the given power: n = ((z_alpha sqrt(p_d) + z_beta sqrt(p_d - delta^2)) / delta)^2, where `discordance`
/// p_d is the share of cases on which the arms differ. All in (0,1), and discordance >= delta.
std::size_t paired_cases_needed(double delta, double discordance, double alpha, double power);

/// The smallest difference `cases` can show under the same test; 1 if even the largest cannot be shown.
double smallest_visible_difference(std::size_t cases, double discordance, double alpha, double power);

}  // namespace pawl::domain

// Is traffic split as configured? A broken split makes every comparison suspect, so it holds, it does not blame.
#pragma once

#include <span>

namespace pawl::domain {

/// log e-value of served counts against the configured shares: ln B(a+n) - ln B(a) - sum n_i ln rho_i with
/// a = concentration * rho (Lindon, Malek, arXiv 2011.03567). Shares are positive and sum to 1; same length as counts.
double share_mismatch_log_e(std::span<const double> counts, std::span<const double> shares, double concentration = 100);

}  // namespace pawl::domain

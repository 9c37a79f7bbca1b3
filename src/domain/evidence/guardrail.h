// Absolute limits on harmful events; no baseline needed (canary-statistics 1.iv).
#pragma once

#include <array>
#include <span>

namespace pawl::domain {

/// log e-value against H0 "rate of events per interaction <= limit_rate", from the canary's totals alone:
/// logsumexp_j[k ln(p_j/r0) + (n-k)(log1p(-p_j) - log1p(-r0))] - ln J, p_j = min(.999, r0 * {2,4,8,16,64}).
/// 0 < limit_rate < 0.999; events may not exceed interactions (they are raised to them). `multiples` are the rates bet
/// on.
inline constexpr std::array kGuardrailMultiples{2.0, 4.0, 8.0, 16.0, 64.0};
double guardrail_log_e(double events, double interactions, double limit_rate,
                       std::span<const double> multiples = kGuardrailMultiples);

}  // namespace pawl::domain

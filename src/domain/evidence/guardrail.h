// Absolute limits on harmful events; no baseline needed (canary-statistics 1.iv).
#pragma once

#include <array>
#include <span>

namespace pawl::domain {

/// log e-value against H0 "rate of events per interaction <= limit_rate", from the canary's totals alone:
/// logsumexp_j[k ln(p_j/r0) + (n-k)(log1p(-p_j) - log1p(-r0))] - ln J, p_j = min(.999, r0 * {2,4,8,16,64}).
/// 0 < limit_rate < 0.999; events may not exceed interactions (they are raised to them). `multiples` are the rates bet on.
inline constexpr std::array kGuardrailMultiples{2.0, 4.0, 8.0, 16.0, 64.0};
double guardrail_log_e(double events, double interactions, double limit_rate,
                       std::span<const double> multiples = kGuardrailMultiples);

/// log e-value against H0 "canary rate <= factor * stable rate" for events that have an exposure but no outcome per
/// interaction (canary-statistics 1.iii). Conditional on a block's total the canary's share is binomial.
struct EventBlock {
  double canary_exposure = 0;
  double canary_events = 0;
  double stable_exposure = 0;
  double stable_events = 0;
};
inline constexpr std::array kEventMultiples{1.25, 1.5, 2.0, 3.0, 5.0, 10.0};
double event_rate_log_e(std::span<const EventBlock> blocks, double factor,
                        std::span<const double> multiples = kEventMultiples);

}  // namespace pawl::domain

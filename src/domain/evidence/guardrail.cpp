#include "domain/evidence/guardrail.h"

#include <algorithm>

#include "domain/evidence/log_space.h"

namespace pawl::domain {

double guardrail_log_e(double events, double interactions, double limit_rate, std::span<const double> multiples) {
  const double quiet = std::max(0.0, interactions - events);
  double total = kLogZero;
  for (const double multiple : multiples) {
    const double p = std::min(0.999, limit_rate * multiple);
    double log_e = quiet * (std::log1p(-p) - std::log1p(-limit_rate));
    if (events > 0) log_e += events * std::log(p / limit_rate);
    total = log_add(total, log_e);
  }
  return total - std::log(static_cast<double>(multiples.size()));
}

double event_rate_log_e(std::span<const EventBlock> blocks, double factor, std::span<const double> multiples) {
  double total = kLogZero;
  for (const double multiple : multiples) {
    double log_e = 0;
    for (const EventBlock& block : blocks) {
      if (block.canary_exposure <= 0 || block.stable_exposure <= 0) continue;
      const double rho = block.canary_exposure / (block.canary_exposure + block.stable_exposure);
      const double null = rho * factor / (rho * factor + 1 - rho);
      const double theta = rho * factor * multiple / (rho * factor * multiple + 1 - rho);
      if (block.canary_events > 0) log_e += block.canary_events * std::log(theta / null);
      if (block.stable_events > 0) log_e += block.stable_events * std::log((1 - theta) / (1 - null));
    }
    total = log_add(total, log_e);
  }
  return total - std::log(static_cast<double>(multiples.size()));
}

}  // namespace pawl::domain

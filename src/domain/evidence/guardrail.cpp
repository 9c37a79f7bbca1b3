#include "domain/evidence/guardrail.h"

#include <algorithm>
#include <array>

#include "domain/evidence/log_space.h"

namespace pawl::domain {

double guardrail_log_e(double events, double interactions, double limit_rate) {
  constexpr std::array multiples{2.0, 4.0, 8.0, 16.0, 64.0};
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

}  // namespace pawl::domain

#include "domain/evidence/mcnemar.h"

#include <numbers>

#include "domain/evidence/log_space.h"

namespace pawl::domain {

double mcnemar_p(std::int64_t wins, std::int64_t losses) {
  if (wins <= 0) return 1;
  const auto n = static_cast<double>(wins + losses);
  double log_sum_of_tail = kLogZero;
  for (std::int64_t j = wins; j <= wins + losses; ++j) {
    const auto k = static_cast<double>(j);
    log_sum_of_tail = log_add(log_sum_of_tail, log_gamma(n + 1) - log_gamma(k + 1) - log_gamma(n - k + 1));
  }
  return std::min(1.0, std::exp(log_sum_of_tail - n * std::numbers::ln2));
}

}  // namespace pawl::domain

#include "domain/evidence/share_mismatch.h"

#include <algorithm>

#include "domain/evidence/log_space.h"

namespace pawl::domain {

double share_mismatch_log_e(std::span<const double> counts, std::span<const double> shares, double concentration) {
  double log_e = 0;
  double total_prior = 0;
  double total_count = 0;
  for (std::size_t i = 0; i < std::min(counts.size(), shares.size()); ++i) {
    const double prior = concentration * shares[i];
    log_e += log_gamma(prior + counts[i]) - log_gamma(prior);
    if (counts[i] > 0) log_e -= counts[i] * std::log(shares[i]);
    total_prior += prior;
    total_count += counts[i];
  }
  return log_e + log_gamma(total_prior) - log_gamma(total_prior + total_count);
}

}  // namespace pawl::domain

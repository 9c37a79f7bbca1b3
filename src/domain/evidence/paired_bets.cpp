#include "domain/evidence/paired_bets.h"

#include "domain/evidence/multiplicity.h"

#include <cmath>

namespace pawl::domain {

void PairedBets::add(double difference) {
  constexpr std::array<double, kStakes.size()> kEqual = {1, 1, 1, 1, 1};
  for (std::size_t i = 0; i < kStakes.size(); ++i) wealth_[i] += std::log1p(kStakes[i] * difference);
  ++pairs_;
  log_e_ = global_log_e(wealth_, kEqual);
  if (log_e_ > best_) {
    best_ = log_e_;
    best_at_ = pairs_;
  }
}

}  // namespace pawl::domain

#include "domain/evidence/coverage.h"

#include <algorithm>

namespace pawl::domain {

void CoverageQueue::add(std::int64_t scrape, std::array<double, 2> served, std::array<double, 2> scored, bool usable) {
  newest_ = scrape;
  entries_.push_back({scrape, served, {}, usable});
  for (std::size_t arm = 0; arm < served.size(); ++arm) {
    unmatched_[arm] += scored[arm];
    match(arm);
    // The scorer may be scraped just after the gateway and be ahead by a little; more would hide missing scores later.
    unmatched_[arm] = std::min(unmatched_[arm], served[arm] + last_served_[arm]);
  }
  last_served_ = served;
}

void CoverageQueue::match(std::size_t arm) {
  for (Entry& entry : entries_) {
    const double part = std::min(unmatched_[arm], entry.served[arm] - entry.scored[arm]);
    entry.scored[arm] += part;
    unmatched_[arm] -= part;
  }
}

std::optional<CoverageQueue::Final> CoverageQueue::take() {
  if (entries_.empty()) return std::nullopt;
  const Entry entry = entries_.front();
  const bool complete = entry.scored == entry.served;
  if (!complete && newest_ - entry.scrape < kLag) return std::nullopt;
  entries_.pop_front();
  return Final{{binary_counts(entry.served[0], entry.scored[0]), binary_counts(entry.served[1], entry.scored[1])},
               entry.usable};
}

}  // namespace pawl::domain

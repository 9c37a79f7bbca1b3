#include "runtime/backoff.h"

#include <algorithm>
#include <cmath>

namespace pawl::runtime {

Duration backoff_delay(const BackoffPolicy& policy, int failures, Random& random) {
  const double cap = static_cast<double>(policy.cap.count());
  // pow() saturates to infinity, which min() turns into the cap: no count of failures overflows.
  const double grown = static_cast<double>(policy.base.count()) * std::pow(policy.factor, std::max(failures, 0));
  const double jitter = policy.jitter_low + (policy.jitter_high - policy.jitter_low) * random.unit();
  return Duration{std::llround(std::min(grown, cap) * jitter)};
}

Duration Backoff::next(BootTime now) {
  if (policy_.reset_after && last_use_ && now - *last_use_ >= *policy_.reset_after) failures_ = 0;
  const Duration delay = backoff_delay(policy_, failures_, random_);
  if (failures_ < 1'000) ++failures_;
  // The wait itself is use, or a cap longer than `reset_after` would never be reached.
  last_use_ = now + delay;
  return delay;
}

}  // namespace pawl::runtime

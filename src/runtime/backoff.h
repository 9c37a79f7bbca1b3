// Exponential waiting with jitter. Time and chance are arguments. Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>

#include "base/random.h"
#include "base/time.h"

namespace pawl::runtime {

/// The n-th wait is base * factor^n, at most `cap`, then times a uniform factor of [jitter_low, jitter_high).
struct BackoffPolicy {
  Duration base{100};
  double factor = 2.0;
  Duration cap{120'000};
  double jitter_low = 1.0;
  double jitter_high = 1.0;
  /// A pause this long between two failures means that the trouble is over: start at `base` again.
  std::optional<Duration> reset_after;
};

/// The wait after `failures` earlier failures. Cannot overflow; never negative.
Duration backoff_delay(const BackoffPolicy& policy, int failures, Random& random);

/// One sequence of failures.
class Backoff {
 public:
  Backoff(const BackoffPolicy& policy, std::uint64_t seed) : policy_(policy), random_(seed) {}

  /// How long to wait after a failure at `now`.
  Duration next(BootTime now);
  void reset() { failures_ = 0; }

 private:
  BackoffPolicy policy_;
  Random random_;
  int failures_ = 0;
  std::optional<BootTime> last_use_;
};

}  // namespace pawl::runtime

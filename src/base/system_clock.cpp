#include "base/system_clock.h"

#include <ctime>

namespace pawl {

Instant SystemClock::wall() const { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }

// steady_clock stops while a machine is suspended, and a lease must not.
BootTime SystemClock::boot() const {
  timespec ts{};
  clock_gettime(CLOCK_BOOTTIME, &ts);
  return std::chrono::seconds{ts.tv_sec} + std::chrono::duration_cast<BootTime>(std::chrono::nanoseconds{ts.tv_nsec});
}

}  // namespace pawl

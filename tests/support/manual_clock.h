// A clock that stands still until a test moves it. Thread-safe.
#pragma once

#include <atomic>

#include "base/time.h"

namespace pawl::test {

class ManualClock final : public Clock {
 public:
  [[nodiscard]] Instant wall() const override { return Instant{Duration{wall_ms_.load()}}; }
  [[nodiscard]] BootTime boot() const override { return BootTime{boot_us_.load()}; }

  void advance(Duration by) {
    wall_ms_ += by.count();
    boot_us_ += BootTime{by}.count();
  }
  /// Moves the wall clock alone, as NTP or a person does.
  void jump_wall(Duration by) { wall_ms_ += by.count(); }

 private:
  std::atomic<std::int64_t> wall_ms_{1'795'489'632'250};
  std::atomic<std::int64_t> boot_us_{5'000'000};
};

}  // namespace pawl::test

// A clock that stands still until a test moves it. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/time.h"

namespace pawl::test {

class ManualClock final : public Clock {
 public:
  [[nodiscard]] Instant wall() const override {
    return Instant{std::chrono::duration_cast<Duration>(boot()) + Duration{wall_offset_ms_.load()}};
  }
  [[nodiscard]] BootTime boot() const override { return BootTime{micros_.load()}; }

  void advance(BootTime by) { micros_ += by.count(); }
  /// Moves the wall clock alone, as NTP or a person does.
  void jump_wall(Duration by) { wall_offset_ms_ += by.count(); }

 private:
  std::atomic<std::int64_t> micros_{1'000'000'000};
  std::atomic<std::int64_t> wall_offset_ms_{1'795'489'632'000};
};

}  // namespace pawl::test

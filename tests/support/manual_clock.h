// A clock that moves only when told to. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/time.h"

namespace pawl::test {

class ManualClock final : public Clock {
 public:
  [[nodiscard]] Instant wall() const override {
    return Instant{std::chrono::duration_cast<Duration>(boot()) + Duration{1'795'489'632'000}};
  }
  [[nodiscard]] BootTime boot() const override { return BootTime{micros_.load()}; }
  void advance(BootTime by) { micros_ += by.count(); }

 private:
  std::atomic<std::int64_t> micros_{1'000'000'000};
};

}  // namespace pawl::test

// The only place of the program that reads the machine's clocks.
#pragma once

#include "base/time.h"

namespace pawl {

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant wall() const override;
  [[nodiscard]] BootTime boot() const override;
};

}  // namespace pawl

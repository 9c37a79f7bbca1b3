// A change of the split between the arms.
#pragma once

#include <compare>

#include "base/time.h"

namespace pawl::domain {

struct ShareChange {
  Instant at{};
  int canary_basis_points = 0;  ///< from then on; [0, 10000]
  auto operator<=>(const ShareChange&) const = default;
};

}  // namespace pawl::domain

// What the load generator saw in the last second.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/guarded.h"

namespace pawl::demo {

struct Second {
  std::uint64_t sent = 0;
  std::uint64_t ok = 0;
  std::uint64_t errors = 0;
  std::vector<double> milliseconds;  ///< from when the request was due, so that a slow server cannot hide its queue

  [[nodiscard]] double percentile(double share) const;
};

/// Thread-safe.
class Tally {
 public:
  void sent();
  void answered(bool ok, double milliseconds);
  /// The counts since the last call.
  Second take();

 private:
  Guarded<Second> now_;
};

}  // namespace pawl::demo

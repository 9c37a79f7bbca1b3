// The share that really reaches the candidate, from the gateway's cumulative counts per backend. Pure.
#pragma once

#include <map>
#include <vector>

#include "domain/evidence/series.h"
#include "domain/evidence/share_change.h"
#include "domain/rollout/observation.h"

namespace pawl::adapters {

/// Not thread-safe.
class ShareMeter {
 public:
  /// Cumulative counts of one arm; repeats are ignored.
  void add(bool canary, const std::vector<domain::Sample>& samples);
  /// Since the last change of weights, a settling second left out.
  [[nodiscard]] domain::MeasuredShare measure(const std::vector<domain::ShareChange>& changes, bool configured) const;

 private:
  using Counts = std::map<Instant, double>;
  [[nodiscard]] static std::optional<double> increase(const Counts& counts, Instant since);
  Counts stable_;
  Counts canary_;
};

}  // namespace pawl::adapters

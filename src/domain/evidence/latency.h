// Cumulative histogram buckets -> "answered in time" as pass and fail. Quantiles are never computed: they interpolate
// (canary-statistics 1.iii).
#pragma once

#include <map>
#include <optional>
#include <string_view>

#include "domain/evidence/block.h"

namespace pawl::domain {

/// Observations at or below each bound in seconds, infinity for all; `n` alone counts. Of one exposition, so that all
/// bounds are those of one histogram.
using LatencyCounts = std::map<double, Block>;

/// "2.5" or "+Inf". Nothing for any other text.
std::optional<double> bucket_bound(std::string_view le);

/// Stable passes at or below `le`, the canary at or below the first bound that is at least le * tolerance. Nothing when
/// the histogram has no such bounds.
std::optional<Block> in_time(const LatencyCounts& counts, double le, double tolerance);

}  // namespace pawl::domain

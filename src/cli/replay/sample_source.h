// Where a replay gets its raw samples from.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/evidence/overdispersion.h"
#include "domain/evidence/series.h"
#include "domain/evidence/stable_history.h"
#include "domain/rollout/spec.h"

namespace pawl::cli {

struct SampleQuestion {
  std::string address;  ///< http://host:port
  std::string cohort;
  std::optional<domain::ServedSpec> served;
  bool timed = false;  ///< how long answers took, too
  Instant from{};
  Instant to{};
  Duration interval{};  ///< between scrapes
};

/// What did a revision score in the day before, all in all or in windows of ten minutes?
struct HistoryQuestion {
  std::string address;
  std::string revision;  ///< label of its counters
  Instant before{};
};

using GiveSamples = std::function<void(const std::vector<domain::Series>&)>;
struct SampleSource {
  /// Gives all samples of (from, to], in pieces, oldest first.
  std::function<Status(const SampleQuestion&, const GiveSamples&)> samples;
  std::function<Result<domain::StableHistory>(const HistoryQuestion&)> history;
  std::function<Result<std::vector<domain::ScoreWindows>>(const HistoryQuestion&)> windows;
};

/// From Prometheus: raw samples, as the operator reads them, in answers small enough to be read.
SampleSource prometheus_source();

}  // namespace pawl::cli

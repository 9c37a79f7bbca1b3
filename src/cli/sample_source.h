// Where a replay gets its raw samples from.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/evidence/series.h"
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

using GiveSamples = std::function<void(const std::vector<domain::Series>&)>;
/// Gives all samples of (from, to], in pieces, oldest first.
using SampleSource = std::function<Status(const SampleQuestion&, const GiveSamples&)>;

/// From Prometheus: raw samples, as the operator reads them, in answers small enough to be read.
Status read_prometheus(const SampleQuestion& question, const GiveSamples& give);

}  // namespace pawl::cli

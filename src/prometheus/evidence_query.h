// What the evidence of one candidate is called in Prometheus, and how it is asked for.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "domain/rollout/spec.h"
#include "prometheus/query.h"

namespace pawl::prometheus {

/// The end of a selector: the last `span` before the moment asked for, in whole milliseconds: "[3000ms]".
std::string range(Duration span);

/// Whose counters, and which.
struct EvidenceQuestion {
  std::string cohort;
  std::optional<domain::ServedSpec> served;  ///< the gateway's own counters, if the rollout names them
  bool timed = false;                        ///< how long answers took, too
};

/// Raw samples of the last `window` before `at`: the scorer's, and the gateway's as metric "served" with the label
/// `arm`
/// ("canary" or "stable"). Errors as of raw_samples.
Result<std::vector<domain::Series>> read_evidence(PrometheusClient& client, const EvidenceQuestion& question,
                                                  Duration window, Instant at, std::stop_token stop);

}  // namespace pawl::prometheus

// What the evidence of one candidate is called in Prometheus, and how it is asked for.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "domain/evidence/overdispersion.h"
#include "domain/evidence/stable_history.h"
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

/// Gets the samples up to `to`.
using GiveEvidence = std::function<void(const std::vector<domain::Series>&, Instant to)>;
/// All of (from, to], oldest first, in answers small enough to be read: pieces of half an hour, smaller if they must
/// be, down to two scrape intervals. Errors as of raw_samples; what was given before one is good.
Status read_evidence_in_pieces(PrometheusClient& client, const EvidenceQuestion& question, Instant from, Instant to,
                               Duration interval, const GiveEvidence& give, const std::stop_token& stop);

/// What a revision (label `revision`) scored in the day before `before`, under any rollout or none. One small answer,
/// however many pods and samples there were: Prometheus adds them up. It extrapolates (increase()), which a guess may.
/// The same samples give the same bits. Errors as of raw_samples.
Result<domain::StableHistory> read_history(PrometheusClient& client, const std::string& revision, Instant before,
                                           std::stop_token stop);
/// The same day cut up into windows of ten minutes; those without a score are left out. Errors as of raw_samples.
Result<std::vector<domain::ScoreWindows>> read_windows(PrometheusClient& client, const std::string& revision,
                                                       Instant before, std::stop_token stop);
/// Whether that error means that this source answers no such question, today or tomorrow (Prometheus: bad_data): then
/// there is no history. An answer that is cut short, redirected or a proxy's page may be another one tomorrow, and a
/// restart would then begin elsewhere: that is a failed reading.
inline bool does_without(const Error& error) { return error.kind == ErrorKind::Invalid; }

}  // namespace pawl::prometheus

#include "prometheus/evidence_query.h"

#include <algorithm>
#include <utility>

namespace pawl::prometheus {
namespace {

constexpr const char* kMetrics =
    "pawl_score_count_total|pawl_score_sum_total|pawl_score_sumsq_total|pawl_interactions_total|pawl_events_total|pawl_violations_total";

}  // namespace

std::string range(Duration span) { return "[" + std::to_string(std::max<std::int64_t>(span.count(), 1)) + "ms]"; }

Result<std::vector<domain::Series>> read_evidence(PrometheusClient& client, const EvidenceQuestion& question,
                                                  Duration window, Instant at, std::stop_token stop) {
  const std::string metrics =
      std::string(kMetrics) + (question.timed ? "|pawl_interaction_duration_seconds_bucket" : "");
  auto all = client.raw_samples(
      "{__name__=~\"" + metrics + "\",rollout=" + literal(question.cohort) + "}" + range(window), at, stop);
  if (!all || !question.served) return all;
  const domain::ServedSpec& served = *question.served;
  auto counts = client.raw_samples(
      served.metric + "{" + served.label + "=~" + one_of({served.stable, served.canary}) + "}" + range(window), at,
      std::move(stop));
  if (!counts) return counts;
  for (domain::Series& series : *counts) {
    const bool canary = series.labels[served.label] == served.canary;
    series.metric = "served";
    series.labels["arm"] = canary ? "canary" : "stable";
    all->push_back(std::move(series));
  }
  return all;
}

}  // namespace pawl::prometheus

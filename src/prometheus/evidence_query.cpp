#include "prometheus/evidence_query.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace pawl::prometheus {
namespace {

constexpr const char* kMetrics =
    "pawl_score_count_total|pawl_score_sum_total|pawl_score_sumsq_total|pawl_interactions_total|pawl_events_total|pawl_violations_total";

constexpr Duration kFirstPiece = std::chrono::minutes{30};
constexpr const char* kLastDay = "[86400s]";
constexpr const char* kWindow = "[600s]";
constexpr const char* kDayOfWindows = "[86400s:600s]";
// A sum may be added up in another order tomorrow; rounded to a thousandth it is the same then.
constexpr double kGrains = 1000;

/// One of the three counters, added up over pods and rollouts; told apart by the label `counter`.
std::string added_up(const std::string& counter, const std::string& revision, const std::string& span) {
  return "label_replace(sum by (capability, evaluator, evaluator_version) (increase(pawl_score_" + counter +
         "_total{revision=" + literal(revision) + "}" + span + ")), \"counter\", " + literal(counter) + ", \"\", \"\")";
}

/// All three. A subquery makes a matrix of them: of one moment, or of many.
std::string all_added_up(const std::string& revision, const std::string& span, const std::string& subquery) {
  return "(" + added_up("count", revision, span) + " or " + added_up("sum", revision, span) + " or " +
         added_up("sumsq", revision, span) + ")" + subquery;
}

/// By capability, and by evaluator and version.
using ScoreKey = std::pair<std::string, std::string>;
ScoreKey key_of(std::map<std::string, std::string>& labels) {
  return {labels["capability"], labels["evaluator"] + '\x1f' + labels["evaluator_version"]};
}

void put(double value, const std::string& counter, domain::ArmCounts& counts) {
  const double rounded = std::round(value * kGrains) / kGrains;
  if (counter == "count") counts.n = rounded;
  if (counter == "sum") counts.sum = rounded;
  if (counter == "sumsq") counts.sumsq = rounded;
}

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

Status read_evidence_in_pieces(PrometheusClient& client, const EvidenceQuestion& question, Instant from, Instant to,
                               Duration interval, const GiveEvidence& give, const std::stop_token& stop) {
  Duration piece = kFirstPiece;
  while (from < to) {
    const Instant until = std::min(from + piece, to);
    const auto series = read_evidence(client, question, until - from, until, stop);
    if (!series && series.error().kind == ErrorKind::Malformed && std::min(piece, to - from) > 2 * interval) {
      piece = std::min(piece, to - from) /
              2;  // too large an answer is one cause; the others stay when the pieces are small
      continue;
    }
    if (!series) return fail(series.error());
    give(*series, until);
    from = until;
  }
  return {};
}

Result<domain::StableHistory> read_history(PrometheusClient& client, const std::string& revision, Instant before,
                                           std::stop_token stop) {
  const auto answer = client.raw_samples(all_added_up(revision, kLastDay, "[1s:1s]"), before, std::move(stop));
  if (!answer) return fail(answer.error());
  std::map<ScoreKey, domain::ArmCounts> sums;
  for (domain::Series series : *answer) {
    auto& labels = series.labels;
    if (series.samples.empty() || labels["capability"].empty()) continue;
    put(series.samples.back().value, labels["counter"], sums[key_of(labels)]);
  }
  std::vector<domain::PastScores> past;
  for (const auto& [of, counts] : sums) past.push_back({of.first, of.second, counts});
  return domain::stable_history(past);
}

Result<std::vector<domain::ScoreWindows>> read_windows(PrometheusClient& client, const std::string& revision,
                                                       Instant before, std::stop_token stop) {
  const auto answer = client.raw_samples(all_added_up(revision, kWindow, kDayOfWindows), before, std::move(stop));
  if (!answer) return fail(answer.error());
  std::map<ScoreKey, std::map<Instant, domain::ArmCounts>> all;
  for (domain::Series series : *answer) {
    auto& labels = series.labels;
    if (labels["capability"].empty()) continue;
    for (const domain::Sample& sample : series.samples) {
      if (std::isfinite(sample.value)) put(sample.value, labels["counter"], all[key_of(labels)][sample.at]);
    }
  }
  std::vector<domain::ScoreWindows> out;
  for (const auto& [key, windows] : all) {
    out.push_back({key.first, {}});
    for (auto [end, counts] : windows) {
      // Scores in [0,1] whose sum is not 0 have squares: without, none are exported, and they count as 0 or 1.
      if (counts.sumsq == 0) counts.sumsq = counts.sum;
      if (counts.n > 0) out.back().windows.push_back(counts);
    }
  }
  return out;
}

}  // namespace pawl::prometheus

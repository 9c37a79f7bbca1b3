#include "cli/replay/sample_source.h"

#include "prometheus/evidence_query.h"

namespace pawl::cli {
namespace {

constexpr Duration kQueryTimeout = std::chrono::seconds{30};

std::string remedy(const Error& error) {
  if (error.kind == ErrorKind::Unavailable) {
    return "; check that it runs, or name another with --prometheus http://HOST:PORT (kubectl port-forward brings one of the cluster here)";
  }
  return "; check the address, or name another with --prometheus http://HOST:PORT";
}

Error with_remedy(const Error& error) {
  Error out = error;
  out.message += remedy(error);
  return out;
}

Status read_samples(const SampleQuestion& question, const GiveSamples& give) {
  prometheus::PrometheusClient client(question.address, kQueryTimeout);
  const Status read = prometheus::read_evidence_in_pieces(
      client, {.cohort = question.cohort, .served = question.served, .timed = question.timed}, question.from,
      question.to, question.interval, [&](const std::vector<domain::Series>& piece, Instant) { give(piece); }, {});
  return read ? read : Status(fail(with_remedy(read.error())));
}

// What the operator can do without, a replay can: a source that does not understand the question has no history.
Result<domain::StableHistory> read_past(const HistoryQuestion& question) {
  prometheus::PrometheusClient client(question.address, kQueryTimeout);
  auto history = prometheus::read_history(client, question.revision, question.before, {});
  if (history) return history;
  if (prometheus::does_without(history.error())) return domain::StableHistory{};
  return fail(with_remedy(history.error()));
}

Result<std::vector<domain::ScoreWindows>> read_day(const HistoryQuestion& question) {
  prometheus::PrometheusClient client(question.address, kQueryTimeout);
  auto windows = prometheus::read_windows(client, question.revision, question.before, {});
  if (windows) return windows;
  if (prometheus::does_without(windows.error())) return std::vector<domain::ScoreWindows>{};
  return fail(with_remedy(windows.error()));
}

}  // namespace

SampleSource prometheus_source() { return {.samples = read_samples, .history = read_past, .windows = read_day}; }

}  // namespace pawl::cli

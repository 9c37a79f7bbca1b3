#include "cli/sample_source.h"

#include <algorithm>

#include "prometheus/evidence_query.h"

namespace pawl::cli {
namespace {

constexpr Duration kQueryTimeout = std::chrono::seconds{30};
constexpr Duration kFirstPiece = std::chrono::minutes{30};

std::string remedy(const Error& error) {
  if (error.kind == ErrorKind::Unavailable) {
    return "; check that it runs, or name another with --prometheus http://HOST:PORT (kubectl port-forward brings one of the cluster here)";
  }
  return "; check the address, or name another with --prometheus http://HOST:PORT";
}

}  // namespace

Status read_prometheus(const SampleQuestion& question, const GiveSamples& give) {
  prometheus::PrometheusClient client(question.address, kQueryTimeout);
  Duration piece = kFirstPiece;
  Instant from = question.from;
  while (from < question.to) {
    const Instant to = std::min(from + piece, question.to);
    const auto series = prometheus::read_evidence(
        client, {.cohort = question.cohort, .served = question.served, .timed = question.timed}, to - from, to, {});
    if (!series && series.error().kind == ErrorKind::Malformed && piece > 2 * question.interval) {
      piece /= 2;  // too large an answer is one cause; the others stay when the pieces are small
      continue;
    }
    if (!series) return fail(series.error().kind, series.error().message + remedy(series.error()));
    give(*series);
    from = to;
  }
  return {};
}

}  // namespace pawl::cli

#include "domain/rollout/evidence_policy.h"

#include <algorithm>
#include <utility>

namespace pawl::domain {

EvidencePolicy evidence_policy(const AnalysisSpec& analysis, const EvidenceSpec& evidence,
                               const std::vector<BreakerSpec>& breakers, std::vector<std::string> touched,
                               const std::vector<NarrowedMargin>& narrowed) {
  EvidencePolicy out;
  out.alpha = analysis.alpha;
  out.beta = analysis.beta;
  out.min_samples = analysis.min_samples;
  out.max_samples = analysis.max_samples;
  out.min_age = analysis.min_age;
  out.max_duration = analysis.max_duration;
  out.interval = evidence.interval;
  out.alpha_guardrail = analysis.guardrail_alpha;
  out.default_margin = analysis.margin;
  out.default_tolerance = analysis.tolerance;
  out.deflation = analysis.deflation;
  out.min_coverage = analysis.coverage;
  out.start_mass = analysis.bets.from_start;
  out.cap = analysis.bets.cap;
  out.memory = analysis.bets.memory;
  out.touched = std::move(touched);
  for (const CapabilitySpec& c : evidence.capabilities) {
    out.capabilities.push_back({.name = c.name,
                                .margin = c.margin.value_or(analysis.margin),
                                .tolerance = c.tolerance.value_or(analysis.tolerance),
                                .required = true});
  }
  for (const GroupSpec& g : evidence.groups) {
    out.groups.push_back(
        {g.name, g.capabilities, g.margin.value_or(analysis.margin), g.tolerance.value_or(analysis.tolerance)});
  }
  for (const NarrowedMargin& n : narrowed) out.narrowed[n.capability] = n.margin;
  for (const BreakerSpec& b : breakers) {
    if (b.guardrail_class) out.guardrails.push_back({b.name, *b.guardrail_class, b.max_events, b.max_rate});
    if (b.events) out.events.push_back({b.name, b.events->kind, b.events->tolerance});
    if (b.latency) out.latencies.push_back({b.name, b.latency->le, b.latency->tolerance});
    if (b.errors) {
      out.errors_breaker = b.name;
      out.errors_tolerance = b.errors_tolerance;
    }
  }
  return out;
}

EvidencePolicy evidence_policy(const RolloutSpec& spec, std::vector<std::string> touched,
                               const std::vector<NarrowedMargin>& narrowed) {
  return evidence_policy(spec.analysis, spec.evidence, spec.breakers, std::move(touched), narrowed);
}

std::vector<std::string> claimed(const Observation& seen, const std::string& digest) {
  const auto found = std::ranges::find(seen.revisions, digest, &RevisionView::digest);
  return found == seen.revisions.end() ? std::vector<std::string>{} : found->improves;
}

bool times_answers(const std::vector<BreakerSpec>& breakers) {
  return std::ranges::any_of(breakers, [](const BreakerSpec& b) { return b.latency.has_value(); });
}

}  // namespace pawl::domain

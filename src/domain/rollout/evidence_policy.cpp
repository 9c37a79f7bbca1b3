#include "domain/rollout/evidence_policy.h"

namespace pawl::domain {

EvidencePolicy evidence_policy(const RolloutSpec& spec, const std::vector<NarrowedMargin>& narrowed) {
  EvidencePolicy out;
  out.alpha = spec.analysis.alpha;
  out.beta = spec.analysis.beta;
  out.min_samples = spec.analysis.min_samples;
  out.max_samples = spec.analysis.max_samples;
  out.min_age = spec.analysis.min_age;
  out.max_duration = spec.analysis.max_duration;
  out.interval = spec.evidence.interval;
  out.default_margin = spec.analysis.margin;
  for (const CapabilitySpec& c : spec.evidence.capabilities) {
    out.capabilities.push_back({.name = c.name, .margin = c.margin.value_or(spec.analysis.margin), .tolerance = 0, .required = true});
  }
  for (const NarrowedMargin& n : narrowed) out.narrowed[n.capability] = n.margin;
  for (const BreakerSpec& b : spec.breakers) {
    if (b.guardrail_class) out.guardrails.push_back({b.name, *b.guardrail_class, b.max_events});
    if (b.errors) out.errors_breaker = b.name;
  }
  return out;
}

}  // namespace pawl::domain

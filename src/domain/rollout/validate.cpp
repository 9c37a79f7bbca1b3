#include <set>

#include "domain/rollout/spec.h"

namespace pawl::domain {
namespace {

using Faults = std::vector<SpecFault>;

void check_steps(const RolloutSpec& spec, Faults& out) {
  if (spec.steps.empty()) out.push_back({"spec.steps", "at least one step is needed"});
  int before = 0;
  std::set<std::string> names;
  for (std::size_t i = 0; i < spec.steps.size(); ++i) {
    const std::string path = "spec.steps[" + std::to_string(i) + "]";
    const Step& step = spec.steps[i];
    if (step.weight <= before) out.push_back({path + ".weight", "weights must rise from step to step"});
    if (step.weight > kWholeShare) out.push_back({path + ".weight", "a share is at most 100%"});
    if (!names.insert(step.name).second) out.push_back({path + ".name", "step names must be unique"});
    before = step.weight;
  }
}

void check_traffic(const TrafficSpec& traffic, Faults& out) {
  if (traffic.mode == TrafficMode::Managed && !traffic.gateway) {
    out.push_back({"spec.traffic.gateway", "Managed needs the Gateway its route attaches to"});
  }
  if (traffic.mode == TrafficMode::Adopt && traffic.gateway) {
    out.push_back({"spec.traffic.gateway", "Adopt uses the route as it is; remove gateway"});
  }
  if (traffic.stable_service == traffic.canary_service) {
    out.push_back({"spec.traffic.canaryService", "must differ from stableService"});
  }
  if (traffic.unit == AssignmentUnit::Conversation) {
    out.push_back({"spec.traffic.assignment.unit",
                   "the weights of an HTTPRoute cannot keep a conversation on one revision; use Request"});
  }
}

void check_probability(double value, const std::string& path, Faults& out) {
  if (!(value > 0 && value < 1)) out.push_back({path, "must be above 0 and below 1"});
}

void check_ceilings(const GateSpec& gate, Faults& out) {
  const GateCeilings& most = gate.ceilings;
  if (most != GateCeilings{} && gate.suites.empty()) {
    out.push_back(
        {"spec.gate.ceilings", "nothing is measured without suites; list spec.gate.suites, or remove ceilings"});
  }
  const auto above_zero = [&](const char* name, bool sound) {
    if (!sound) out.push_back({std::string("spec.gate.ceilings.") + name, "must be above 0"});
  };
  above_zero("costUsd", !most.cost_usd || *most.cost_usd > 0);
  above_zero("costRatio", !most.cost_ratio || *most.cost_ratio > 0);
  above_zero("p95", !most.p95 || *most.p95 > Duration{0});
  above_zero("p95Ratio", !most.p95_ratio || *most.p95_ratio > 0);
}

void check_gate(const GateSpec& gate, Faults& out) {
  check_probability(gate.alpha, "spec.gate.alpha", out);
  check_ceilings(gate, out);
  if (gate.initial == InitialPolicy::RequireThresholds && gate.suites.empty()) {
    out.push_back(
        {"spec.gate.initial", "RequireThresholds needs suites to judge by; list spec.gate.suites, or use Accept"});
  }
  if (gate.initial == InitialPolicy::RequireThresholds && gate.capabilities.empty()) {
    out.push_back({"spec.gate.initial",
                   "RequireThresholds needs thresholds to reach; list spec.gate.capabilities, or use Accept"});
  }
}

void check_analysis(const AnalysisSpec& analysis, Faults& out) {
  check_probability(analysis.alpha, "spec.analysis.alpha", out);
  check_probability(analysis.guardrail_alpha, "spec.analysis.guardrailAlpha", out);
  check_probability(analysis.beta, "spec.analysis.beta", out);
  check_probability(analysis.margin, "spec.analysis.margin", out);
  check_probability(analysis.coverage, "spec.analysis.coverage", out);
  check_probability(analysis.bets.from_start, "spec.analysis.bets.fromStart", out);
  check_probability(analysis.bets.cap, "spec.analysis.bets.cap", out);
  if (!(analysis.tolerance >= 0 && analysis.tolerance < analysis.margin)) {
    out.push_back({"spec.analysis.tolerance", "must be below margin; lower it or raise margin"});
  }
  if (!(analysis.deflation >= 1)) out.push_back({"spec.analysis.deflation", "must be at least 1"});
  if (analysis.min_samples > analysis.max_samples) {
    out.push_back({"spec.analysis.minSamples", "must not be above maxSamples; lower it or raise maxSamples"});
  }
  if (analysis.min_age > analysis.max_duration) {
    out.push_back({"spec.analysis.minAge", "must not be above maxDuration; lower it or raise maxDuration"});
  }
}

/// The bounds of one capability or group, its own or those of the analysis.
template <class Judged>
void check_bounds(const Judged& judged, const std::string& path, const AnalysisSpec& analysis, Faults& out) {
  const double margin = judged.margin.value_or(analysis.margin);
  const double tolerance = judged.tolerance.value_or(analysis.tolerance);
  if (!(margin > 0 && margin < 1)) out.push_back({path + ".margin", "must be above 0 and below 1"});
  if (!(tolerance >= 0 && tolerance < margin)) {
    out.push_back({path + ".tolerance", "must be below the margin; lower it or raise the margin"});
  }
}

void check_evidence(const RolloutSpec& spec, Faults& out) {
  const EvidenceSpec& evidence = spec.evidence;
  if (evidence.interval < Duration{100}) out.push_back({"spec.evidence.interval", "at least 100ms"});
  std::set<std::string> names;
  for (const CapabilitySpec& c : evidence.capabilities) {
    names.insert(c.name);
    check_bounds(c, "spec.evidence.capabilities[" + c.name + "]", spec.analysis, out);
  }
  for (const GroupSpec& group : evidence.groups) {
    if (!names.insert(group.name).second) {
      out.push_back(
          {"spec.evidence.groups[" + group.name + "].name", "is the name of a capability too; rename the group"});
    }
  }
  for (const GroupSpec& group : evidence.groups) {
    const std::string path = "spec.evidence.groups[" + group.name + "]";
    check_bounds(group, path, spec.analysis, out);
    if (group.capabilities.empty()) out.push_back({path + ".capabilities", "at least one capability is needed"});
    for (const std::string& member : group.capabilities) {
      if (!names.insert(member).second) {
        out.push_back({path + ".capabilities", member + " is judged elsewhere too; list it once"});
      }
    }
  }
}

void check_breakers(const std::vector<BreakerSpec>& breakers, Faults& out) {
  int watching_errors = 0;
  for (const BreakerSpec& b : breakers) {
    const std::string path = "spec.breakers[" + b.name + "]";
    const int given =
        int{b.guardrail_class.has_value()} + int{b.errors} + int{b.events.has_value()} + int{b.latency.has_value()};
    if (given != 1) out.push_back({path, "exactly one of guardrail, errors, events and latency"});
    if (b.max_rate) check_probability(*b.max_rate, path + ".guardrail.maxRate", out);
    if (b.max_rate && b.max_events > 0) {
      out.push_back({path + ".guardrail.maxRate", "a guardrail counts or bounds a rate; remove maxEvents or maxRate"});
    }
    if (!(b.errors_tolerance >= 0 && b.errors_tolerance < 1)) {
      out.push_back({path + ".errors.tolerance", "must be at least 0 and below 1"});
    }
    if (b.events && !(b.events->tolerance >= 1)) out.push_back({path + ".events.tolerance", "must be at least 1"});
    if (b.latency && !(b.latency->tolerance >= 1)) out.push_back({path + ".latency.tolerance", "must be at least 1"});
    if (b.latency && !(b.latency->le > 0)) out.push_back({path + ".latency.le", "must be above 0 seconds"});
    watching_errors += b.errors ? 1 : 0;
  }
  if (watching_errors > 1) out.push_back({"spec.breakers", "one breaker watches errors; remove the others"});
}

}  // namespace

std::vector<SpecFault> validate(const RolloutSpec& spec) {
  Faults out;
  if (spec.agent.empty()) out.push_back({"spec.agent", "name the agent"});
  check_steps(spec, out);
  check_traffic(spec.traffic, out);
  check_gate(spec.gate, out);
  check_analysis(spec.analysis, out);
  check_evidence(spec, out);
  check_breakers(spec.breakers, out);
  return out;
}

std::vector<SpecFault> validate(const AnalysisSpec& analysis) {
  Faults out;
  check_analysis(analysis, out);
  return out;
}

std::vector<SpecFault> validate(const RevisionSpec& spec) {
  Faults out;
  if (spec.agent.empty()) out.push_back({"spec.agent", "name the agent"});
  if (spec.files.empty()) out.push_back({"spec.files", "a bundle needs at least one file"});
  std::set<std::string> paths;
  for (const RevisionFile& file : spec.files) {
    if (file.path.empty() || file.path.front() == '/' || file.path.find("..") != std::string::npos) {
      out.push_back({"spec.files[" + file.path + "].path", "use a relative path without .."});
    }
    if (!paths.insert(file.path).second) out.push_back({"spec.files[" + file.path + "].path", "is listed twice"});
  }
  return out;
}

}  // namespace pawl::domain

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
  if (traffic.mode == TrafficMode::Managed && !traffic.gateway) out.push_back({"spec.traffic.gateway", "Managed needs the Gateway its route attaches to"});
  if (traffic.mode == TrafficMode::Adopt && traffic.gateway) out.push_back({"spec.traffic.gateway", "Adopt uses the route as it is; remove gateway"});
  if (traffic.stable_service == traffic.canary_service) out.push_back({"spec.traffic.canaryService", "must differ from stableService"});
  if (traffic.unit == AssignmentUnit::Conversation) {
    out.push_back({"spec.traffic.assignment.unit", "the weights of an HTTPRoute cannot keep a conversation on one revision; use Request"});
  }
}

void check_gate(const GateSpec& gate, Faults& out) {
  if (gate.initial == InitialGate::RequireThresholds && gate.suites.empty()) {
    out.push_back({"spec.gate.initial", "RequireThresholds needs suites to judge by; list spec.gate.suites, or use Accept"});
  }
}

void check_probability(double value, const char* path, Faults& out) {
  if (!(value > 0 && value < 1)) out.push_back({path, "must be above 0 and below 1"});
}

}  // namespace

std::vector<SpecFault> validate(const RolloutSpec& spec) {
  Faults out;
  if (spec.agent.empty()) out.push_back({"spec.agent", "name the agent"});
  check_steps(spec, out);
  check_traffic(spec.traffic, out);
  check_gate(spec.gate, out);
  check_probability(spec.analysis.alpha, "spec.analysis.alpha", out);
  check_probability(spec.analysis.beta, "spec.analysis.beta", out);
  check_probability(spec.analysis.margin, "spec.analysis.margin", out);
  if (spec.evidence.interval < Duration{100}) out.push_back({"spec.evidence.interval", "at least 100ms"});
  for (const CapabilitySpec& c : spec.evidence.capabilities) {
    if (c.margin) check_probability(*c.margin, "spec.evidence.capabilities[].margin", out);
  }
  for (const BreakerSpec& b : spec.breakers) {
    if (b.guardrail_class.has_value() == b.errors) out.push_back({"spec.breakers[" + b.name + "]", "exactly one of guardrail and errors"});
  }
  return out;
}

std::vector<SpecFault> validate(const RevisionSpec& spec) {
  Faults out;
  if (spec.agent.empty()) out.push_back({"spec.agent", "name the agent"});
  if (spec.files.empty()) out.push_back({"spec.files", "a bundle needs at least one file"});
  std::set<std::string> paths;
  for (const RevisionFile& file : spec.files) {
    if (file.path.empty() || file.path.front() == '/' || file.path.find("..") != std::string::npos) out.push_back({"spec.files[" + file.path + "].path", "use a relative path without .."});
    if (!paths.insert(file.path).second) out.push_back({"spec.files[" + file.path + "].path", "is listed twice"});
  }
  return out;
}

}  // namespace pawl::domain

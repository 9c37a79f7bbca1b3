#include "domain/rollout/gate.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/sha256.h"
#include "domain/rollout/loss_budget.h"

namespace pawl::domain {
namespace {

constexpr std::size_t kOneLine = 80;

std::string join(const std::vector<std::string>& words, const char* between) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : between) + word;
  return out;
}

/// Names of Kubernetes objects and capabilities need no escapes.
std::string quoted(const std::string& word) { return "\"" + word + "\""; }

std::vector<std::string> sorted_suites(const GateSpec& gate) {
  std::vector<std::string> out = gate.suites;
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

/// Whom the gate is asked about: the candidate, else the first revision.
const RevisionRef& subject(const RolloutStatus& status) {
  return status.candidate ? status.candidate->revision : *status.stable;
}

/// What the subject is compared with; empty for a first revision.
std::string baseline(const RolloutStatus& status) { return status.candidate ? status.stable->digest : std::string{}; }

const RevisionGate* verdict_on(const Observation& seen, const std::string& name) {
  const auto it =
      std::find_if(seen.revisions.begin(), seen.revisions.end(), [&](const RevisionView& r) { return r.name == name; });
  return it == seen.revisions.end() || !it->gate ? nullptr : &*it->gate;
}

std::string words_of(const RevisionGate& gate) {
  std::string out = fmt::format("{} ({}) at {}", to_string(gate.verdict), gate.reason, format_rfc3339(gate.decided_at));
  if (!gate.message.empty()) out += ": " + gate.message;
  for (std::size_t i = 0; i < gate.evidence.size(); ++i) {
    out += fmt::format("{} {} {}", i == 0 ? ";" : ",", gate.evidence[i].capability, to_string(gate.evidence[i].state));
  }
  return out;
}

/// The binding that does not hold; nothing if all do.
std::optional<GateFinding> wrongly_bound(const Observation& seen, const RevisionGate& gate) {
  if (gate.binding.candidate != subject(seen.status).digest) {
    return GateFinding{GateState::Waiting, "GateOfOtherContent", "the gate's verdict is about other content"};
  }
  if (gate.binding.stable != baseline(seen.status)) {
    return GateFinding{GateState::Waiting, "GateOfOtherStable", "the gate compared with another revision than stable"};
  }
  if (gate.binding.policy != gate_policy_digest(seen.spec)) {
    return GateFinding{GateState::Waiting, "GateOfOtherPolicy",
                       "the gate judged by another spec.gate or other margins"};
  }
  return std::nullopt;
}

/// To judge nothing is no pass: a first revision needs its thresholds, an edit something to compare with.
bool passes(const Observation& seen, GateVerdict verdict) {
  if (verdict == GateVerdict::Pass) return true;
  return verdict == GateVerdict::NoBaseline && seen.status.candidate && seen.spec.gate.initial == InitialPolicy::Accept;
}

bool same_question(const GateRequest& a, const GateRequest& b) {
  return a.candidate == b.candidate && a.stable_digest == b.stable_digest && a.policy_digest == b.policy_digest;
}

GateRequest question(const Observation& seen) {
  GateRequest out;
  out.candidate = subject(seen.status);
  out.stable_digest = baseline(seen.status);
  out.policy_digest = gate_policy_digest(seen.spec);
  return out;
}

/// What has its default is left out, here and below, as before it could be chosen: verdicts given then still hold.
std::string thresholds_text(const GateSpec& gate) {
  std::map<std::string, double> thresholds;
  for (const GatedCapability& c : gate.capabilities) thresholds[c.name] = c.threshold;
  std::vector<std::string> out;
  for (const auto& [name, threshold] : thresholds) out.push_back(fmt::format("{}:\"{}\"", quoted(name), threshold));
  return out.empty() ? "" : ",\"thresholds\":{" + join(out, ",") + "}";
}

std::string decimal_text(const char* name, const std::optional<double>& value) {
  return value ? fmt::format("{}:\"{}\"", quoted(name), *value) : "";
}

std::string ceilings_text(const GateCeilings& ceilings) {
  std::vector<std::string> out = {decimal_text("costRatio", ceilings.cost_ratio),
                                  decimal_text("costUsd", ceilings.cost_usd),
                                  ceilings.p95 ? "\"p95\":" + quoted(format_duration(*ceilings.p95)) : "",
                                  decimal_text("p95Ratio", ceilings.p95_ratio)};
  std::erase(out, "");
  return out.empty() ? "" : ",\"ceilings\":{" + join(out, ",") + "}";
}

}  // namespace

bool gate_is_required(const GateSpec& gate) { return !gate.suites.empty() && gate.required; }

bool first_revision_is_gated(const GateSpec& gate) {
  return gate_is_required(gate) && gate.initial == InitialPolicy::RequireThresholds;
}

std::string gate_policy_text(const RolloutSpec& spec) {
  std::map<std::string, double> margins;
  for (const CapabilitySpec& c : spec.evidence.capabilities) margins[c.name] = agreed_margin(spec, c.name);
  std::vector<std::string> capabilities;
  for (const auto& [name, margin] : margins) capabilities.push_back(fmt::format("{}:\"{}\"", quoted(name), margin));
  std::vector<std::string> suites = sorted_suites(spec.gate);
  for (std::string& suite : suites) suite = quoted(suite);
  const GateSpec usual;
  const GateSpec& gate = spec.gate;
  std::string out = "{";
  if (gate.alpha != usual.alpha) out += fmt::format("\"alpha\":\"{}\",", gate.alpha);
  out += "\"capabilities\":{" + join(capabilities, ",") + "}" + ceilings_text(gate.ceilings);
  out += fmt::format(R"(,"initial":"{}","margin":"{}","maxAge":"{}")",
                     gate.initial == InitialPolicy::Accept ? "Accept" : "RequireThresholds", spec.analysis.margin,
                     format_duration(gate.max_age));
  if (gate.min_cases != usual.min_cases) out += fmt::format(",\"minCases\":{}", gate.min_cases);
  out += fmt::format(R"(,"required":{},"suites":[{}]{})", gate.required, join(suites, ","), thresholds_text(gate));
  if (gate.unclaimed == UnclaimedPolicy::NoWorse) out += R"(,"unclaimed":"NoWorse")";
  return out + "}";
}

std::string gate_policy_digest(const RolloutSpec& spec) { return sha256_hex(gate_policy_text(spec)); }

GateFinding find_at_gate(const Observation& seen, Instant now) {
  const RevisionGate* gate = verdict_on(seen, subject(seen.status).name);
  if (gate == nullptr) return {GateState::Waiting, "WaitingForGate", ""};
  if (auto wrong = wrongly_bound(seen, *gate)) return *wrong;
  if (gate->verdict == GateVerdict::Fail) return {GateState::Failed, kRejectedByGate, words_of(*gate)};
  if (!passes(seen, gate->verdict)) return {GateState::Insufficient, "GateInsufficient", words_of(*gate)};
  const Instant until = std::min(gate->expires_at, gate->decided_at + seen.spec.gate.max_age);
  if (now >= until) {
    return {GateState::Waiting, kGateExpired, "the gate's verdict held until " + format_rfc3339(until)};
  }
  return {GateState::Passed, "GatePassed", words_of(*gate)};
}

GateRequest ask_gate(const Observation& seen, const GateFinding& because, Instant now) {
  GateRequest out = question(seen);
  const auto& before = seen.status.gate;
  const bool asked = before && before->state == GateState::Waiting && same_question(*before, out);
  // A pass that was given to this question and died before it was used: the question is a new one.
  const RevisionGate* gate = verdict_on(seen, out.candidate.name);
  const bool died = because.reason == kGateExpired && gate != nullptr && before && before->requested_at &&
                    gate->decided_at > *before->requested_at && gate->decided_at <= now;
  out.requested_at = asked && !died && before->requested_at ? before->requested_at : std::optional(now);
  const std::string wait = fmt::format("waiting for the gate's verdict by {} since {}", suites_text(seen.spec.gate),
                                       format_rfc3339(*out.requested_at));
  out.message = because.message.empty() ? wait : because.message + "; " + wait;
  return out;
}

GateRequest answered(const Observation& seen, const GateFinding& finding) {
  GateRequest out = question(seen);
  out.state = finding.state;
  if (seen.status.gate && same_question(*seen.status.gate, out)) out.requested_at = seen.status.gate->requested_at;
  out.message = finding.message;
  return out;
}

bool passed_before(const Observation& seen) {
  return seen.status.gate && seen.status.gate->state == GateState::Passed &&
         same_question(*seen.status.gate, question(seen));
}

std::string suites_text(const GateSpec& gate) {
  const std::string names = join(gate.suites, ", ");
  if (names.size() > kOneLine) return fmt::format("the {} suites of spec.gate", gate.suites.size());
  return (gate.suites.size() == 1 ? "suite " : "suites ") + names;
}

std::vector<std::string> lost_under_a_rising_mean(const Observation& seen, const GateRequest& answered) {
  const RevisionGate* gate = verdict_on(seen, answered.candidate.name);
  std::vector<std::string> out;
  if (answered.state != GateState::Failed || gate == nullptr || gate->reason != kMeanUpSkillDown) return out;
  for (const GateEvidence& each : gate->evidence) {
    if (each.state == SkillState::Lost) out.push_back(each.capability);
  }
  return out;
}

void note_gate(const Observation& seen, RolloutStatus& status, Instant now) {
  if (seen.spec.gate.suites.empty() || status.phase != Phase::Canary || !status.gate ||
      status.gate->state != GateState::Waiting) {
    return;
  }
  if (!seen.status.candidate) return;
  const GateFinding finding = find_at_gate(seen, now);
  if (finding.state != GateState::Waiting) status.gate = answered(seen, finding);
}

}  // namespace pawl::domain

#include "codec/rollout_codec.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "codec/enums.h"
#include "codec/share.h"

namespace pawl::codec {
namespace {

using json::Cursor;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr json::Length kLabel{1, 63};
constexpr json::Length kName{1, 253};
constexpr json::Range kCount{0, 1'000'000};
constexpr json::Range kAtLeastOne{1, 1'000'000};

/// A decimal's bounds, and how it is written: what the CRD's patterns ask for.
struct Decimal {
  json::Between between;
  std::size_t least_whole = 0;  ///< digits before the point
  std::size_t most_whole = 1;
  std::size_t most_decimals = 6;
};
constexpr Decimal kProbability{{0, 1, false}, 0, 1, 6};
constexpr Decimal kDrop{{0, 1, true}, 0, 1, 6};
constexpr Decimal kFactor{{1, 1000, true}, 1, 3, 4};
constexpr Decimal kDeflation{{1, 100, true}, 1, 2, 4};
constexpr Decimal kSeconds{{0, 3600, false}, 1, 4, 6};
constexpr Decimal kCost{{0, 1'000'000, false}, 1, 6, 9};
constexpr Decimal kRatio{{0, 1000, false}, 1, 3, 6};

void read_string(const Cursor& at, std::string_view key, json::Length length, std::string& into) {
  if (auto text = at.optional_string(key, length)) into = std::move(*text);
}
std::optional<double> optional_decimal(const Cursor& at, std::string_view key, const Decimal& kind) {
  const auto value = at.optional_decimal(key, kind.between);
  if (!value) return std::nullopt;
  const std::string text = at.optional_string(key).value_or("");
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::size_t decimals = text.size() - std::min(text.size(), point + 1);
  if (text.front() != '-' && point >= kind.least_whole && point <= kind.most_whole && decimals <= kind.most_decimals) {
    return value;
  }
  at.fault_at(key, fmt::format("\"{}\" must be written with {} to {} digits before the point and at most {} after it",
                               text, kind.least_whole, kind.most_whole, kind.most_decimals));
  return std::nullopt;
}
double required_decimal(const Cursor& at, std::string_view key, const Decimal& kind) {
  if (!at.has(key)) at.fault_at(key, "is required");
  return optional_decimal(at, key, kind).value_or(0);
}
void read_decimal(const Cursor& at, std::string_view key, const Decimal& kind, double& into) {
  into = optional_decimal(at, key, kind).value_or(into);
}
void read_duration(const Cursor& at, std::string_view key, json::Span span, Duration& into) {
  into = at.optional_duration(key, span).value_or(into);
}

enum class RouteKind { HttpRoute };
constexpr auto kRouteKindNames = std::to_array<EnumName<RouteKind>>({{RouteKind::HttpRoute, "HTTPRoute"}});

std::optional<domain::GatewayRef> read_gateway(const Cursor& traffic) {
  const auto at = traffic.optional_object("gateway");
  if (!at) return std::nullopt;
  domain::GatewayRef gateway;
  gateway.name = at->required_string("name", kName);
  read_string(*at, "namespace", kLabel, gateway.ns);
  read_string(*at, "sectionName", kName, gateway.section_name);
  return gateway;
}

domain::TrafficSpec read_traffic(const Cursor& at) {
  domain::TrafficSpec traffic;
  traffic.mode = at.optional_enum("mode", kTrafficModeNames).value_or(traffic.mode);
  const Cursor route = at.required_object("route");
  (void)route.optional_enum("kind", kRouteKindNames);  // the only kind: checked, not kept
  traffic.route_name = route.required_string("name", kName);
  read_string(route, "rule", kLabel, traffic.rule);
  traffic.gateway = read_gateway(at);
  traffic.hostnames = at.strings("hostnames", 16, kName);
  traffic.stable_service = at.required_string("stableService", kLabel);
  traffic.canary_service = at.required_string("canaryService", kLabel);
  traffic.port = at.int_or("port", traffic.port, {1, 65'535});
  traffic.unit = at.object_or_empty("assignment").optional_enum("unit", kAssignmentUnitNames).value_or(traffic.unit);
  return traffic;
}

domain::DeliverySpec read_delivery(const Cursor& at) {
  domain::DeliverySpec delivery;
  delivery.pod_template = at.required_string("podTemplate", kName);
  read_string(at, "mountPath", {2, 240}, delivery.mount_path);
  read_string(at, "port", {1, 15}, delivery.port);
  const Cursor replicas = at.object_or_empty("replicas");
  delivery.stable_replicas = replicas.int_or("stable", delivery.stable_replicas, {1, 1000});
  delivery.canary_replicas = replicas.int_or("canary", delivery.canary_replicas, {1, 1000});
  return delivery;
}

int read_share(const Cursor& at, std::string_view key) {
  const std::string text = at.required_string(key, {1, 7});
  if (text.empty()) return 0;  // reported already
  const auto share = parse_share(text);
  if (!share) {
    at.fault_at(key,
                fmt::format("\"{}\" is not a percentage with at most two decimals such as \"10%\" or \"0.5%\"", text));
  } else if (*share > domain::kWholeShare) {
    at.fault_at(key, fmt::format("{} is above 100%", text));
  } else if (*share < 1) {
    at.fault_at(key, fmt::format("{} is below 0.01%", text));
  }
  return share.value_or(0);
}

std::vector<domain::Step> read_steps(const Cursor& spec) {
  std::vector<domain::Step> steps;
  const auto items = spec.required_objects("steps", 20);
  for (const Cursor& item : items) {
    domain::Step step;
    step.name = item.required_string("name", kLabel);
    step.weight = read_share(item, "weight");
    read_duration(item, "soak", {Duration{0}, hours{168}}, step.soak);
    steps.push_back(std::move(step));
  }
  Cursor::refuse_repeats(items, "name");
  return steps;
}

std::optional<domain::ServedSpec> read_served(const Cursor& evidence) {
  const auto at = evidence.optional_object("served");
  if (!at) return std::nullopt;
  domain::ServedSpec served;
  read_string(*at, "metric", {1, 200}, served.metric);
  read_string(*at, "label", {1, 200}, served.label);
  served.stable = at->required_string("stable", {1, 1200});
  served.canary = at->required_string("canary", {1, 1200});
  return served;
}

std::vector<domain::GroupSpec> read_groups(const Cursor& evidence) {
  std::vector<domain::GroupSpec> groups;
  const auto items = evidence.objects("groups", 8);
  for (const Cursor& item : items) {
    domain::GroupSpec group;
    group.name = item.required_string("name", kLabel);
    group.capabilities = item.strings("capabilities", 16, kLabel);
    group.margin = optional_decimal(item, "margin", kProbability);
    group.tolerance = optional_decimal(item, "tolerance", kDrop);
    groups.push_back(std::move(group));
  }
  Cursor::refuse_repeats(items, "name");
  return groups;
}

domain::BreakerSpec read_breaker(const Cursor& at) {
  domain::BreakerSpec breaker;
  breaker.name = at.required_string("name", kLabel);
  if (const auto guardrail = at.optional_object("guardrail")) {
    breaker.guardrail_class = guardrail->required_string("class", kLabel);
    breaker.max_events = guardrail->int_or("maxEvents", breaker.max_events, kCount);
    breaker.max_rate = optional_decimal(*guardrail, "maxRate", kProbability);
  }
  if (const auto errors = at.optional_object("errors")) {
    breaker.errors = true;
    read_decimal(*errors, "tolerance", kDrop, breaker.errors_tolerance);
  }
  if (const auto events = at.optional_object("events")) {
    breaker.events.emplace().kind = events->required_string("kind", kLabel);
    read_decimal(*events, "tolerance", kFactor, breaker.events->tolerance);
  }
  if (const auto latency = at.optional_object("latency")) {
    breaker.latency.emplace().le = required_decimal(*latency, "le", kSeconds);
    read_decimal(*latency, "tolerance", kFactor, breaker.latency->tolerance);
  }
  return breaker;
}

domain::GateCeilings read_ceilings(const Cursor& at) {
  domain::GateCeilings ceilings;
  ceilings.cost_usd = optional_decimal(at, "costUsd", kCost);
  ceilings.cost_ratio = optional_decimal(at, "costRatio", kRatio);
  ceilings.p95 = at.optional_duration("p95", {Duration{1}, hours{1}});
  ceilings.p95_ratio = optional_decimal(at, "p95Ratio", kRatio);
  return ceilings;
}

domain::GateSpec read_gate(const Cursor& at) {
  domain::GateSpec gate;
  gate.suites = at.strings("suites", 16, kLabel);
  gate.required = at.optional_boolean("required").value_or(gate.required);
  read_duration(at, "maxAge", {minutes{1}, hours{720}}, gate.max_age);
  gate.initial = at.optional_enum("initial", kInitialPolicyNames).value_or(gate.initial);
  const auto capabilities = at.objects("capabilities", 64);
  for (const Cursor& item : capabilities) {
    gate.capabilities.push_back(
        {item.required_string("name", kLabel), required_decimal(item, "threshold", kProbability)});
  }
  Cursor::refuse_repeats(capabilities, "name");
  gate.ceilings = read_ceilings(at.object_or_empty("ceilings"));
  read_decimal(at, "alpha", kProbability, gate.alpha);
  gate.min_cases = at.int_or("minCases", gate.min_cases, {1, 100'000});
  gate.unclaimed = at.optional_enum("unclaimed", kUnclaimedPolicyNames).value_or(gate.unclaimed);
  return gate;
}

domain::LossBudgetSpec read_loss_budget(const Cursor& at) {
  domain::LossBudgetSpec budget;
  budget.margins = at.int_or("margins", budget.margins, {1, 100});
  budget.anchor = at.optional_string("anchor", kName);
  return budget;
}

}  // namespace

domain::AnalysisSpec read_analysis_spec(const Cursor& at) {
  domain::AnalysisSpec analysis;
  read_decimal(at, "alpha", kProbability, analysis.alpha);
  read_decimal(at, "guardrailAlpha", kProbability, analysis.guardrail_alpha);
  read_decimal(at, "beta", kProbability, analysis.beta);
  read_decimal(at, "margin", kProbability, analysis.margin);
  read_decimal(at, "tolerance", kDrop, analysis.tolerance);
  read_decimal(at, "deflation", kDeflation, analysis.deflation);
  read_decimal(at, "coverage", kProbability, analysis.coverage);
  const Cursor bets = at.object_or_empty("bets");
  read_decimal(bets, "fromStart", kProbability, analysis.bets.from_start);
  read_decimal(bets, "cap", kProbability, analysis.bets.cap);
  analysis.bets.memory = bets.int_or("memory", analysis.bets.memory, {100, 1'000'000});
  analysis.min_samples = at.int_or("minSamples", analysis.min_samples, kAtLeastOne);
  analysis.max_samples = at.int_or("maxSamples", analysis.max_samples, kAtLeastOne);
  read_duration(at, "minAge", {Duration{0}, hours{168}}, analysis.min_age);
  read_duration(at, "maxDuration", {seconds{1}, hours{720}}, analysis.max_duration);
  analysis.loss_budget = read_loss_budget(at.object_or_empty("lossBudget"));
  return analysis;
}

domain::EvidenceSpec read_evidence_spec(const Cursor& at) {
  domain::EvidenceSpec evidence;
  evidence.prometheus = at.required_object("prometheus").required_string("address", {1, 300});
  read_duration(at, "interval", {seconds{1}, minutes{10}}, evidence.interval);
  const auto items = at.objects("capabilities", 32);
  for (const Cursor& item : items) {
    domain::CapabilitySpec capability;
    capability.name = item.required_string("name", kLabel);
    capability.margin = optional_decimal(item, "margin", kProbability);
    capability.tolerance = optional_decimal(item, "tolerance", kDrop);
    evidence.capabilities.push_back(std::move(capability));
  }
  Cursor::refuse_repeats(items, "name");
  evidence.groups = read_groups(at);
  evidence.served = read_served(at);
  return evidence;
}

std::vector<domain::BreakerSpec> read_breakers(const Cursor& spec) {
  std::vector<domain::BreakerSpec> breakers;
  const auto items = spec.objects("breakers", 16);
  for (const Cursor& item : items) breakers.push_back(read_breaker(item));
  Cursor::refuse_repeats(items, "name");
  return breakers;
}

domain::RolloutSpec read_rollout_spec(const Cursor& at) {
  domain::RolloutSpec spec;
  spec.agent = at.required_string("agent", kLabel);
  spec.paused = at.optional_boolean("paused").value_or(spec.paused);
  spec.initial_revision = at.optional_string("initialRevision", kName);
  const Cursor candidates = at.object_or_empty("candidates");
  spec.candidate_policy = candidates.optional_enum("policy", kCandidatePolicyNames).value_or(spec.candidate_policy);
  spec.max_pending = candidates.int_or("maxPending", spec.max_pending, {1, 100});
  spec.gate = read_gate(at.object_or_empty("gate"));
  spec.traffic = read_traffic(at.required_object("traffic"));
  spec.delivery = read_delivery(at.required_object("delivery"));
  spec.steps = read_steps(at);
  spec.evidence = read_evidence_spec(at.required_object("evidence"));
  spec.analysis = read_analysis_spec(at.object_or_empty("analysis"));
  spec.breakers = read_breakers(at);
  read_duration(at, "stableSoak", {Duration{0}, hours{24}}, spec.stable_soak);
  read_duration(at, "drain", {Duration{0}, hours{1}}, spec.drain);
  spec.enforcement = at.optional_enum("enforcement", kEnforcementNames).value_or(spec.enforcement);
  return spec;
}

Result<domain::RolloutSpec> parse_rollout_spec(const Json& spec) {
  json::Reading reading;
  domain::RolloutSpec read = read_rollout_spec(Cursor(spec, "spec", reading));
  if (!reading.ok()) return fail(ErrorKind::Invalid, json::describe(reading.faults()));
  return read;
}

}  // namespace pawl::codec

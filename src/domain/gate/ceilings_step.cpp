#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "domain/gate/gate_steps.h"
#include "domain/gate/step_parts.h"

namespace pawl::domain {
namespace {

constexpr double kP95 = 0.95;

struct Spending {
  std::optional<double> cost_usd;  ///< mean per answer; absent if any answer's is not known
  std::optional<double> p95_ms;
};

Spending spending_of(const ArmRun& run) {
  double cost = 0;
  std::vector<double> latencies;
  bool all_costs = !run.answers.empty();
  for (const JudgedAnswer& answer : run.answers) {
    all_costs = all_costs && answer.cost_usd;
    cost += answer.cost_usd.value_or(0);
    if (answer.latency) latencies.push_back(static_cast<double>(answer.latency->count()));
  }
  Spending out;
  if (all_costs) out.cost_usd = cost / static_cast<double>(run.answers.size());
  if (latencies.empty() || latencies.size() < run.answers.size()) return out;
  const auto at = static_cast<std::ptrdiff_t>(std::ceil(kP95 * static_cast<double>(latencies.size()))) - 1;
  std::nth_element(latencies.begin(), latencies.begin() + at, latencies.end());
  out.p95_ms = latencies[static_cast<std::size_t>(at)];
  return out;
}

struct Ceiling {
  std::string name;
  std::optional<double> limit;  ///< absolute
  std::optional<double> ratio;  ///< of stable's
  std::optional<double> candidate;
  std::optional<double> stable;
};

GateVerdict check(const Ceiling& ceiling, bool has_baseline, std::vector<std::string>& complaints) {
  const bool compares = ceiling.ratio && has_baseline;
  if (!ceiling.limit && !compares) return GateVerdict::Pass;
  if (!ceiling.candidate || (compares && !ceiling.stable)) {
    complaints.push_back(ceiling.name + " was not measured for every answer");
    return GateVerdict::Insufficient;
  }
  GateVerdict verdict = GateVerdict::Pass;
  const auto refuse = [&](double most) {
    complaints.push_back(
        fmt::format("{} is {:.4g}, at most {:.4g} is allowed", ceiling.name, *ceiling.candidate, most));
    verdict = GateVerdict::Fail;
  };
  if (ceiling.limit && *ceiling.candidate > *ceiling.limit) refuse(*ceiling.limit);
  else if (compares && *ceiling.candidate > *ceiling.ratio * *ceiling.stable) refuse(*ceiling.ratio * *ceiling.stable);
  return verdict;
}

}  // namespace

GateStep ceilings(const Gate& gate) {
  const Spending candidate = spending_of(gate.input.candidate);
  const Spending stable = gate.input.stable ? spending_of(*gate.input.stable) : Spending{};
  const GatePolicy& p = gate.policy;
  const bool held_out = has_held_out(gate.input);
  std::vector<Number> numbers;
  std::vector<std::string> complaints;
  GateVerdict worst = GateVerdict::Pass;
  for (const Ceiling& ceiling :
       {Ceiling{"the mean cost in USD", p.max_cost_usd, p.max_cost_ratio, candidate.cost_usd, stable.cost_usd},
        Ceiling{"the 95th percentile of latency in ms", p.max_p95_ms, p.max_p95_ratio, candidate.p95_ms,
                stable.p95_ms}}) {
    if (ceiling.candidate) numbers.push_back({ceiling.name, *ceiling.candidate, held_out});
    if (ceiling.stable) numbers.push_back({ceiling.name + ", stable", *ceiling.stable, held_out});
    const GateVerdict verdict = check(ceiling, gate.input.stable.has_value(), complaints);
    if (verdict == GateVerdict::Fail || worst == GateVerdict::Pass) worst = verdict;
  }
  if (worst == GateVerdict::Pass) {
    return veiled(step("ceilings", worst, "WithinCeilings", "cost and latency are within what the policy allows",
                       std::move(numbers)),
                  held_out);
  }
  return veiled(step("ceilings", worst, worst == GateVerdict::Fail ? "TooExpensive" : "NotMeasured", listed(complaints),
                     std::move(numbers)),
                held_out);
}

}  // namespace pawl::domain

#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/counted.h"
#include "domain/gate/gate_steps.h"
#include "domain/gate/judge_calibration.h"
#include "domain/gate/step_parts.h"

namespace pawl::domain {
namespace {

struct Informed {
  int cases = 0;
  double candidate = 0;
  double stable = 0;
  bool held_out = false;
};

constexpr double kShownLevel = 0.05;

struct Judged {
  int cases = 0;
  double candidate = 0;  ///< answers that passed
  double stable = 0;
  bool held_out = false;
};

/// Rates of different judges, or of different rubrics, are not mixed: each has errors of its own.
std::map<std::pair<std::string, JudgeErrors>, Judged> judged_by_capability(const Gate& gate) {
  std::map<std::pair<std::string, JudgeErrors>, Judged> out;
  for (const PairedCase& one : gate.pairing.cases) {
    if (!one.planned.judge) continue;
    Judged& row = out[{one.planned.capability, *one.planned.judge}];
    ++row.cases;
    row.candidate += one.candidate.passes;
    row.stable += one.stable ? one.stable->passes : 0;
    row.held_out = row.held_out || one.planned.tier == Tier::HeldOut;
  }
  return out;
}

}  // namespace

GateStep judge_rates(const Gate& gate) {
  std::vector<Number> numbers;
  std::vector<std::string> shown;
  bool held_out = false;
  for (const auto& [capability, row] : judged_by_capability(gate)) {
    held_out = held_out || row.held_out;
    std::string text = capability.first;
    for (const auto& [name, passes] : {std::pair{"candidate", row.candidate}, {"stable", row.stable}}) {
      if (name == std::string("stable") && !gate.input.stable) continue;
      const double rate = passes / (row.cases * gate.policy.epochs);
      const auto corrected = correct_rate(rate, row.cases, capability.second, kShownLevel);
      if (!corrected) continue;
      const std::string key = capability.first + ", " + name;
      numbers.push_back({key + ", judged", rate, row.held_out});
      numbers.push_back({key + ", corrected", corrected->rate, row.held_out});
      numbers.push_back({key + ", lower", corrected->interval.lower, row.held_out});
      numbers.push_back({key + ", upper", corrected->interval.upper, row.held_out});
      text += fmt::format(" {} {:.3f}, corrected {:.3f} [{:.3f}, {:.3f}]", name, rate, corrected->rate,
                          corrected->interval.lower, corrected->interval.upper);
    }
    shown.push_back(std::move(text));
  }
  return veiled(
      step("judge rates", GateVerdict::Pass, "JudgeErrorCorrected",
           "pass rates as the judge gave them and corrected for its errors, with 95 % intervals of sample and "
           "labels: " +
               listed(shown),
           std::move(numbers)),
      held_out);
}

GateStep judge_informs(const Gate& gate) {
  std::map<std::string, Informed> by_capability;
  for (const PairedCase& one : gate.pairing.informing) {
    Informed& row = by_capability[one.planned.capability];
    ++row.cases;
    row.candidate += one.candidate.mean;
    row.stable += one.stable ? one.stable->mean : 0;
    row.held_out = row.held_out || one.planned.tier == Tier::HeldOut;
  }
  std::vector<Number> numbers;
  std::vector<std::string> shown;
  for (const auto& [capability, row] : by_capability) {
    numbers.push_back({capability, row.candidate / row.cases, row.held_out});
    if (gate.input.stable) numbers.push_back({capability + ", stable", row.stable / row.cases, row.held_out});
    shown.push_back(
        fmt::format("{} {:.3f} over {}", capability, row.candidate / row.cases, counted(row.cases, "case")));
  }
  const std::string message =
      counted(gate.pairing.informing.size(), "case is", "cases are") +
      " judged by a model that has no calibration, or was changed since; what it says is shown and decides nothing";
  GateStep out = step("judge", GateVerdict::Pass, "JudgeInforms", message + ": " + listed(shown), std::move(numbers));
  if (has_held_out(gate.input)) out.told = message;
  return out;
}

}  // namespace pawl::domain

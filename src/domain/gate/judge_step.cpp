#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

#include "domain/gate/gate_steps.h"
#include "domain/gate/step_parts.h"

namespace pawl::domain {
namespace {

struct Informed {
  int cases = 0;
  double candidate = 0;
  double stable = 0;
  bool held_out = false;
};

}  // namespace

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
    shown.push_back(fmt::format("{} {:.3f} over {} cases", capability, row.candidate / row.cases, row.cases));
  }
  const std::string message = fmt::format(
      "{} cases are judged by a model that has no calibration, or was changed since; they are shown and decide nothing",
      gate.pairing.informing.size());
  GateStep out = step("judge", GateVerdict::Pass, "JudgeInforms", message + ": " + listed(shown), std::move(numbers));
  if (has_held_out(gate.input)) out.told = message;
  return out;
}

}  // namespace pawl::domain

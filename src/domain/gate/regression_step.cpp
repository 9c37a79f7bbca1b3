#include <fmt/format.h>

#include <string>
#include <vector>

#include "domain/gate/gate_steps.h"
#include "domain/gate/step_parts.h"

namespace pawl::domain {

bool quarantined(const PairedCase& one) {
  if (one.planned.tier != Tier::Regression || !one.stable || !one.stable->mixed()) return false;
  return !(one.stable->passed() && one.candidate.passes == 0);
}

GateStep regression(const Gate& gate) {
  int frozen = 0;
  int aside = 0;
  std::vector<std::string> broken;
  for (const PairedCase& one : gate.pairing.cases) {
    if (one.planned.tier != Tier::Regression) continue;
    ++frozen;
    if (quarantined(one)) ++aside;
    else if (!one.candidate.passed()) broken.push_back(one.planned.id);
  }
  std::vector<Number> numbers = {{"frozen", static_cast<double>(frozen)},
                                 {"broken", static_cast<double>(broken.size())},
                                 {"quarantined", static_cast<double>(aside)}};
  if (!broken.empty()) {
    return step("regression", GateVerdict::Fail, "FrozenCaseFails", "fails in most epochs: " + listed(broken),
                std::move(numbers));
  }
  if (aside > gate.policy.max_quarantined * frozen) {
    return step(
        "regression", GateVerdict::Insufficient, "TooManyFlaky",
        fmt::format("{} of {} frozen cases change between stable's own epochs; mend or retire them", aside, frozen),
        std::move(numbers));
  }
  return step("regression", GateVerdict::Pass, "FrozenCasesPass",
              fmt::format("{} frozen cases pass, {} set aside as flaky", frozen - aside, aside), std::move(numbers));
}

}  // namespace pawl::domain

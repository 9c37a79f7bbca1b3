#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/counted.h"
#include "domain/gate/gate_steps.h"
#include "domain/gate/step_parts.h"

namespace pawl::domain {
namespace {

struct Fault {
  const char* reason;
  std::string message;
};

std::string listed(const std::vector<UnwellStable>& unwell) {
  std::vector<std::string> where;
  for (const UnwellStable& each : unwell) {
    where.push_back(fmt::format("{} ({} of {})", each.capability, each.unanswered, each.asked));
  }
  return domain::listed(where);
}

/// Why the two arms cannot be compared: of several faults the one that explains the others.
Fault first_of(const IntegrityFaults& faults, const GateInput& input) {
  constexpr const char* kNotComparable = "NotComparable";
  if (input.cases.empty()) return {kNotComparable, "the suite has no cases; add some"};
  if (faults.cases_repeated) return {kNotComparable, "the suite has two cases of one id; rename one"};
  if (faults.suites_differ) return {kNotComparable, "the two arms ran different cases; run both again on one suite"};
  if (faults.graders_differ) return {kNotComparable, "the two arms were judged by different graders; judge both again"};
  if (faults.same_bundle) return {kNotComparable, "candidate and stable are the same bundle: nothing was changed"};
  if (faults.answers_missing > 0) {
    return {"AnswersMissing",
            fmt::format("missing, or not to be judged: {} of {}; repeat the run",
                        counted(faults.answers_missing, "answer"), counted(faults.cases_missing, "case"))};
  }
  if (!faults.unwell.empty()) {
    return {"StableUnwell",
            fmt::format("stable often gave no answer, so nothing can be compared with it: {}; the first: {}; see that "
                        "it is well, and ask again",
                        listed(faults.unwell), faults.unwell.front().reason)};
  }
  return {kNotComparable, fmt::format("answers that belong to no planned case: {}, that came twice: {}; run again",
                                      faults.answers_unplanned, faults.answers_twice)};
}

}  // namespace

GateStep integrity(const Gate& gate) {
  const IntegrityFaults& faults = gate.pairing.faults;
  const bool held_out = has_held_out(gate.input);
  std::vector<Number> numbers = {{"cases", static_cast<double>(gate.input.cases.size())},
                                 {"epochs", static_cast<double>(gate.policy.epochs)},
                                 {"missing", static_cast<double>(faults.answers_missing), held_out},
                                 {"unplanned", static_cast<double>(faults.answers_unplanned), held_out},
                                 {"twice", static_cast<double>(faults.answers_twice), held_out}};
  if (faults.none() && !gate.input.cases.empty() && gate.policy.epochs > 0) {
    return step("integrity", GateVerdict::Pass, "Complete", "both arms answered every case, judged alike",
                std::move(numbers));
  }
  Fault fault = first_of(faults, gate.input);
  return veiled(
      step("integrity", GateVerdict::Insufficient, fault.reason, std::move(fault.message), std::move(numbers)),
      held_out);
}

}  // namespace pawl::domain

#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/counted.h"
#include "domain/gate/gate_steps.h"
#include "domain/gate/step_parts.h"

namespace pawl::domain {
namespace {

std::string describe(const std::vector<UnwellStable>& unwell) {
  std::vector<std::string> where;
  for (const UnwellStable& each : unwell) {
    where.push_back(fmt::format("{} ({} of {})", each.capability, each.unanswered, each.asked));
  }
  return fmt::format(
      "stable often gave no answer, so nothing can be compared with it: {}; the first: {}; see that it is "
      "well, and ask again",
      listed(where), unwell.front().reason);
}

std::string_view reason_of(const IntegrityFaults& faults) {
  if (faults.answers_missing > 0) return "AnswersMissing";
  return faults.unwell.empty() ? "NotComparable" : "StableUnwell";
}

std::string describe(const IntegrityFaults& faults, const GateInput& input) {
  if (input.cases.empty()) return "the suite has no cases; add some";
  if (faults.cases_repeated) return "the suite has two cases of one id; rename one";
  if (faults.suites_differ) return "the two arms ran different cases; run both again on one suite";
  if (faults.graders_differ) return "the two arms were judged by different graders; judge both again";
  if (faults.same_bundle) return "candidate and stable are the same bundle: nothing was changed";
  if (faults.answers_missing > 0) {
    return fmt::format("missing, or not to be judged: {} of {}; repeat the run",
                       counted(faults.answers_missing, "answer"), counted(faults.cases_missing, "case"));
  }
  if (!faults.unwell.empty()) return describe(faults.unwell);
  return fmt::format("answers that belong to no planned case: {}, that came twice: {}; run again",
                     faults.answers_unplanned, faults.answers_twice);
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
  return veiled(step("integrity", GateVerdict::Insufficient, std::string(reason_of(faults)),
                     describe(faults, gate.input), std::move(numbers)),
                held_out);
}

}  // namespace pawl::domain

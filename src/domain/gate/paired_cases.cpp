#include "domain/gate/paired_cases.h"

#include <map>
#include <set>

namespace pawl::domain {
namespace {

using AnswersByCase = std::map<std::string, std::map<int, const JudgedAnswer*>>;

AnswersByCase sorted(const ArmRun& run, const std::set<std::string>& planned, int epochs, IntegrityFaults& faults) {
  AnswersByCase out;
  for (const JudgedAnswer& answer : run.answers) {
    if (answer.epoch < 0 || answer.epoch >= epochs || planned.count(answer.case_id) == 0) {
      ++faults.answers_unplanned;
    } else if (!out[answer.case_id].emplace(answer.epoch, &answer).second) {
      ++faults.answers_twice;
    }
  }
  return out;
}

/// A number outside [0,1], or none at all, is no score: it counts as missing, not as a failure.
bool has_score(const JudgedAnswer& answer) { return answer.score && *answer.score >= 0 && *answer.score <= 1; }

Epochs fold(const AnswersByCase& answers, const std::string& id, int epochs) {
  Epochs out;
  const auto found = answers.find(id);
  if (found == answers.end()) {
    out.reason = epochs > 0 ? "was not asked" : "";
    return out;
  }
  double sum = 0;
  for (const auto& [epoch, answer] : found->second) {
    if (has_score(*answer)) {
      ++out.scored;
      out.unanswered += answer->unanswered ? 1 : 0;
      sum += *answer->score;
      out.passes += answer->passed ? 1 : 0;
    }
    if (out.reason.empty() && (!has_score(*answer) || !answer->passed)) out.reason = answer->reason;
  }
  out.mean = out.scored > 0 ? sum / out.scored : 0;
  return out;
}

/// More than one in twenty, which is a usual margin; one alone may be a hiccup.
bool is_unwell(const UnwellStable& stable) { return stable.unanswered > 1 && 20 * stable.unanswered > stable.asked; }

std::vector<UnwellStable> where_stable_is_unwell(const std::vector<PairedCase>& cases) {
  std::map<std::string, UnwellStable> by_capability;
  for (const PairedCase& pair : cases) {
    if (!pair.stable) continue;
    UnwellStable& of = by_capability[pair.planned.capability];
    of.capability = pair.planned.capability;
    of.asked += pair.stable->scored;
    of.unanswered += pair.stable->unanswered;
    if (of.reason.empty() && pair.stable->unanswered > 0) of.reason = pair.stable->reason;
  }
  std::vector<UnwellStable> out;
  for (const auto& [name, stable] : by_capability) {
    if (is_unwell(stable)) out.push_back(stable);
  }
  return out;
}

}  // namespace

Pairing pair_up(const GateInput& input, int epochs) {
  Pairing out;
  std::set<std::string> planned;
  for (const PlannedCase& one : input.cases) out.faults.cases_repeated |= !planned.insert(one.id).second;
  const AnswersByCase candidate = sorted(input.candidate, planned, epochs, out.faults);
  const AnswersByCase stable = input.stable ? sorted(*input.stable, planned, epochs, out.faults) : AnswersByCase{};
  for (const PlannedCase& one : input.cases) {
    PairedCase pair;
    pair.planned = one;
    pair.candidate = fold(candidate, one.id, epochs);
    int missing = epochs - pair.candidate.scored;
    if (input.stable) {
      pair.stable = fold(stable, one.id, epochs);
      missing += epochs - pair.stable->scored;
    }
    if (one.informs) {
      out.informing.push_back(std::move(pair));
      continue;
    }
    out.faults.answers_missing += missing;
    out.faults.cases_missing += missing > 0 ? 1 : 0;
    out.cases.push_back(std::move(pair));
  }
  out.faults.unwell = where_stable_is_unwell(out.cases);
  if (input.stable) {
    out.faults.suites_differ = input.stable->suite_digest != input.candidate.suite_digest;
    out.faults.graders_differ = input.stable->grader_digest != input.candidate.grader_digest;
    out.faults.same_bundle = !input.candidate.digest.empty() && input.stable->digest == input.candidate.digest;
  }
  return out;
}

}  // namespace pawl::domain

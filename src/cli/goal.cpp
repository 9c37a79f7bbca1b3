#include "cli/goal.h"

#include <algorithm>

namespace pawl::cli {
namespace {

using domain::HistoryEntry;
using domain::Outcome;
using domain::RolloutStatus;

/// The newest ending of the edit that is waited for; none while it is still on its way.
const HistoryEntry* ending_of(const RolloutStatus& status, const std::string& revision) {
  if (status.candidate && (revision.empty() || status.candidate->revision.name == revision)) return nullptr;
  const auto it = std::find_if(status.history.rbegin(), status.history.rend(),
                               [&](const HistoryEntry& e) { return revision.empty() || e.revision.name == revision; });
  return it == status.history.rend() ? nullptr : &*it;
}

WaitAnswer answer_for(const HistoryEntry& entry, Goal goal) {
  const std::string& name = entry.revision.name;
  switch (entry.outcome) {
    case Outcome::Promoted:
      return {goal == Goal::RolledBack ? kFailed : kDone, name + " was promoted"};
    case Outcome::RolledBack:
      return {goal == Goal::RolledBack ? kDone : kRolledBack, name + " was rolled back: " + entry.reason};
    case Outcome::Inconclusive:
      return {kInconclusive, name + " ended without a verdict: " + entry.reason};
    case Outcome::Rejected:
      return {goal == Goal::RolledBack ? kDone : kRolledBack, name + " was rejected: " + entry.reason};
    case Outcome::Superseded:
    case Outcome::Withdrawn:
      return {kSuperseded, name + " was withdrawn: " + entry.reason};
    case Outcome::None:
      break;
  }
  return {kFailed, name + " ended, nobody knows how"};
}

}  // namespace

std::optional<Goal> parse_goal(std::string_view word) {
  if (word == "promoted") return Goal::Promoted;
  if (word == "rolledback") return Goal::RolledBack;
  if (word == "stable") return Goal::Stable;
  return std::nullopt;
}

std::optional<WaitAnswer> judge_wait(const RolloutStatus& status, std::int64_t generation, Goal goal,
                                     const std::string& revision) {
  // An old status says nothing about a new spec.
  if (status.observed_generation != generation) return std::nullopt;
  if (goal == Goal::Stable) {
    if (status.phase != domain::Phase::Stable || !status.stable || status.candidate) return std::nullopt;
    return WaitAnswer{kDone, status.stable->name + " serves all traffic, nothing is being judged"};
  }
  // The first revision ships without a canary, and so without an ending.
  const bool serves = status.stable && status.stable->name == revision && status.phase == domain::Phase::Stable;
  if (goal == Goal::Promoted && serves) return WaitAnswer{kDone, revision + " serves all traffic"};
  const HistoryEntry* entry = ending_of(status, revision);
  if (entry == nullptr) return std::nullopt;
  return answer_for(*entry, goal);
}

std::optional<WaitAnswer> judge_refusal(const domain::RevisionStatus& status, const std::string& revision) {
  const domain::Condition* ready = domain::find_condition(status.conditions, "Ready");
  const std::string why = ready == nullptr ? std::string{} : ": " + ready->reason + ": " + ready->message;
  if (status.phase == domain::RevisionPhase::Rejected) return WaitAnswer{kRolledBack, revision + " was rejected" + why};
  if (status.phase == domain::RevisionPhase::Superseded) {
    return WaitAnswer{kSuperseded, revision + " was superseded" + why};
  }
  return std::nullopt;
}

}  // namespace pawl::cli

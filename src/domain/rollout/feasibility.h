// Will there be enough scores for a verdict before the time is up? Foreseen from the traffic seen so far. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/evidence/evidence.h"
#include "domain/rollout/loss_budget.h"
#include "domain/rollout/spec.h"
#include "domain/rollout/status.h"

namespace pawl::domain {

/// A trial on its way, as far as its traffic goes.
struct TrialProgress {
  Instant began{};
  std::vector<ShareChange> changes;      ///< ascending; the last one is in force
  std::vector<NarrowedMargin> narrowed;  ///< by the loss ledger
  std::vector<ScoreRow> scoreboard;
};

/// A capability that will not be proven in time.
struct Shortage {
  std::string capability;
  double needed = 0;              ///< candidate scores, about (forecast.h)
  double expected = 0;            ///< candidate scores by the deadline, at the rate seen so far
  std::optional<Duration> takes;  ///< from the first share until enough are there; nothing before the first score
  bool operator==(const Shortage&) const = default;
};

/// Capabilities that a promotion needs and that lack scores: named when even the highest rate that what was seen allows
/// (97.5 %, Poisson) does not give enough by the deadline; one that is among `named` stays until the rate itself does.
/// Steps are taken to go on as planned. Nothing in the first ten intervals, and nothing for a capability whose budget
/// of losses is spent: that is another condition's affair.
std::vector<Shortage> foreseen_shortages(const RolloutSpec& spec, const TrialProgress& progress,
                                         const std::vector<Shortage>& named, Instant now);

/// "refunds cannot be proven ...": for a condition; begins with the names, so that numbers alone need no write.
std::string describe(const std::vector<Shortage>& shortages, const RolloutSpec& spec);
/// The part of it that does not change while the same capabilities lack scores.
std::string names_of(const std::vector<Shortage>& shortages);

}  // namespace pawl::domain

// What the loss ledger means for the next candidate. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/rollout/spec.h"
#include "domain/rollout/status.h"

namespace pawl::domain {

/// The margin of a capability or of a group as the spec gives it.
double agreed_margin(const RolloutSpec& spec, const std::string& capability);
/// The same of the drop that counts as no regression.
double agreed_tolerance(const RolloutSpec& spec, const std::string& capability);
/// How much a capability may lose since the anchor, in mean score.
double loss_budget(const RolloutSpec& spec, const std::string& capability);

struct NarrowedMargin {
  std::string capability;
  double margin = 0;  ///< what the next candidate may lose, below the agreed margin; 0: it must be proven better
  double lost = 0;    ///< since the anchor
  bool operator==(const NarrowedMargin&) const = default;
};

/// Capabilities and groups whose margin the ledger narrows, by name.
std::vector<NarrowedMargin> narrowed_margins(const RolloutSpec& spec, const LossLedger& ledger);

/// What a person should know and do when a budget is used up; nothing while there is some left everywhere.
std::optional<std::string> budget_spent(const RolloutSpec& spec, const RolloutStatus& status);

/// Begins the ledger with the first stable revision, and again when a settled stable revision is the one that
/// `spec.analysis.lossBudget.anchor` names.
void keep_the_anchor(const RolloutSpec& spec, RolloutStatus& status);

}  // namespace pawl::domain

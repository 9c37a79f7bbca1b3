#include "domain/rollout/loss_budget.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace pawl::domain {
namespace {

/// Rare capabilities are judged in their group, and so their losses are counted.
bool is_member(const RolloutSpec& spec, const std::string& capability) {
  return std::ranges::any_of(spec.evidence.groups, [&](const GroupSpec& g) {
    return std::ranges::find(g.capabilities, capability) != g.capabilities.end();
  });
}

/// What the spec says of a capability or of a group by itself.
std::optional<double> agreed(const RolloutSpec& spec, const std::string& name,
                             std::optional<double> CapabilitySpec::* of_capability,
                             std::optional<double> GroupSpec::* of_group) {
  const auto& listed = spec.evidence.capabilities;
  const auto& groups = spec.evidence.groups;
  if (const auto found = std::ranges::find(listed, name, &CapabilitySpec::name); found != listed.end()) {
    return std::invoke(of_capability, *found);
  }
  if (const auto found = std::ranges::find(groups, name, &GroupSpec::name); found != groups.end()) {
    return std::invoke(of_group, *found);
  }
  return std::nullopt;
}

}  // namespace

double agreed_margin(const RolloutSpec& spec, const std::string& capability) {
  return agreed(spec, capability, &CapabilitySpec::margin, &GroupSpec::margin).value_or(spec.analysis.margin);
}

double agreed_tolerance(const RolloutSpec& spec, const std::string& capability) {
  return agreed(spec, capability, &CapabilitySpec::tolerance, &GroupSpec::tolerance).value_or(spec.analysis.tolerance);
}

double loss_budget(const RolloutSpec& spec, const std::string& capability) {
  return spec.analysis.loss_budget.margins * agreed_margin(spec, capability);
}

std::vector<NarrowedMargin> narrowed_margins(const RolloutSpec& spec, const LossLedger& ledger) {
  std::vector<NarrowedMargin> out;
  for (const CapabilityLoss& c : ledger.losses) {
    if (is_member(spec, c.capability)) continue;
    const double agreed = agreed_margin(spec, c.capability);
    const double left = margin_left(agreed, loss_budget(spec, c.capability), c.settled);
    if (left < agreed) out.push_back({c.capability, left, c.settled});
  }
  return out;
}

std::optional<std::string> budget_spent(const RolloutSpec& spec, const RolloutStatus& status) {
  std::string spent;
  for (const NarrowedMargin& n : narrowed_margins(spec, status.loss_ledger)) {
    if (n.margin > 0) continue;
    spent += fmt::format("{}{} has lost {:.3f} of the {:.3f} it may lose", spent.empty() ? "" : ", ", n.capability,
                         n.lost, loss_budget(spec, n.capability));
  }
  if (spent.empty() || !status.stable) return std::nullopt;
  return fmt::format(
      "{} since {}; only an edit that is proven better there is promoted. Propose one that is, or vouch for what serves now: "
      "set spec.analysis.lossBudget.anchor to {}",
      spent, status.loss_ledger.anchor, status.stable->name);
}

void keep_the_anchor(const RolloutSpec& spec, RolloutStatus& status) {
  const bool settled = status.phase == Phase::Stable && status.stable && !status.previous;
  if (!settled) return;
  const bool vouched_for =
      spec.analysis.loss_budget.anchor == status.stable->name && status.loss_ledger.anchor != status.stable->name;
  if (status.loss_ledger.anchor.empty() || vouched_for) begin_ledger(status.loss_ledger, status.stable->name);
}

}  // namespace pawl::domain

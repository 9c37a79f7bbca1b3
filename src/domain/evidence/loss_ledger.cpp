#include "domain/evidence/loss_ledger.h"

#include <algorithm>
#include <utility>

namespace pawl::domain {
namespace {

constexpr double kLeastPart = 0.1;  // of a margin
constexpr double kDoubt = 1.5;      // standard errors that a loss may be larger than it looks
constexpr double kCertainty = 3;    // standard errors that a gain may be smaller than it looks

void keep_the_largest(std::vector<CapabilityLoss>& losses) {
  std::erase_if(losses, [](const CapabilityLoss& c) { return c.settled <= 0 && c.latest == 0; });
  if (losses.size() > kLedgerMax) {
    std::ranges::stable_sort(losses, [](const CapabilityLoss& a, const CapabilityLoss& b) {
      return a.settled + a.latest > b.settled + b.latest;
    });
    losses.resize(kLedgerMax);
  }
  std::ranges::sort(losses, {}, &CapabilityLoss::capability);
}

CapabilityLoss& entry_of(LossLedger& ledger, const std::string& capability) {
  const auto found = std::ranges::find(ledger.losses, capability, &CapabilityLoss::capability);
  if (found != ledger.losses.end()) return *found;
  return ledger.losses.emplace_back(CapabilityLoss{capability, 0, 0});
}

}  // namespace

double charge_of(const EstimatedLoss& estimate) {
  const double charge = estimate.loss + kDoubt * estimate.error;
  return charge > 0 ? charge : std::min(0.0, estimate.loss + kCertainty * estimate.error);
}

void book_promotion(LossLedger& ledger, const std::vector<EstimatedLoss>& estimates) {
  settle_promotion(ledger);
  for (const EstimatedLoss& estimate : estimates) {
    entry_of(ledger, estimate.capability).latest = std::clamp(charge_of(estimate), -1.0, 1.0);
  }
  // A gain of what has lost nothing pays nothing back.
  for (CapabilityLoss& c : ledger.losses) c.latest = std::max(c.latest, -c.settled);
  keep_the_largest(ledger.losses);
}

void take_back_promotion(LossLedger& ledger) {
  for (CapabilityLoss& c : ledger.losses) c.latest = 0;
  keep_the_largest(ledger.losses);
}

void settle_promotion(LossLedger& ledger) {
  for (CapabilityLoss& c : ledger.losses) {
    c.settled = std::clamp(c.settled + c.latest, 0.0, 1.0);
    c.latest = 0;
  }
  keep_the_largest(ledger.losses);
}

void begin_ledger(LossLedger& ledger, std::string anchor) {
  ledger.anchor = std::move(anchor);
  ledger.losses.clear();
}

double settled_loss(const LossLedger& ledger, std::string_view capability) {
  const auto found = std::ranges::find(ledger.losses, capability, &CapabilityLoss::capability);
  return found == ledger.losses.end() ? 0 : found->settled;
}

double margin_left(double margin, double budget, double lost) {
  const double left = std::min(margin, budget - lost);
  return left < kLeastPart * margin ? 0 : left;
}

}  // namespace pawl::domain

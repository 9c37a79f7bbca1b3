// The loss ledger: what many promotions, each within its margin, have lost together.
//
// A promotion is judged against the revision before it, so ten edits that each lose a little are each fine and together
// a disaster ("bio-creep", canary-statistics section 2). The ledger keeps, for each capability, what was lost since the
// anchor: the last revision that a person vouches for. It narrows the margin of the next candidate to what is left of a
// budget; with nothing left only an edit that is proven better is promoted.
//
// Losses are signed and add up to an estimate of (mean of the anchor) - (mean of what serves now): a later gain pays an
// earlier loss back, but nothing is saved up below zero. Counting losses alone would charge every healthy edit the noise
// of its own estimate, and block an agent for nothing after about twenty of them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pawl::domain {

/// As the CRD says it. Capabilities beyond it are those that have lost least.
inline constexpr std::size_t kLedgerMax = 64;

/// How much worse one promoted edit is estimated to be: stable minus candidate, in mean score. Negative: better.
struct EstimatedLoss {
  std::string capability;
  double loss = 0;
  bool operator==(const EstimatedLoss&) const = default;
};

struct CapabilityLoss {
  std::string capability;
  double settled = 0;  ///< lost since the anchor by promotions that stand, [0,1]
  double latest = 0;   ///< lost by the newest promotion, which may still be taken back, [-1,1]
  bool operator==(const CapabilityLoss&) const = default;
};

struct LossLedger {
  std::string anchor;                  ///< name of the revision from which losses are counted; empty: not begun
  std::vector<CapabilityLoss> losses;  ///< sorted by name; capabilities that lost nothing are absent
  bool operator==(const LossLedger&) const = default;
};

/// A promotion is decided. Whatever was booked before it stands.
void book_promotion(LossLedger& ledger, const std::vector<EstimatedLoss>& estimates);
/// The newest promotion is taken back: it cost nothing.
void take_back_promotion(LossLedger& ledger);
/// The newest promotion can no longer be taken back.
void settle_promotion(LossLedger& ledger);
/// Counting begins again, from a revision that a person vouches for.
void begin_ledger(LossLedger& ledger, std::string anchor);

/// What one capability has lost for good, in mean score; 0 for one that is not listed.
double settled_loss(const LossLedger& ledger, std::string_view capability);

/// The margin that the next candidate may still lose, in [0, margin]: what is left of `budget` after `lost`. Less than
/// a tenth of the margin is 0: no amount of traffic would prove it.
double margin_left(double margin, double budget, double lost);

}  // namespace pawl::domain

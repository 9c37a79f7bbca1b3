// The loss ledger: what many promotions, each within its margin, have lost together.
//
// A promotion is judged against the revision before it, so ten edits that each lose a little are each fine and together
// a disaster ("bio-creep", canary-statistics section 2). The ledger keeps, for each capability, what was lost since the
// anchor: the last revision that a person vouches for. It narrows the margin of the next candidate to what is left of a
// budget; with nothing left only an edit that is proven better is promoted.
//
// What a promotion is charged is its estimated loss plus 1.5 standard errors, at least nothing. The estimate alone
// would see nothing: an edit is promoted at the moment it looks good, so one that loses 0.02 looks like a loss of 0.001
// just then. A gain pays back what of it is beyond 3 standard errors. Simulated with a pass rate of 0.9, a margin of
// 0.05, a budget of 0.10, and an agent that tries 60 edits or until 20 are promoted (half of the traffic / a tenth of
// it):
//
//     each edit loses                  0            0.01           0.02           0.03
//     promotions                  15.5 / 17.9     8.0 / 8.3      5.0 / 5.2      3.8 / 4.3
//     lost together, mean             0          0.08 / 0.08    0.10 / 0.11    0.11 / 0.13
//     without the ledger              0             0.20           0.40           0.60
//
// An agent whose edits change nothing is charged too, for what cannot be ruled out: its margin narrows after about
// three promotions, and each next one takes longer. A person who vouches for what serves begins anew.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pawl::domain {

/// As the CRD says it. Capabilities beyond it are those that have lost least.
inline constexpr std::size_t kLedgerMax = 64;

/// How much worse one promoted edit is: stable minus candidate, in mean score. Negative: better.
struct EstimatedLoss {
  std::string capability;
  double loss = 0;   ///< estimate
  double error = 0;  ///< its standard error
  bool operator==(const EstimatedLoss&) const = default;
};

struct CapabilityLoss {
  std::string capability;
  double settled = 0;  ///< charged since the anchor for promotions that stand, [0,1]
  double latest = 0;   ///< charged for the newest promotion, which may still be taken back, [-1,1]
  bool operator==(const CapabilityLoss&) const = default;
};

struct LossLedger {
  std::string anchor;                  ///< name of the revision from which losses are counted; empty: not begun
  std::vector<CapabilityLoss> losses;  ///< sorted by name; capabilities that lost nothing are absent
  bool operator==(const LossLedger&) const = default;
};

/// What a promotion costs its budget, in mean score; negative: it pays back.
double charge_of(const EstimatedLoss& estimate);

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

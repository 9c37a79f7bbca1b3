// A trial of the past, folded again from its raw samples: under the policy it had, or under another one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/evidence/evidence.h"
#include "domain/provenance/record.h"

namespace pawl::domain {

/// The policy a decision was taken under; `narrowed`: its record's margins.
EvidencePolicy policy_of(const TrialRecord& trial, const std::vector<NarrowedMargin>& narrowed = {});

/// The first verdict that would have ended a trial.
struct TrialEnd {
  Verdict verdict;
  Duration age{};  ///< end of the block that decided, since the trial began
};

/// Samples come in pieces, oldest first; pieces may overlap, and how they are cut changes no bit. Not thread-safe.
class TrialReplay {
 public:
  TrialReplay(const TrialRecord& trial, const EvidencePolicy& policy);

  /// As EvidenceFold::add.
  void add(const std::vector<Series>& raw);
  /// What the operator would say at `now`, had it read what was added.
  [[nodiscard]] Verdict verdict(Instant now) const { return fold_.verdict(now); }
  /// Nothing: no block so far has decided. Data in hand is data that can be trusted, so nothing is held for staleness.
  [[nodiscard]] const std::optional<TrialEnd>& end() const { return end_; }

 private:
  std::vector<ShareChange> changes_;
  EvidenceFold fold_;
  std::optional<TrialEnd> end_;
};

/// How far a capability is from its proof.
struct Shortfall {
  enum class Proof { NonInferiority, Regression };
  Proof proof = Proof::NonInferiority;
  std::string capability;
  double samples = 0;  ///< canary scores still needed, if its e-value grows on as it did; infinite: it does not grow
};

/// While the evidence says "worse" (e above 1): what a rollback still needs, of the capability that is suspected most.
/// Else the capability that needs most, of those whose proof a promotion needs; nothing when all are proven. From what
/// was reached so far, or, where that is nothing yet, from the growth the two means allow at best.
std::optional<Shortfall> shortfall(const Verdict& verdict, const EvidencePolicy& policy);

}  // namespace pawl::domain

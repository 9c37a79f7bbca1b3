// One hash-chained document per decision: who, what, when, why, with which numbers. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/rollout/advance.h"
#include "domain/rollout/loss_budget.h"

namespace pawl::domain {

/// All that a verdict on a candidate was computed from, save the samples: whoever has those can compute it again.
struct TrialRecord {
  std::string cohort;                ///< label `rollout` of the counters
  Instant began{};                   ///< when the first share was decided
  std::string canary;                ///< digest of the revision under test
  std::string stable;                ///< digest of what it was compared with
  std::vector<ShareChange> changes;  ///< up to the decision
  std::vector<std::string> touched;  ///< capabilities the self-edit claims to improve
  AnalysisSpec analysis;
  EvidenceSpec evidence;
  std::vector<BreakerSpec> breakers;
  std::string verdict;      ///< word of Verdict::Kind
  std::string reason;       ///< of the verdict; the decision may have had another
  double log_e = 0;         ///< of "nothing is wrong"
  Instant newest_sample{};  ///< samples after it had no part in the verdict; the epoch when there was none
  bool operator==(const TrialRecord&) const = default;
};

struct Record {
  std::int64_t sequence = 0;  ///< 1 for a rollout's first decision
  Instant at{};
  std::string actor;    ///< "pawl-operator", or a person's name for an override
  std::string rollout;  ///< "<namespace>/<name>"
  std::string what;     ///< "StepUp", "RolledBack", ...
  RevisionRef revision;
  std::string rule;  ///< the rule of `advance` that answered
  std::string reason;
  std::string message;
  std::string policy_sha256;  ///< of the spec as decided under
  int canary_before = 0;      ///< basis points
  int canary_after = 0;
  std::vector<ScoreRow> scoreboard;
  std::vector<NarrowedMargin>
      margins;                       ///< which the loss ledger narrows for this revision; absent from the text if none
  std::string parent_sha256;         ///< empty for the first
  std::optional<RevisionGate> gate;  ///< the gate's verdict on this revision, as it was seen; absent without one
  std::optional<TrialRecord> trial;  ///< of a candidate that had a share, or of a promotion that soaks
};

/// The record of a decision that `advance` just made.
Record make_record(const Observation& seen, const Advance& answer, std::string actor);

/// The one text that is hashed and stored: JSON with sorted keys, no white space, numbers in shortest form.
std::string canonical_text(const Record& record);
std::string record_sha256(std::string_view canonical);

/// One stored record, as found.
struct StoredRecord {
  std::int64_t sequence = 0;
  std::string text;           ///< canonical_text as stored
  std::string parent_sha256;  ///< as the text says
};

/// Recomputes the chain. Nothing: every link holds and the last one is `head`; else the first fault.
/// A chain may start above 1 when older records were rotated away.
std::optional<std::string> verify_chain(const std::vector<StoredRecord>& records, const std::string& head);

}  // namespace pawl::domain

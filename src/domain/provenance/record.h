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

struct Record {
  std::int64_t sequence = 0;   ///< 1 for a rollout's first decision
  Instant at{};
  std::string actor;           ///< "pawl-operator", or a person's name for an override
  std::string rollout;         ///< "<namespace>/<name>"
  std::string what;            ///< "StepUp", "RolledBack", ...
  RevisionRef revision;
  std::string rule;            ///< the rule of `advance` that answered
  std::string reason;
  std::string message;
  std::string policy_sha256;   ///< of the spec as decided under
  int canary_before = 0;       ///< basis points
  int canary_after = 0;
  std::vector<ScoreRow> scoreboard;
  std::vector<NarrowedMargin> margins;  ///< which the loss ledger narrows for this revision; absent from the text if none
  std::string parent_sha256;   ///< empty for the first
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

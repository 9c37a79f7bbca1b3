// What pawl has decided: AgentRollout.status and AgentRevision.status as values. Decisions, not measurements:
// a steady world writes nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/conditions.h"
#include "domain/evidence/intervals.h"
#include "domain/evidence/loss_ledger.h"
#include "domain/evidence/share_change.h"
#include "domain/evidence/verdict.h"
#include "domain/rollout/spec.h"

namespace pawl::domain {

/// The life of a rollout. The diagram stands above `advance` (advance.h).
enum class Phase {
  Pending,      ///< no stable revision yet, or the spec cannot be followed
  Starting,     ///< the first revision is being deployed; it takes all traffic without a canary
  Stable,       ///< nothing is being judged (the previous stable may still be warm)
  Preparing,    ///< a candidate is being deployed at share 0
  Canary,       ///< a candidate has, or is about to have, a share
  Promoting,    ///< the pointers move
  RollingBack,  ///< the share is going to 0, then the candidate drains
};

/// Promotion restarts nothing; each stage waits until the one before is seen to be in force.
enum class PromotionStage {
  None,
  ShiftToCanary,  ///< all weight on the canary Service
  Repoint,        ///< the stable Service selects the new revision
  ShiftBack,      ///< the weight returns to the stable Service
};

enum class Outcome { None, Promoted, RolledBack, Inconclusive, Superseded, Withdrawn, Rejected };

struct RevisionRef {
  std::string name;
  std::string digest;  ///< sha256, 64 hex characters
  bool operator==(const RevisionRef&) const = default;
};

struct CandidateStatus {
  RevisionRef revision;
  std::string cohort;                      ///< label `rollout` of the counters: "<namespace>/<name>/<number>"
  Instant started_at{};                    ///< when the first share was decided; epoch before
  std::optional<Instant> step_started_at;  ///< when the step's weight was seen accepted
  bool operator==(const CandidateStatus&) const = default;
};

/// What the promoted revision is still watched by while the old stable is warm: the counters of its time as candidate.
struct SoakStatus {
  std::string cohort;
  Instant started_at{};
  bool operator==(const SoakStatus&) const = default;
};

/// What is in force at the gateway, as far as it was checked. Basis points of the canary Service.
struct WeightStatus {
  int desired = 0;
  std::optional<int> accepted;       ///< L1: every parent accepted this generation
  std::optional<int> measured;       ///< L2: rounded, kept only while a share is being verified
  std::vector<ShareChange> changes;  ///< of this candidate, or of the promotion that soaks, for the fold; bounded
  bool operator==(const WeightStatus&) const = default;
};

enum class GateState {
  Waiting,  ///< the gate is asked; the only state in which it works
  Passed,
  Failed,
  Insufficient,
  Expired,  ///< it passed once, no longer holds, and the spec does not insist
  Skipped,  ///< no suite is listed
};

/// What the gate is asked, and how that stands. This is the whole request: the gate watches it.
struct GateRequest {
  GateState state = GateState::Waiting;
  RevisionRef candidate;
  std::string stable_digest;  ///< empty: a first revision
  std::string policy_digest;
  std::optional<Instant> requested_at;
  std::string message;  ///< for a person
  bool operator==(const GateRequest&) const = default;
};

/// One line of the scoreboard, as of the decision it was written with.
struct ScoreRow {
  std::string capability;
  double stable_mean = 0;
  double canary_mean = 0;
  std::int64_t stable_n = 0;
  std::int64_t canary_n = 0;
  CapabilityState state = CapabilityState::Insufficient;
  std::optional<Interval> difference{};  ///< canary minus stable, 95 %, to be shown; nothing while an arm has no score
  bool operator==(const ScoreRow&) const = default;
};

struct Decision {
  std::string what;    ///< "RolledBack", "Promoted", "StepUp"...
  std::string reason;  ///< CamelCase
  std::string message;
  Instant at{};
  RevisionRef revision;
  std::string record;  ///< ConfigMap key of the record: its number, "12"
  std::string record_sha256;
  bool operator==(const Decision&) const = default;
};

struct HistoryEntry {
  RevisionRef revision;
  Outcome outcome = Outcome::None;
  std::string reason;
  Instant at{};
  bool operator==(const HistoryEntry&) const = default;
};

/// Digests that may not be rolled out again, newest last. As the CRD says it: a list the server refuses would stop
/// every write of the status, the one that lowers a share too.
inline constexpr std::size_t kQuarantineMax = 64;

struct QuarantineEntry {
  std::string digest;
  std::string revision;
  std::string reason;
  Instant at{};
  bool operator==(const QuarantineEntry&) const = default;
};

struct NextAction {
  std::optional<Instant> at;
  std::string what;
  bool operator==(const NextAction&) const = default;
};

struct TrippedBreaker {
  std::string name;
  std::string reason;
  Instant at{};
  bool operator==(const TrippedBreaker&) const = default;
};

struct RolloutStatus {
  std::int64_t observed_generation = 0;
  Phase phase = Phase::Pending;
  PromotionStage promotion = PromotionStage::None;
  std::optional<RevisionRef> stable;
  std::optional<RevisionRef> previous;  ///< warm until `previous_until`
  std::optional<Instant> previous_until;
  std::optional<SoakStatus> soak;  ///< set while `previous` could be gone back to: guardrails stay armed
  std::optional<CandidateStatus> candidate;
  int step = -1;                      ///< index into spec.steps; -1: none
  std::optional<GateRequest> gate;    ///< of the newest candidate that got as far
  Outcome ending = Outcome::None;     ///< RollingBack: what it will be when the candidate has drained
  std::optional<Instant> drained_at;  ///< RollingBack: when the candidate may be retired
  WeightStatus weights;
  std::vector<TrippedBreaker> breakers;
  std::vector<ScoreRow> scoreboard;
  LossLedger loss_ledger;
  std::vector<QuarantineEntry> quarantine;  ///< newest last, <= kQuarantineMax
  std::vector<HistoryEntry> history;        ///< newest last, <= 10
  std::optional<Decision> last_decision;
  std::int64_t rollouts = 0;   ///< candidates begun so far: the number in the cohort
  std::int64_t decisions = 0;  ///< records written so far
  NextAction next;
  std::vector<Condition> conditions;
  bool operator==(const RolloutStatus&) const = default;
};

enum class RevisionPhase {
  Pending,
  Gating,
  Admitted,
  Canary,
  Promoted,
  Rejected,
  RolledBack,
  Inconclusive,
  Superseded,
  Retired
};

struct RevisionStatus {
  std::int64_t observed_generation = 0;
  std::string digest;
  RevisionPhase phase = RevisionPhase::Pending;
  std::vector<ScoreRow> scoreboard;
  std::vector<Condition> conditions;
  bool operator==(const RevisionStatus&) const = default;
};

}  // namespace pawl::domain

// What the rollout controller needs of the cluster. Implemented over the API server by adapters/, and by a
// simulated cluster in tests. Thread-safe; calls for one rollout never overlap.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/provenance/record.h"
#include "domain/rollout/candidates.h"
#include "domain/rollout/converge.h"
#include "domain/rollout/observation.h"

namespace pawl::ports {

struct RolloutKey {
  std::string ns;
  std::string name;
  auto operator<=>(const RolloutKey&) const = default;
};

class RolloutWorld {
 public:
  virtual ~RolloutWorld() = default;

  /// Everything but the judgement. Nothing: the rollout is gone. An Error of kind Conflict: the copy is older than
  /// our own last write; ask again soon, it is not a failure. (No copy is older than this process's term: it is listed
  /// after the term began.) A write whose outcome is Unknown counts as a write.
  virtual Result<std::optional<domain::Observation>> observe(const RolloutKey& key, Instant now) = 0;

  /// Stores a decision's record. Idempotent: the same record again is a success. Never replaces a different record
  /// of the same sequence: a status may name that one, and this decision may yet lose its write to a conflict.
  virtual Status write_record(const RolloutKey& key, const domain::Record& record) = 0;

  /// Writes the status, guarded by the resourceVersion that `observe` saw: Conflict if anything changed since.
  virtual Status write_status(const RolloutKey& key, const domain::Observation& seen,
                              const domain::RolloutStatus& status) = 0;

  /// What the AgentRevisions of this rollout should say of themselves, and what they and the rollout say of its last
  /// decision; writes only differences.
  virtual Status write_revisions(const RolloutKey& key, const domain::Observation& seen,
                                 const domain::RolloutStatus& status, const std::vector<domain::Refusal>& refusals,
                                 Instant now) = 0;

  /// Makes one effect true. Executing it twice equals once. Every effect but a lowered share is refused with Conflict
  /// if the live rollout is no longer the one that was seen or last written by us: a former leader that wakes up
  /// would else raise a share that a rollback took away (its guard, the old weight, holds again at 0).
  /// ReleaseFinalizer also wants the live share to be 0.
  virtual Status execute(const RolloutKey& key, const domain::Observation& seen, const domain::Effect& effect) = 0;

  /// Tells people of a decision, or of what `what` Warned says and no record does. Best effort: never an error.
  virtual void announce(const RolloutKey& key, const domain::Observation& seen, const domain::Decision& decision) = 0;
};

}  // namespace pawl::ports

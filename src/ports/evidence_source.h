// Where the judgement of a candidate comes from.
#pragma once

#include "domain/rollout/observation.h"
#include "ports/rollout_world.h"

namespace pawl::ports {

/// Implementations keep one fold per rollout; thread-safe for different keys.
class EvidenceSource {
 public:
  virtual ~EvidenceSource() = default;
  /// The verdict on what has been read so far. No I/O: reading is the source's own thread.
  virtual domain::Judgement judge(const RolloutKey& key, const domain::Observation& seen, Instant now) = 0;
  /// The share changes as `status` says, which is about to be stored: what is measured from now on belongs to the new
  /// weights, though no copy of the rollout shows them yet. A restart that folds again finds them in the stored status.
  virtual void share_decided(const RolloutKey& key, const domain::RolloutStatus& status) = 0;
  /// The rollout is gone: forget it.
  virtual void forget(const RolloutKey& key) = 0;
};

}  // namespace pawl::ports

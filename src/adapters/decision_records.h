// Decision records as immutable ConfigMaps: one per decision, the newest kept.
#pragma once

#include <map>
#include <string>

#include "adapters/manifests.h"
#include "base/guarded.h"
#include "domain/provenance/record.h"
#include "kube/client.h"
#include "ports/rollout_world.h"

namespace pawl::adapters {

/// So many records of a rollout are kept; verify_chain accepts a chain whose beginning was rotated away.
inline constexpr std::int64_t kRecordsKept = 50;

/// The name carries sequence and hash: two decisions of one sequence, of which at most one reaches a status, do not
/// replace each other.
std::string record_name(const std::string& rollout, const std::string& sequence, const std::string& sha256);

/// Thread-safe; calls for one rollout must not overlap.
class DecisionRecords {
 public:
  explicit DecisionRecords(const kube::Client& client) : client_(client) {}

  /// The same record again is a success.
  Status write(const Owner& owner, const domain::Record& record);
  /// Deletes what is older than the records kept, once after a write. Best effort: what stays is found next time.
  void rotate(const ports::RolloutKey& key);
  void forget(const ports::RolloutKey& key);

 private:
  const kube::Client& client_;
  Guarded<std::map<ports::RolloutKey, std::int64_t>> newest_;  ///< written, and not yet followed by a rotation
};

}  // namespace pawl::adapters

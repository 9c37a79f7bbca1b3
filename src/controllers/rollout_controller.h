// One reconcile of one rollout: observe, advance, persist, converge, execute. Sees no Kubernetes.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/guarded.h"
#include "base/result.h"
#include "base/time.h"
#include "ports/evidence_source.h"
#include "ports/rollout_world.h"

namespace pawl::controllers {

/// What the queue should do with the key next.
struct Reconciled {
  std::optional<Instant> wake_at;
  bool wrote = false;  ///< something was changed: its own event brings the key back
};

/// Thread-safe as far as its ports are; never run two reconciles of one key at once.
class RolloutController {
 public:
  RolloutController(ports::RolloutWorld& world, ports::EvidenceSource& evidence, std::string actor)
      : world_(world), evidence_(evidence), actor_(std::move(actor)) {}

  /// An Error asks for a retry with backoff; Conflict means the copy was old and is no failure.
  [[nodiscard]] Result<Reconciled> reconcile(const ports::RolloutKey& key, Instant now);

 private:
  Result<bool> persist(const ports::RolloutKey& key, const domain::Observation& seen, domain::Advance& answer);
  Result<bool> execute(const ports::RolloutKey& key, const domain::Observation& seen,
                       const domain::RolloutStatus& status);

  Result<Reconciled> act(const ports::RolloutKey& key, const domain::Observation& seen, domain::Advance& answer,
                         Instant now);
  void note_refusal(const ports::RolloutKey& key, const Error& error);
  [[nodiscard]] std::string refusal_of(const ports::RolloutKey& key) const;

  ports::RolloutWorld& world_;
  ports::EvidenceSource& evidence_;
  std::string actor_;
  Guarded<std::map<ports::RolloutKey, std::string>>
      refused_;  ///< a write that was denied, until all writes succeed again
};

}  // namespace pawl::controllers

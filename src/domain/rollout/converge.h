// The mechanics half of the heart: `converge` names what closes the gap between intent and world. Pure.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "domain/rollout/observation.h"

namespace pawl::domain {

/// The immutable ConfigMap of a revision exists.
struct EnsureBundle {
  RevisionRef revision;
  bool operator==(const EnsureBundle&) const = default;
};
/// The revision's Deployment exists with this many replicas.
struct EnsureDeployment {
  RevisionRef revision;
  int replicas = 0;
  bool operator==(const EnsureDeployment&) const = default;
};
/// The named Service exists, and its selector names this digest.
struct EnsureService {
  std::string service;
  std::string digest;
  bool operator==(const EnsureService&) const = default;
};
/// The route exists and carries this share of the canary; `from` guards the change.
struct EnsureShare {
  int canary = 0;
  int from = 0;
  bool operator==(const EnsureShare&) const = default;
};
/// The route, which is ours, has the parents and hostnames of the spec.
struct EnsureAttached {
  bool operator==(const EnsureAttached&) const = default;
};
/// The Deployment and ConfigMap of this digest are gone.
struct EnsureRetired {
  std::string digest;
  bool operator==(const EnsureRetired&) const = default;
};
/// Nothing of the rollout holds traffic any more: let the object go.
struct ReleaseFinalizer {
  bool operator==(const ReleaseFinalizer&) const = default;
};

using Effect = std::variant<EnsureBundle, EnsureDeployment, EnsureService, EnsureShare, EnsureAttached, EnsureRetired,
                            ReleaseFinalizer>;

/// Ordered, idempotent effects; a world that matches its intent needs none. A share is lowered before
/// anything else and raised after everything else, and never above `status.weights.desired`. An unsound status
/// (sound.h) has no effects, except that a rollout which is being deleted gives its share back.
[[nodiscard]] std::vector<Effect> converge(const RolloutSpec& spec, const RolloutStatus& status, const World& world,
                                           bool deleting);

/// Replicas the candidate needs at this share.
[[nodiscard]] int candidate_replicas(const RolloutSpec& spec, const RolloutStatus& status);

/// One line for logs and golden files: "EnsureShare canary=1000 from=100".
[[nodiscard]] std::string describe(const Effect& effect);

}  // namespace pawl::domain

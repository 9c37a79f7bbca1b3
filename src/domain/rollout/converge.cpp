#include "domain/rollout/converge.h"

#include <algorithm>
#include <optional>
#include <type_traits>

#include "domain/rollout/gate.h"
#include "domain/rollout/sound.h"

namespace pawl::domain {
namespace {

const WorkloadView& workload_of(const World& world, const std::string& digest) {
  static const WorkloadView kNone;
  const auto it = world.workloads.find(digest);
  return it == world.workloads.end() ? kNone : it->second;
}

void want_workload(std::vector<Effect>& effects, const World& world, const RevisionRef& revision, int replicas) {
  const WorkloadView& seen = workload_of(world, revision.digest);
  if (!seen.bundle_present) effects.emplace_back(EnsureBundle{revision});
  if (!seen.deployment_present || seen.wanted != replicas) effects.emplace_back(EnsureDeployment{revision, replicas});
}

/// A Service that selects ready pods is not moved to a revision that has none.
bool would_empty(const World& world, const ServiceView& seen, const std::string& digest) {
  return seen.present && seen.ready_endpoints > 0 && workload_of(world, digest).ready == 0;
}

void want_service(std::vector<Effect>& effects, const ServiceView& seen, const std::string& service,
                  const std::string& digest) {
  if (seen.foreign) return;  // advance says so in a condition; nothing of the user's is edited
  if (!seen.present || seen.selects != digest) effects.emplace_back(EnsureService{service, digest});
}

/// The digest the stable Service selects: the candidate's once a promotion repoints it.
std::string stable_service_digest(const RolloutStatus& status) {
  const bool repointed = status.phase == Phase::Promoting &&
                         (status.promotion == PromotionStage::Repoint || status.promotion == PromotionStage::ShiftBack);
  return repointed && status.candidate ? status.candidate->revision.digest : status.stable->digest;
}

bool carries_our_split(const RouteView& route) { return !route.foreign && route.problem.empty(); }

/// Another rollout may have the rule now: a share that leads to our own canary is still ours to take back.
bool may_take_back(const World& world) {
  return carries_our_split(world.route) && (!world.route.yielded || is_ours(world.canary_service));
}

/// The canary Service leads to the candidate, and the replicas that the share asks for are ready before it moves.
bool share_may_rise(const RolloutSpec& spec, const RolloutStatus& status, const World& world) {
  if (!status.candidate || world.canary_service.selects != status.candidate->revision.digest) return false;
  const WorkloadView& candidate = workload_of(world, status.candidate->revision.digest);
  return world.canary_service.ready_endpoints > 0 && candidate.wrong_digest.empty() &&
         candidate.ready >= candidate_replicas(spec, status);
}

/// The candidate's replicas rise with the share; while traffic is being taken back they stay as they are.
void want_candidate(std::vector<Effect>& effects, const RolloutSpec& spec, const RolloutStatus& status,
                    const World& world) {
  const RevisionRef& revision = status.candidate->revision;
  const WorkloadView& seen = workload_of(world, revision.digest);
  const bool leaving = status.phase == Phase::RollingBack;
  if (leaving && !seen.deployment_present) return;  // nothing to drain
  want_workload(effects, world, revision, leaving ? seen.wanted : candidate_replicas(spec, status));
}

bool wanted(const RolloutStatus& status, const std::string& digest) {
  const auto names = [&](const std::optional<RevisionRef>& r) { return r && r->digest == digest; };
  return names(status.stable) || names(status.previous) ||
         (status.candidate && status.candidate->revision.digest == digest);
}

/// There is a previous stable to go back to; one that was taken back itself only drains and is not made again.
bool is_warm(const RolloutStatus& status) {
  return status.previous && std::none_of(status.quarantine.begin(), status.quarantine.end(),
                                         [&](const QuarantineEntry& q) { return q.digest == status.previous->digest; });
}

/// A workload may go only when no share can reach it: the written and accepted share of the canary is zero.
void retire_unwanted(std::vector<Effect>& effects, const RolloutStatus& status, const World& world) {
  const bool canary_empty = world.route.present && world.route.canary == 0 && world.route.accepted;
  for (const auto& [digest, seen] : world.workloads) {
    const bool selected = world.stable_service.selects == digest;
    if (!wanted(status, digest) && !selected && (canary_empty || world.canary_service.selects != digest)) {
      effects.emplace_back(EnsureRetired{digest});
    }
  }
}

/// A first revision that the gate refused never served.
void retire_rejected(std::vector<Effect>& effects, const RolloutStatus& status, const World& world) {
  for (const QuarantineEntry& refused : status.quarantine) {
    const bool selected =
        world.stable_service.selects == refused.digest || world.canary_service.selects == refused.digest;
    if (world.workloads.contains(refused.digest) && !selected) effects.emplace_back(EnsureRetired{refused.digest});
  }
}

/// A first revision that must pass the gate is deployed and reached by nobody else.
bool waits_at_the_gate(const RolloutSpec& spec, const RolloutStatus& status) {
  return status.phase == Phase::Starting && first_revision_is_gated(spec.gate) &&
         !(status.gate && status.gate->state == GateState::Passed);
}

}  // namespace

int candidate_replicas(const RolloutSpec& spec, const RolloutStatus& status) {
  if (status.phase == Phase::Promoting) return std::max(spec.delivery.stable_replicas, spec.delivery.canary_replicas);
  const int by_share = (spec.delivery.stable_replicas * status.weights.desired + kWholeShare - 1) / kWholeShare;
  return std::max(spec.delivery.canary_replicas, by_share);
}

std::vector<Effect> converge(const RolloutSpec& spec, const RolloutStatus& status, const World& world, bool deleting) {
  std::vector<Effect> effects;
  if (!deleting && unsound(status)) return effects;  // advance says so in a condition
  const bool moves = spec.enforcement == Enforcement::Enforce;
  const bool route_usable = carries_our_split(world.route) && !world.route.yielded;
  const int desired = status.weights.desired;
  // A pair that does not sum to the whole (a fresh adopted route, a foreign edit) is put right at once.
  const bool broken_sum = world.route.stable + world.route.canary != kWholeShare;
  const bool lower = world.route.present && (world.route.canary > desired || (broken_sum && !world.route.yielded));
  const bool may_rise = share_may_rise(spec, status, world);
  const int safe_share =
      may_rise ? std::min(desired, world.route.canary) : 0;  // a repair never raises; that comes last
  if (moves && may_take_back(world) && lower) {
    effects.emplace_back(EnsureShare{broken_sum ? safe_share : desired, world.route.canary});
  }
  if (deleting) {
    if (!world.route.present || !may_take_back(world) || !moves || (world.route.canary == 0 && !lower)) {
      effects.emplace_back(ReleaseFinalizer{});
    }
    return effects;
  }
  if (!status.stable) {
    retire_rejected(effects, status, world);
    return effects;
  }

  want_workload(effects, world, *status.stable, spec.delivery.stable_replicas);
  if (waits_at_the_gate(spec, status)) return effects;
  if (is_warm(status)) want_workload(effects, world, *status.previous, spec.delivery.stable_replicas);
  if (status.candidate && status.phase != Phase::Stable) {
    want_candidate(effects, spec, status, world);
  }
  const std::string stable_digest = stable_service_digest(status);
  if (!would_empty(world, world.stable_service, stable_digest)) {
    want_service(effects, world.stable_service, spec.traffic.stable_service, stable_digest);
  }
  // With no share the canary Service may point anywhere; with one it must not move.
  const bool canary_free = world.route.canary == 0 && desired == 0;
  const std::string canary_digest = status.candidate ? status.candidate->revision.digest : status.stable->digest;
  if (canary_free || !world.canary_service.present) {
    want_service(effects, world.canary_service, spec.traffic.canary_service, canary_digest);
  }

  const bool create = !world.route.present && spec.traffic.mode == TrafficMode::Managed;
  const bool raise = world.route.present && world.route.canary < desired && may_rise && !world.route.fought_over;
  const bool stray = world.route.present && !world.route.attached && spec.traffic.mode == TrafficMode::Managed;
  if (moves && route_usable && stray) effects.emplace_back(EnsureAttached{});
  if (moves && route_usable && create) effects.emplace_back(EnsureShare{0, 0});
  if (moves && route_usable && raise && !lower) effects.emplace_back(EnsureShare{desired, world.route.canary});
  retire_unwanted(effects, status, world);
  return effects;
}

std::string describe(const Effect& effect) {
  return std::visit(
      [](const auto& e) -> std::string {
        using T = std::decay_t<decltype(e)>;
        if constexpr (std::is_same_v<T, EnsureBundle>) return "EnsureBundle " + e.revision.name;
        else if constexpr (std::is_same_v<T, EnsureDeployment>) {
          return "EnsureDeployment " + e.revision.name + " replicas=" + std::to_string(e.replicas);
        } else if constexpr (std::is_same_v<T, EnsureService>) {
          return "EnsureService " + e.service + " digest=" + e.digest.substr(0, 12);
        } else if constexpr (std::is_same_v<T, EnsureShare>) {
          return "EnsureShare canary=" + std::to_string(e.canary) + " from=" + std::to_string(e.from);
        } else if constexpr (std::is_same_v<T, EnsureAttached>) return "EnsureAttached";
        else if constexpr (std::is_same_v<T, EnsureRetired>) return "EnsureRetired digest=" + e.digest.substr(0, 12);
        else return "ReleaseFinalizer";
      },
      effect);
}

}  // namespace pawl::domain

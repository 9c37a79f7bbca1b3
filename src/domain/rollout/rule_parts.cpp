#include "domain/rollout/rule_parts.h"

#include <algorithm>

namespace pawl::domain {

const WorkloadView* workload(const Observation& seen, const RevisionRef& revision) {
  const auto it = seen.world.workloads.find(revision.digest);
  return it == seen.world.workloads.end() ? nullptr : &it->second;
}

bool serves(const Observation& seen, const RevisionRef& revision, int replicas) {
  const WorkloadView* w = workload(seen, revision);
  return w != nullptr && w->bundle_present && w->ready >= replicas && w->verified >= replicas &&
         w->wrong_digest.empty();
}

bool share_accepted(const Observation& seen, int share) {
  const RouteView& route = seen.world.route;
  return route.present && route.accepted && route.canary == share && route.stable == kWholeShare - share;
}

std::string contention_text(const RouteView& route) {
  return route.contender + " changes the weights that pawl writes; exclude them from its sync";
}

Step current_step(const Observation& seen) {
  if (seen.spec.steps.empty()) return {};
  const std::size_t last = seen.spec.steps.size() - 1;
  return seen.spec.steps[std::min(static_cast<std::size_t>(std::max(seen.status.step, 0)), last)];
}

Instant deadline_of(const Observation& seen) {
  const bool preparing = seen.status.phase == Phase::Preparing && seen.status.last_decision;
  return (preparing ? seen.status.last_decision->at : seen.status.candidate->started_at) +
         seen.spec.analysis.max_duration;
}

bool is_quarantined(const RolloutStatus& status, const RevisionRef& revision) {
  return std::any_of(status.quarantine.begin(), status.quarantine.end(),
                     [&](const QuarantineEntry& q) { return q.digest == revision.digest; });
}

bool judging(const RolloutStatus& s) {
  return s.phase == Phase::Canary || (s.phase == Phase::Promoting && s.candidate);
}

Advance stay(const Observation& seen, std::string rule, std::string word, std::string message,
             std::optional<Instant> wake) {
  Advance out;
  out.status = seen.status;
  out.why = {std::move(rule), std::move(word), std::move(message)};
  out.wake_at = wake;
  out.status.next = {wake, out.why.message};
  return out;
}

void set_share(RolloutStatus& status, int share, Instant now) {
  if (status.weights.desired == share) return;
  status.weights.desired = share;
  status.weights.accepted.reset();
  status.weights.measured.reset();
  if (!status.candidate) return;
  status.weights.changes.push_back({now, share});
  status.candidate->step_started_at.reset();
}

}  // namespace pawl::domain

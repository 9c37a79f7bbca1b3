// How the first revision of an agent comes to serve.
#include "domain/rollout/candidates.h"
#include "domain/rollout/ending.h"
#include "domain/rollout/rule_parts.h"
#include "domain/rollout/rules.h"

namespace pawl::domain {
namespace {

std::string foreign_service(const Observation& seen) {
  if (seen.world.stable_service.foreign) {
    return "spec.traffic.stableService: Service " + seen.spec.traffic.stable_service;
  }
  if (seen.world.canary_service.foreign) {
    return "spec.traffic.canaryService: Service " + seen.spec.traffic.canary_service;
  }
  return {};
}

}  // namespace

Answer choose_the_first_revision(const Observation& seen, Instant now) {
  if (seen.status.stable) return std::nullopt;
  const RevisionView* first = initial_revision(seen);
  if (first == nullptr) {
    const bool rejected = !seen.status.history.empty() && seen.status.history.back().outcome == Outcome::Rejected;
    return stay(
        seen, "choose_the_first_revision", "NoInitialRevision",
        rejected ? "the gate rejected " + seen.status.history.back().revision.name +
                       "; create another AgentRevision without a parent, or name one in spec.initialRevision"
        : seen.spec.initial_revision
            ? "spec.initialRevision names " + *seen.spec.initial_revision + ", which does not exist for this agent"
            : "no AgentRevision without a parent exists for agent " + seen.spec.agent + "; create one");
  }
  Advance out = stay(seen, "choose_the_first_revision", "InitialRevision",
                     first->name + " is the first revision and takes all traffic");
  out.status.phase = Phase::Starting;
  set_share(out.status, 0, now);  // a status that was begun again by hand may still want one
  out.status.stable = RevisionRef{first->name, first->digest};
  record_decision(out, "Accepted", *out.status.stable, now);
  return out;
}

Answer start_the_first_revision(const Observation& seen, Instant) {
  if (seen.status.phase != Phase::Starting && seen.status.phase != Phase::Pending) return std::nullopt;
  if (!seen.world.pod_template_present) {
    return stay(seen, "start_the_first_revision", "PodTemplateMissing",
                "spec.delivery.podTemplate: PodTemplate " + seen.spec.delivery.pod_template +
                    " does not exist in this namespace; apply it");
  }
  if (!serves(seen, *seen.status.stable, 1)) {
    const WorkloadView* w = workload(seen, *seen.status.stable);
    const bool wrong = w != nullptr && !w->wrong_digest.empty();
    return stay(seen, "start_the_first_revision", wrong ? "WrongDigest" : "StableStarting",
                wrong
                    ? w->wrong_digest
                    : "waiting for a pod of " + seen.status.stable->name + " to be ready and to serve its own bundle");
  }
  if (const std::string service = foreign_service(seen); !service.empty()) {
    return stay(seen, "start_the_first_revision", "ServiceNotOurs",
                service + " exists and was not made by this rollout; choose another name, or remove it");
  }
  if (seen.world.stable_service.selects != seen.status.stable->digest ||
      seen.world.stable_service.ready_endpoints == 0) {
    return stay(seen, "start_the_first_revision", "StableStarting",
                "waiting for the stable Service to have ready endpoints of " + seen.status.stable->name);
  }
  if (!seen.world.route.problem.empty()) {
    return stay(seen, "start_the_first_revision", "RouteUnusable", seen.world.route.problem);
  }
  if (!share_accepted(seen, 0)) {
    return stay(seen, "start_the_first_revision", "RouteNotAccepted",
                seen.world.route.not_accepted_because.empty() ? "waiting for the gateway to accept the route"
                                                              : seen.world.route.not_accepted_because);
  }
  Advance out = stay(seen, "start_the_first_revision", "Serving", seen.status.stable->name + " serves all traffic");
  out.status.phase = Phase::Stable;
  out.status.weights.accepted = 0;
  return out;
}

}  // namespace pawl::domain

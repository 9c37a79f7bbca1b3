#include "simulation/operator_world.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "codec/status_codec.h"

namespace pawl::simulation {
namespace {

using domain::RevisionPhase;

domain::WorkloadView view_of(const WorkloadObject& w) {
  domain::WorkloadView out;
  out.bundle_present = w.bundle;
  out.deployment_present = w.deployment;
  out.wanted = w.wanted;
  out.ready = w.ready;
  out.verified = w.ready;
  return out;
}

domain::ServiceView view_of_service(const Objects& o, const std::string& digest) {
  domain::ServiceView out;
  out.present = !digest.empty();
  out.selects = digest;
  const auto it = o.workloads.find(digest);
  out.ready_endpoints = it == o.workloads.end() ? 0 : it->second.ready;
  return out;
}

domain::World world_of(const Objects& o) {
  domain::World world;
  world.pod_template_present = true;
  for (const auto& [digest, w] : o.workloads) world.workloads[digest] = view_of(w);
  world.stable_service = view_of_service(o, o.services.stable);
  world.canary_service = view_of_service(o, o.services.canary);
  world.route.present = o.route.present;
  world.route.canary = o.route.canary;
  world.route.stable = domain::kWholeShare - o.route.canary;
  world.route.accepted = o.route.accepted;
  world.measures_share = true;
  world.measured_share = o.route.measured;
  world.measured_about_zero = o.route.accepted && o.route.measured == 0;
  return world;
}

RevisionPhase phase_after(domain::Outcome outcome) {
  switch (outcome) {
    case domain::Outcome::Promoted:
      return RevisionPhase::Retired;
    case domain::Outcome::RolledBack:
      return RevisionPhase::RolledBack;
    case domain::Outcome::Inconclusive:
      return RevisionPhase::Inconclusive;
    case domain::Outcome::Superseded:
      return RevisionPhase::Superseded;
    case domain::Outcome::Rejected:
      return RevisionPhase::Rejected;
    case domain::Outcome::Withdrawn:
      return RevisionPhase::Pending;
    case domain::Outcome::None:
      return RevisionPhase::Retired;
  }
  return RevisionPhase::Pending;
}

RevisionPhase phase_of(const domain::RevisionView& r, const domain::RolloutStatus& status,
                       const std::vector<domain::Refusal>& refusals) {
  if (status.stable && status.stable->name == r.name) return RevisionPhase::Promoted;
  if (status.candidate && status.candidate->revision.name == r.name) {
    return status.weights.desired > 0 ? RevisionPhase::Canary : RevisionPhase::Admitted;
  }
  for (const auto& refusal : refusals) {
    if (refusal.revision == r.name) return refusal.phase;
  }
  for (auto it = status.history.rbegin(); it != status.history.rend(); ++it) {
    if (it->revision.name == r.name) return phase_after(it->outcome);
  }
  return r.phase == RevisionPhase::Promoted ? RevisionPhase::Retired : r.phase;
}

}  // namespace

void OperatorWorld::list_again() {
  view_ = cluster_.truth;
  at_least_ = {};
  if (cluster_.unreadable) view_.copy_kind(*cluster_.unreadable, Objects{});
}

void OperatorWorld::take_over() { at_least_ = cluster_.truth.version; }

Result<std::optional<domain::Observation>> OperatorWorld::observe(const ports::RolloutKey& key, Instant) {
  for (const Kind kind : kAllKinds) {
    if (view_.version_of(kind) < at_least_[static_cast<std::size_t>(kind)]) {
      return fail(ErrorKind::Conflict, "the copy is older than our own last write");
    }
  }
  based_on_ = view_.version_of(Kind::Rollout);
  if (!view_.rollout.present) return std::optional<domain::Observation>{};
  domain::Observation seen;
  seen.ns = key.ns;
  seen.name = key.name;
  seen.generation = view_.rollout.generation;
  seen.deleting = view_.rollout.deleting;
  seen.spec = view_.rollout.spec;
  seen.spec_faults = view_.rollout.faults;
  seen.status = view_.rollout.status;
  seen.revisions = view_.revisions;
  seen.world = world_of(view_);
  if (cluster_.unreadable) seen.denied = "cannot list kind " + std::to_string(static_cast<int>(*cluster_.unreadable));
  return std::optional<domain::Observation>(std::move(seen));
}

Status OperatorWorld::write(Kind kind, const std::string& what, const std::function<void(Objects&)>& change) {
  const Status done = cluster_.write(kind, what, change);
  // Own writes are remembered. After an answer that was lost, nothing older than the live object is believed.
  const bool may_have_been_applied = done || done.error().kind == ErrorKind::Unknown;
  if (may_have_been_applied) at_least_[static_cast<std::size_t>(kind)] = cluster_.truth.version_of(kind);
  return done;
}

Status OperatorWorld::write_record(const ports::RolloutKey&, const domain::Record& record) {
  cluster_.let_others_act();
  const std::string hash = domain::record_sha256(domain::canonical_text(record));
  return cluster_.write(
      Kind::Rollout, "record " + std::to_string(record.sequence) + " " + record.what + " " + record.reason,
      [&](Objects& o) {
        cluster_.records.insert_or_assign(hash, record);
        --o.version[static_cast<std::size_t>(Kind::Rollout)];  // a ConfigMap: the rollout did not change
      });
}

Status OperatorWorld::write_status(const ports::RolloutKey&, const domain::Observation&,
                                   const domain::RolloutStatus& status) {
  cluster_.let_others_act();
  if (!cluster_.truth.rollout.present) return fail(ErrorKind::NotFound, "the rollout is gone");
  if (cluster_.truth.version_of(Kind::Rollout) != based_on_) return fail(ErrorKind::Conflict, "the rollout changed");
  const std::string what = "status phase=" + std::to_string(static_cast<int>(status.phase)) +
                           " desired=" + std::to_string(status.weights.desired) + " " + status.next.what;
  const Status done = write(Kind::Rollout, what, [&](Objects& o) {
    laws_.before_status(status);
    o.rollout.status = codec::parse_rollout_status(codec::render_rollout_status(status, o.rollout.spec));
  });
  if (done) based_on_ = cluster_.truth.version_of(Kind::Rollout);
  return done;
}

Status OperatorWorld::write_revisions(const ports::RolloutKey&, const domain::Observation& seen,
                                      const domain::RolloutStatus& status, const std::vector<domain::Refusal>& refusals,
                                      Instant) {
  for (const auto& revision : seen.revisions) {
    const RevisionPhase phase = phase_of(revision, status, refusals);
    if (phase == revision.phase) continue;
    cluster_.let_others_act();
    if (moved_on()) return fail(ErrorKind::Conflict, "the rollout changed");
    const Status done =
        write(Kind::Revisions, "revision " + revision.name + " phase=" + std::to_string(static_cast<int>(phase)),
              [&](Objects& o) {
                for (auto& r : o.revisions) r.phase = r.name == revision.name ? phase : r.phase;
              });
    if (!done) return done;
  }
  return {};
}

Status OperatorWorld::execute(const ports::RolloutKey&, const domain::Observation&, const domain::Effect& effect) {
  cluster_.let_others_act();
  const auto* share = std::get_if<domain::EnsureShare>(&effect);
  const bool lowers = share != nullptr && share->canary < share->from;
  if (!lowers && moved_on()) return fail(ErrorKind::Conflict, "the rollout changed since it was read");
  return std::visit([&](const auto& e) { return apply(e, domain::describe(effect)); }, effect);
}

Status OperatorWorld::apply(const domain::EnsureBundle& effect, const std::string& what) {
  return write(Kind::Workloads, what, [&](Objects& o) {
    laws_.before_bundle(effect.revision.digest);
    o.workloads[effect.revision.digest].bundle = true;
  });
}

Status OperatorWorld::apply(const domain::EnsureDeployment& effect, const std::string& what) {
  return write(Kind::Workloads, what, [&](Objects& o) {
    laws_.before_scaling(effect.revision.digest, effect.replicas);
    WorkloadObject& w = o.workloads[effect.revision.digest];
    w.deployment = true;
    w.wanted = effect.replicas;
    w.ready = std::min(w.ready, w.wanted);
    w.ready_at = cluster_.now + Duration{static_cast<std::int64_t>(cluster_.random.below(20'000))};
  });
}

Status OperatorWorld::apply(const domain::EnsureService& effect, const std::string& what) {
  return write(Kind::Services, what, [&](Objects& o) {
    const bool stable = effect.service == o.rollout.spec.traffic.stable_service;
    laws_.before_service(stable, effect.digest);
    (stable ? o.services.stable : o.services.canary) = effect.digest;
  });
}

Status OperatorWorld::apply(const domain::EnsureShare& effect, const std::string& what) {
  const RouteObject& live = cluster_.truth.route;
  if (live.present && live.canary != effect.from) {
    return fail(ErrorKind::Conflict, "the weights are not those that were read");
  }
  return write(Kind::Route, what, [&](Objects& o) {
    laws_.before_share(effect.canary);
    o.route.present = true;
    o.route.canary = effect.canary;
    o.route.accepted = false;
    o.route.accept_at = cluster_.now + Duration{static_cast<std::int64_t>(cluster_.random.below(15'000))};
  });
}

Status OperatorWorld::apply(const domain::EnsureRetired& effect, const std::string& what) {
  return write(Kind::Workloads, what, [&](Objects& o) {
    laws_.before_retirement(effect.digest);
    o.workloads.erase(effect.digest);
  });
}

Status OperatorWorld::apply(const domain::ReleaseFinalizer&, const std::string& what) {
  if (fenced && cluster_.truth.route.canary != 0) return fail(ErrorKind::Conflict, "the route still has a share");
  return write(Kind::Rollout, what, [&](Objects& o) {
    laws_.before_release();
    o.rollout.present = false;
  });
}

}  // namespace pawl::simulation

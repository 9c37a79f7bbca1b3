#include "simulation/sim_cluster.h"

#include "base/sha256.h"

namespace pawl::simulation {

std::string digest_of(const std::string& content) { return sha256_hex(content); }

void Objects::copy_kind(Kind kind, const Objects& from) {
  switch (kind) {
    case Kind::Rollout:
      rollout = from.rollout;
      break;
    case Kind::Revisions:
      revisions = from.revisions;
      break;
    case Kind::Workloads:
      workloads = from.workloads;
      break;
    case Kind::Services:
      services = from.services;
      break;
    case Kind::Route:
      route = from.route;
      break;
  }
  version[static_cast<std::size_t>(kind)] = from.version_of(kind);
}

SimCluster::SimCluster(std::uint64_t seed, domain::RolloutSpec spec) : random(seed) {
  truth.rollout.spec = std::move(spec);
}

void SimCluster::tick(Duration step) {
  now += step;
  for (auto& [digest, w] : truth.workloads) {
    if (!w.deployment || w.ready == w.wanted || now < w.ready_at) continue;
    w.ready = w.wanted;
    ++truth.version[static_cast<std::size_t>(Kind::Workloads)];
  }
  RouteObject& route = truth.route;
  if (route.present && !route.accepted && now >= route.accept_at) {
    route.accepted = true;
    route.in_force = route.canary;
    ++truth.version[static_cast<std::size_t>(Kind::Route)];
  }
  if (route.measured != route.in_force && random.chance(0.5)) {
    route.measured = route.in_force;
    ++truth.version[static_cast<std::size_t>(Kind::Route)];
  }
  expose();
}

void SimCluster::expose() {
  if (truth.route.in_force > 0 && !truth.services.canary.empty()) exposed_at.try_emplace(truth.services.canary, now);
}

std::optional<Strike> SimCluster::struck() {
  if (strike_after > 0 && --strike_after == 0) return strike;
  double dice = random.unit();
  const auto hit = [&](double rate) {
    const bool below = dice < rate;
    dice -= rate;
    return below;
  };
  if (hit(faults.conflict)) return Strike::Conflict;
  if (hit(faults.unavailable)) return Strike::Unavailable;
  if (hit(faults.unknown)) return Strike::AnswerLost;
  if (hit(faults.crash)) return Strike::Crash;
  return std::nullopt;
}

Status SimCluster::write(Kind kind, const std::string& what, const std::function<void(Objects&)>& apply) {
  ++writes;
  if (refused == kind) return fail(ErrorKind::Denied, "simulated denial: " + what);
  const auto strikes = struck();
  if (strikes == Strike::Conflict || strikes == Strike::Unavailable) {
    trace.push_back((strikes == Strike::Conflict ? "conflict: " : "unavailable: ") + what);
    return fail(strikes == Strike::Conflict ? ErrorKind::Conflict : ErrorKind::Unavailable,
                "simulated refusal: " + what);
  }
  apply(truth);
  ++truth.version[static_cast<std::size_t>(kind)];
  trace.push_back(format_rfc3339(now) + " " + what);
  expose();
  if (strikes == Strike::Crash) {
    trace.push_back("crash after: " + what);
    throw Crash{};
  }
  if (strikes == Strike::AnswerLost) {
    trace.push_back("answer lost: " + what);
    return fail(ErrorKind::Unknown, "simulated time-out: " + what);
  }
  return {};
}

void SimCluster::let_others_act() {
  if (!between) return;
  const auto act = std::move(between);
  between = nullptr;
  act();
}

void SimCluster::change(Kind kind, const std::function<void(Objects&)>& apply) {
  apply(truth);
  ++truth.version[static_cast<std::size_t>(kind)];
}

void SimCluster::user_creates(const std::string& name, const std::string& content, bool first) {
  domain::RevisionView revision;
  revision.name = name;
  revision.agent = truth.rollout.spec.agent;
  if (!first) revision.parent = truth.revisions.front().name;
  revision.digest = digest_of(content);
  revision.created = now;
  trace.push_back(format_rfc3339(now) + " user creates " + name);
  change(Kind::Revisions, [&](Objects& o) { o.revisions.push_back(revision); });
}

void SimCluster::user_deletes_rollout() {
  trace.push_back(format_rfc3339(now) + " user deletes the rollout");
  change(Kind::Rollout, [](Objects& o) { o.rollout.deleting = true; });
}

}  // namespace pawl::simulation

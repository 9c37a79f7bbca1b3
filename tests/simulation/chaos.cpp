#include "simulation/chaos.h"

namespace pawl::simulation {
namespace {

constexpr int kContents = 6;

std::string content(int i) { return "content-" + std::to_string(i); }

Duration up_to(Random& random, std::uint64_t limit_ms) {
  return Duration{static_cast<std::int64_t>(random.below(limit_ms))};
}

/// Each danger is absent in about half of the runs, so that their effects are seen alone and together.
double maybe(Random& random, double highest) { return random.chance(0.5) ? random.unit() * highest : 0.0; }

}  // namespace

Chaos::Chaos(Simulation& sim, std::uint64_t seed) : sim_(sim), random_(seed * 7919 + 1) {
  dangers.faults.conflict = maybe(random_, 0.2);
  dangers.faults.unavailable = maybe(random_, 0.2);
  dangers.faults.unknown = maybe(random_, 0.2);
  dangers.faults.crash = maybe(random_, 0.1);
  dangers.freshness = 1.0 - maybe(random_, 0.9);
  const bool two = sim.worlds.size() > 1;
  dangers.leader_change = two ? maybe(random_, 0.2) : 0;
  dangers.lost_mid_reconcile = two ? maybe(random_, 0.3) : 0;
  dangers.clock_step = maybe(random_, 0.05);
  dangers.pod_loss = maybe(random_, 0.01);
  dangers.refusal = maybe(random_, 0.02);
  script_natures();
  script_deadline();
  if (random_.chance(0.5)) script_gate();
  for (auto& world : sim.worlds) world->list_again();
  if (dangers.clock_step > 0) sim.laws.clocks_apart = Duration{1'200'000};
  sim.cluster.faults = dangers.faults;
  sim.cluster.user_creates("r0", "zero", true);
}

void Chaos::script_natures() {
  for (int i = 0; i < kContents; ++i) {
    Nature nature;
    nature.proven_after = Duration{60'000} + up_to(random_, 200'000);
    if (random_.chance(0.3)) nature.leaks_after = up_to(random_, 400'000);
    if (random_.chance(0.2)) nature.regresses_after = up_to(random_, 200'000);
    if (random_.chance(0.1)) nature.proven_after = Duration{24 * 3'600'000};  // never: its deadline comes first
    sim_.prometheus.natures[digest_of(content(i))] = nature;
  }
  for (int i = 0; i < 3; ++i) {
    if (!random_.chance(0.5)) continue;
    const Instant from = sim_.cluster.now + up_to(random_, 2'000'000);
    sim_.prometheus.outages.push_back({from, from + up_to(random_, 300'000)});
  }
}

void Chaos::script_deadline() {
  if (!random_.chance(0.3)) return;
  sim_.cluster.truth.rollout.spec.analysis.max_duration = Duration{120'000} + up_to(random_, 600'000);
}

void Chaos::script_gate() {
  auto& spec = sim_.cluster.truth.rollout.spec.gate;
  spec.suites = {"held-out"};
  spec.required = random_.chance(0.8);
  if (random_.chance(0.2)) spec.initial = domain::InitialPolicy::RequireThresholds;
  if (random_.chance(0.5)) {
    sim_.gate.holds = Duration{660'000} + up_to(random_, 600'000);  // more than the clocks are apart
  }
  using domain::GateVerdict;
  for (int i = 0; i < kContents; ++i) {
    GateNature nature;
    nature.answers_after = up_to(random_, random_.chance(0.3) ? 300'000 : 30'000);
    if (random_.chance(0.1)) nature.answers_after.reset();
    if (random_.chance(0.2)) nature.verdict = GateVerdict::Fail;
    else if (random_.chance(0.1)) nature.verdict = GateVerdict::Insufficient;
    if (random_.chance(0.3)) nature.flaw = static_cast<Flaw>(1 + random_.below(4));
    sim_.gate.natures[digest_of(content(i))] = nature;
  }
}

void Chaos::user_acts() {
  if (!random_.chance(dangers.user_acts)) return;
  if (random_.chance(0.7)) {
    ++created_;
    sim_.cluster.user_creates("r" + std::to_string(created_), content(static_cast<int>(random_.below(kContents))));
    return;
  }
  users_change_their_mind();
}

void Chaos::users_change_their_mind() {
  SimCluster& cluster = sim_.cluster;
  if (random_.chance(0.1)) {
    cluster.trace.push_back("user changes how long a verdict holds");
    cluster.change(Kind::Rollout, [&](Objects& o) {
      o.rollout.spec.gate.max_age = Duration{3'600'000} * static_cast<std::int64_t>(1 + random_.below(3));
      ++o.rollout.generation;
    });
    return;
  }
  const auto dice = random_.below(20);
  if (dice == 0) {
    cluster.user_deletes_rollout();
  } else if (dice < 8) {
    cluster.trace.push_back("user pauses or goes on");
    cluster.change(Kind::Rollout, [](Objects& o) {
      o.rollout.spec.paused = !o.rollout.spec.paused;
      ++o.rollout.generation;
    });
  } else if (const auto& candidate = sim_.status().candidate) {
    const std::string name = candidate->revision.name;
    cluster.trace.push_back("user deletes " + name);
    cluster.change(Kind::Revisions,
                   [&](Objects& o) { std::erase_if(o.revisions, [&](const auto& r) { return r.name == name; }); });
  }
}

void Chaos::clock_steps() {
  if (!random_.chance(dangers.clock_step)) return;
  sim_.clock.offset = up_to(random_, 1'200'000) - Duration{600'000};
  sim_.cluster.trace.push_back("the clock is off by " + std::to_string(sim_.clock.offset.count()) + "ms");
}

void Chaos::pods_die() {
  SimCluster& cluster = sim_.cluster;
  for (auto& [digest, w] : cluster.truth.workloads) {
    if (!random_.chance(dangers.pod_loss)) continue;
    cluster.trace.push_back("pods die");
    cluster.change(Kind::Workloads, [&](Objects&) {
      w.ready = 0;
      w.ready_at = cluster.now + up_to(random_, 30'000);
    });
  }
}

void Chaos::rights_come_and_go() {
  SimCluster& cluster = sim_.cluster;
  if (cluster.refused || cluster.unreadable) {
    if (!random_.chance(0.05)) return;
    cluster.trace.push_back("every right is there again");
    cluster.refused.reset();
    cluster.unreadable.reset();
  } else if (random_.chance(dangers.refusal)) {
    const Kind kind = kAllKinds[random_.below(kKinds)];
    const bool may_not_read = kind != Kind::Rollout && random_.chance(0.5);  // without rollouts it looks at nothing
    (may_not_read ? cluster.unreadable : cluster.refused) = kind;
    cluster.trace.push_back(std::string(may_not_read ? "no right to list" : "no right to write") + " kind " +
                            std::to_string(static_cast<int>(kind)));
  }
}

void Chaos::run(int steps) {
  for (int i = 0; i < steps; ++i) {
    user_acts();
    clock_steps();
    pods_die();
    rights_come_and_go();
    if (random_.chance(dangers.leader_change)) sim_.change_leader();
    if (random_.chance(dangers.lost_mid_reconcile)) sim_.lose_leadership_at_the_next_write();
    sim_.step(dangers.freshness);
  }
}

}  // namespace pawl::simulation

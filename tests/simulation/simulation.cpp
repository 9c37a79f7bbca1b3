#include "simulation/simulation.h"

namespace pawl::simulation {
namespace {

const ports::RolloutKey kKey{"agents", "support"};

}  // namespace

domain::RolloutSpec usual_spec() {
  domain::RolloutSpec spec;
  spec.agent = "support";
  spec.traffic.route_name = "support";
  spec.traffic.gateway = domain::GatewayRef{"public", "", ""};
  spec.traffic.stable_service = "support-stable";
  spec.traffic.canary_service = "support-canary";
  spec.delivery.pod_template = "support";
  spec.delivery.stable_replicas = 3;
  spec.steps = {{"one", 100, Duration{20'000}}, {"ten", 1'000, Duration{20'000}}, {"half", 5'000, Duration{20'000}}};
  spec.breakers = {{"leak", "secret", 0, false}};
  return spec;
}

Simulation::Simulation(std::uint64_t seed, int operators) : cluster(seed, usual_spec()) {
  for (int i = 0; i < operators; ++i) {
    worlds.push_back(std::make_unique<OperatorWorld>(cluster, laws));
    evidence.push_back(std::make_unique<SimEvidence>(prometheus));
    controllers_.push_back(
        std::make_unique<controllers::RolloutController>(*worlds.back(), *evidence.back(), "pawl-operator"));
  }
}

void Simulation::restart(std::size_t which) {
  ++crashes;
  worlds[which]->list_again();
  evidence[which]->lose_memory();
  controllers_[which] =
      std::make_unique<controllers::RolloutController>(*worlds[which], *evidence[which], "pawl-operator");
}

void Simulation::reconcile(std::size_t which) {
  const bool fresh = worlds[which]->fresh();
  try {
    const auto outcome = controllers_[which]->reconcile(kKey, clock.wall(cluster.now));
    laws.after_reconcile(fresh && outcome, *evidence[which]);
  } catch (const Crash&) {
    restart(which);
  }
}

void Simulation::step(double freshness) {
  cluster.tick(Duration{static_cast<std::int64_t>(cluster.random.below(10'000))});
  gate.tick();
  for (auto& world : worlds) {
    for (const Kind kind : kAllKinds) {
      if (cluster.random.chance(freshness)) world->catch_up(kind);
    }
  }
  reconcile(leader);
}

void Simulation::change_leader() {
  leader = (leader + 1) % worlds.size();
  worlds[leader]->take_over();
  evidence[leader]->lose_memory();  // a standby reads nothing
  cluster.trace.push_back("leader is now operator " + std::to_string(leader));
}

void Simulation::lose_leadership_at_the_next_write() {
  cluster.between = [this] { the_other_leads_for_a_while(); };
}

void Simulation::the_other_leads_for_a_while() {
  change_leader();
  for (int i = 0; i < 3; ++i) {
    for (const Kind kind : kAllKinds) worlds[leader]->catch_up(kind);
    reconcile(leader);
    cluster.tick(Duration{5'000});
  }
}

int Simulation::writes_after_settling() {
  cluster.faults = {};
  cluster.strike_after = 0;
  cluster.between = nullptr;
  prometheus.outages.clear();
  cluster.refused.reset();
  cluster.unreadable.reset();
  // Longer than any wait of the spec or the scripts plus the widest step of the clock: 300 steps are 25 minutes.
  int still = 0;
  for (int i = 0; i < 10'000 && still < 300; ++i) {
    const int before = cluster.writes;
    step();
    still = cluster.writes == before ? still + 1 : 0;
  }
  const int before = cluster.writes;
  for (int i = 0; i < 100; ++i) step();
  laws.when_settled();
  return cluster.writes - before;
}

bool Simulation::serves_alone(const std::string& content) const {
  const auto digest = digest_of(content);
  const auto& t = cluster.truth;
  return status().phase == domain::Phase::Stable && status().stable && status().stable->digest == digest &&
         t.services.stable == digest && t.route.in_force == 0;
}

std::string Simulation::report() const {
  std::string out;
  for (const auto& law : laws.broken) out += "BROKEN " + law + "\n";
  const std::size_t from = cluster.trace.size() > 60 ? cluster.trace.size() - 60 : 0;
  for (std::size_t i = from; i < cluster.trace.size(); ++i) out += cluster.trace[i] + "\n";
  return out;
}

}  // namespace pawl::simulation

#include "simulation/sim_evidence.h"

#include <algorithm>

namespace pawl::simulation {
namespace {

using domain::Judgement;
using domain::Phase;
using domain::Verdict;

Judgement say(Verdict::Kind kind, std::string reason) {
  Judgement out;
  out.kind = kind;
  out.reason = std::move(reason);
  out.message = "simulated";
  if (kind == Verdict::Kind::RollBackGuardrail) out.breaker = "leak";
  return out;
}

}  // namespace

bool SimPrometheus::out() const {
  return std::any_of(outages.begin(), outages.end(),
                     [&](const Outage& o) { return o.from <= cluster_.now && cluster_.now < o.to; });
}

const Nature& SimPrometheus::nature_of(const std::string& digest) const {
  static const Nature kHealthy;
  const auto it = natures.find(digest);
  return it == natures.end() ? kHealthy : it->second;
}

std::optional<Duration> SimPrometheus::exposed_for(const std::string& digest) const {
  const auto since = cluster_.exposed_at.find(digest);
  return since == cluster_.exposed_at.end() ? std::nullopt : std::optional(cluster_.now - since->second);
}

void SimEvidence::lose_memory() {
  leaked_.clear();
  regressed_.clear();
}

Judgement SimEvidence::judge(const ports::RolloutKey&, const domain::Observation& seen, Instant) {
  const auto& s = seen.status;
  if (s.candidate && (s.phase == Phase::Canary || s.phase == Phase::Promoting)) {
    return verdict_on(s.candidate->revision.digest);
  }
  if (s.phase == Phase::Stable && s.previous && s.stable) return verdict_on(s.stable->digest);
  return {};
}

Judgement SimEvidence::verdict_on(const std::string& digest) {
  const Nature& nature = prometheus_.nature_of(digest);
  const bool out = prometheus_.out();
  const Duration seen_for = prometheus_.exposed_for(digest).value_or(Duration{-1});
  // What this process has seen stays seen: an outage does not un-trip its breaker.
  const auto due = [&](const std::optional<Duration>& after, bool known) {
    return after && seen_for >= *after && (!out || known);
  };
  if (due(nature.leaks_after, leaked(digest))) {
    leaked_.insert(digest);
    return say(Verdict::Kind::RollBackGuardrail, "GuardrailTripped");
  }
  if (due(nature.regresses_after, regressed(digest))) {
    regressed_.insert(digest);
    return say(Verdict::Kind::RollBackRegression, "CapabilityLost");
  }
  if (out) return say(Verdict::Kind::Hold, "EvidenceStale");
  if (seen_for < Duration{0}) return {};
  return seen_for >= nature.proven_after ? say(Verdict::Kind::Promote, "ProvenNoWorse")
                                         : say(Verdict::Kind::GoOn, "Gathering");
}

}  // namespace pawl::simulation

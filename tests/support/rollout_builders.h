// Builders of observations: a rollout at one moment of its life, with the world that belongs to it. A test names
// only what differs. Revision r1 is the first, r2 its child and the candidate.
#pragma once

#include <string>
#include <utility>

#include "base/sha256.h"
#include "domain/rollout/advance.h"
#include "domain/rollout/gate.h"
#include "domain/rollout/observation.h"

namespace pawl::testing {

/// 2026-11-24T03:00:00Z: the moment at which every built candidate began.
inline constexpr Instant kStart{Duration{1'795'489'200'000}};
inline constexpr Duration kSecond{1'000};
inline constexpr Duration kMinute{60'000};

inline std::string digest_of(const std::string& revision) { return sha256_hex(revision); }
inline domain::RevisionRef ref(const std::string& revision) { return {revision, digest_of(revision)}; }

/// Steps 1 %, 10 %, 50 %, each soaking five minutes; four stable replicas, one of the canary.
inline domain::RolloutSpec a_spec() {
  domain::RolloutSpec spec;
  spec.agent = "support";
  spec.traffic.route_name = "support";
  spec.traffic.gateway = domain::GatewayRef{"public", "", ""};
  spec.traffic.stable_service = "support-stable";
  spec.traffic.canary_service = "support-canary";
  spec.delivery.pod_template = "support";
  spec.delivery.stable_replicas = 4;
  spec.steps = {{"first", 100, 5 * kMinute}, {"tenth", 1000, 5 * kMinute}, {"half", 5000, 5 * kMinute}};
  return spec;
}

class RolloutBuilder {
 public:
  RolloutBuilder() {
    seen_.ns = "shop";
    seen_.name = "support";
    seen_.generation = 1;
    seen_.spec = a_spec();
    seen_.world.pod_template_present = true;
    with_revision("r1", std::nullopt);
  }

  operator const domain::Observation&() const { return seen_; }  // NOLINT: a builder reads as what it builds
  domain::Observation build() const { return seen_; }

  RolloutBuilder& with_revision(const std::string& name, std::optional<std::string> parent) {
    const auto age = static_cast<std::int64_t>(seen_.revisions.size());
    seen_.revisions.push_back({name, "support", std::move(parent), digest_of(name), "agent",
                               kStart - kMinute + Duration{age}, domain::RevisionPhase::Pending});
    return *this;
  }
  RolloutBuilder& with_workload(const std::string& name, int wanted, int ready) {
    seen_.world.workloads[digest_of(name)] = {true, true, wanted, ready, ready, ""};
    return *this;
  }
  /// r1 is chosen and being deployed; its pods, Services and route are already there and fine.
  RolloutBuilder& starting() {
    seen_.status.phase = domain::Phase::Starting;
    seen_.status.stable = ref("r1");
    with_workload("r1", 4, 4);
    seen_.world.stable_service = {true, false, digest_of("r1"), 4};
    seen_.world.canary_service = {true, false, digest_of("r1"), 4};
    return with_share_accepted(0);
  }
  /// r1 serves alone.
  RolloutBuilder& serving() {
    starting();
    seen_.status.phase = domain::Phase::Stable;
    seen_.status.weights.accepted = 0;
    return *this;
  }
  /// r2 is the candidate, ready and verified, with no share yet.
  RolloutBuilder& preparing() {
    serving();
    with_revision("r2", "r1");
    seen_.status.phase = domain::Phase::Preparing;
    seen_.status.candidate = domain::CandidateStatus{ref("r2"), "shop/support/1", {}, {}};
    seen_.status.rollouts = 1;
    seen_.status.weights = {};
    decided("Accepted", "r2");
    with_workload("r2", 1, 1);
    seen_.world.canary_service = {true, false, digest_of("r2"), 1};
    return *this;
  }
  /// r2 is in step `step`, whose weight has been in force since kStart.
  RolloutBuilder& in_canary(int step = 0) {
    preparing();
    const int share = seen_.spec.steps[static_cast<std::size_t>(step)].weight;
    seen_.status.phase = domain::Phase::Canary;
    seen_.status.step = step;
    seen_.status.candidate->started_at = kStart;
    seen_.status.candidate->step_started_at = kStart;
    seen_.status.weights.desired = share;
    seen_.status.weights.accepted = share;
    seen_.status.weights.changes = {{kStart, share}};
    const int replicas = share >= 5000 ? 2 : 1;
    with_workload("r2", replicas, replicas);
    seen_.world.canary_service.ready_endpoints = replicas;
    return with_share_accepted(share);
  }
  /// r2 is proven; the promotion stands at `stage`, with the world of the stage before in force.
  RolloutBuilder& promoting(domain::PromotionStage stage) {
    in_canary(2);
    seen_.status.phase = domain::Phase::Promoting;
    seen_.status.promotion = stage;
    with_workload("r2", 4, 4);
    seen_.world.canary_service.ready_endpoints = 4;
    if (stage == domain::PromotionStage::None || stage == domain::PromotionStage::ShiftToCanary) return *this;
    seen_.status.weights.desired = domain::kWholeShare;
    with_share_accepted(domain::kWholeShare);
    if (stage == domain::PromotionStage::Repoint) return *this;
    seen_.status.weights.desired = 0;
    return with_stable_service_on("r2", 4);
  }
  /// r2 has been promoted at kStart; r1 stays warm for a minute.
  RolloutBuilder& soaking() {
    serving();
    with_revision("r2", "r1");
    with_workload("r2", 4, 4);
    seen_.status.stable = ref("r2");
    seen_.status.previous = ref("r1");
    seen_.status.previous_until = kStart + seen_.spec.stable_soak;
    seen_.status.soak = domain::SoakStatus{"shop/support/1", kStart - kMinute};
    seen_.status.history.push_back({ref("r2"), domain::Outcome::Promoted, "Promoted", kStart});
    decided("Promoted", "r2");
    seen_.world.canary_service = {true, false, digest_of("r2"), 4};
    return with_stable_service_on("r2", 4);
  }
  /// r2 is being taken back; share 0 is written but not yet accepted.
  RolloutBuilder& rolling_back() {
    in_canary(2);
    seen_.status.phase = domain::Phase::RollingBack;
    seen_.status.ending = domain::Outcome::RolledBack;
    seen_.status.weights.desired = 0;
    seen_.status.weights.accepted.reset();
    seen_.status.quarantine = {{digest_of("r2"), "r2", "Lost", kStart}};
    decided("RolledBack", "r2");
    with_share_accepted(0);
    return with_route_not_accepted("waiting for gateway public");
  }

  RolloutBuilder& with_share_accepted(int share) {
    seen_.world.route = {};
    seen_.world.route.present = true;
    seen_.world.route.stable = domain::kWholeShare - share;
    seen_.world.route.canary = share;
    seen_.world.route.accepted = true;
    return *this;
  }
  RolloutBuilder& with_route_not_accepted(std::string because = "") {
    seen_.world.route.accepted = false;
    seen_.world.route.not_accepted_because = std::move(because);
    return *this;
  }
  RolloutBuilder& with_stable_service_on(const std::string& revision, int endpoints) {
    seen_.world.stable_service = {true, false, digest_of(revision), endpoints};
    return *this;
  }
  RolloutBuilder& with_candidate_ready(int ready) {
    domain::WorkloadView& w = seen_.world.workloads[digest_of("r2")];
    w.ready = ready;
    w.verified = ready;
    seen_.world.canary_service.ready_endpoints = ready;
    return *this;
  }
  RolloutBuilder& judged(domain::Verdict::Kind kind, std::string reason = "Reason", std::string message = "message") {
    seen_.judgement.kind = kind;
    seen_.judgement.reason = std::move(reason);
    seen_.judgement.message = std::move(message);
    return *this;
  }
  /// Suites are listed: the gate must pass each edit.
  RolloutBuilder& gated(domain::InitialPolicy initial = domain::InitialPolicy::Accept) {
    seen_.spec.gate.suites = {"held-out", "frozen"};
    seen_.spec.gate.initial = initial;
    if (initial == domain::InitialPolicy::RequireThresholds) seen_.spec.gate.capabilities = {{"refunds", 0.8}};
    return *this;
  }
  /// The gate has answered of `revision`, against stable and by the policy as it is now, at `at`; it holds for a day.
  RolloutBuilder& answered_by_gate(domain::GateVerdict verdict, Instant at = kStart,
                                   const std::string& revision = "r2") {
    domain::RevisionGate gate;
    gate.verdict = verdict;
    gate.reason = "Judged";
    gate.message = "by the suites";
    gate.binding.candidate = digest_of(revision);
    gate.binding.stable = revision == "r1" ? "" : digest_of("r1");
    gate.binding.suites = digest_of("suites");
    gate.binding.graders = digest_of("graders");
    gate.binding.policy = domain::gate_policy_digest(seen_.spec);
    gate.decided_at = at;
    gate.expires_at = at + 24 * 60 * kMinute;
    gate.evidence = {
        {"refunds", verdict == domain::GateVerdict::Fail ? domain::SkillState::Lost : domain::SkillState::Held}};
    gate.rollout = "support";
    return with_gate(std::move(gate), revision);
  }
  RolloutBuilder& with_gate(domain::RevisionGate gate, const std::string& revision = "r2") {
    for (domain::RevisionView& r : seen_.revisions) {
      if (r.name == revision) r.gate = gate;
    }
    return *this;
  }
  /// The status says that the gate was asked at kStart, and how that stands.
  RolloutBuilder& at_gate(domain::GateState state) {
    const bool first = !seen_.status.candidate;
    seen_.status.gate = domain::GateRequest{state,
                                            first ? *seen_.status.stable : seen_.status.candidate->revision,
                                            first ? "" : seen_.status.stable->digest,
                                            domain::gate_policy_digest(seen_.spec),
                                            kStart,
                                            "as asked"};
    return *this;
  }
  RolloutBuilder& paused(bool yes = true) {
    seen_.spec.paused = yes;
    return *this;
  }
  RolloutBuilder& deleting(bool yes = true) {
    seen_.deleting = yes;
    return *this;
  }
  RolloutBuilder& with_fault(std::string path, std::string message) {
    seen_.spec_faults.push_back({std::move(path), std::move(message)});
    return *this;
  }
  RolloutBuilder& quarantined(const std::string& revision) {
    seen_.status.quarantine.push_back({digest_of(revision), revision, "Lost", kStart});
    return *this;
  }
  RolloutBuilder& ended(const std::string& revision, domain::Outcome outcome, std::string reason) {
    seen_.status.history.push_back({ref(revision), outcome, std::move(reason), kStart});
    return *this;
  }
  /// Anything a word above does not say.
  template <typename Change>
  RolloutBuilder& but(Change change) {
    change(seen_);
    return *this;
  }

 private:
  void decided(std::string what, const std::string& revision) {
    domain::Decision decision;
    decision.what = what;
    decision.reason = std::move(what);
    decision.at = kStart;
    decision.revision = ref(revision);
    decision.record = "1";
    seen_.status.last_decision = std::move(decision);
    seen_.status.decisions = 1;
  }
  domain::Observation seen_;
};

inline RolloutBuilder a_rollout() { return {}; }

/// `domain::advance` under a name that std::advance cannot answer to.
inline domain::Advance decide(const domain::Observation& seen, Instant now) { return domain::advance(seen, now); }

/// The same world, looked at again after `answer` was written.
inline domain::Observation after(domain::Observation seen, const domain::Advance& answer) {
  seen.status = answer.status;
  return seen;
}

}  // namespace pawl::testing

#include "simulation/laws.h"

#include <algorithm>

#include "domain/rollout/gate.h"

namespace pawl::simulation {
namespace {

/// Reconciles in a fresh world without faults from a tripped breaker to share 0: one to decide and execute.
constexpr int kBreachBound = 3;

domain::StoredRecord stored(const domain::Record& record) {
  return {record.sequence, domain::canonical_text(record), record.parent_sha256};
}

}  // namespace

void Laws::require(bool holds, const std::string& law) {
  if (!holds) broken.push_back(format_rfc3339(cluster_.now) + " " + law);
}

void Laws::check_chain(const domain::RolloutStatus& next) {
  if (!next.last_decision) return;
  std::vector<domain::StoredRecord> chain;
  std::string hash = next.last_decision->record_sha256;
  while (!hash.empty()) {
    const auto it = cluster_.records.find(hash);
    if (it == cluster_.records.end()) break;
    chain.push_back(stored(it->second));
    hash = it->second.parent_sha256;
  }
  require(hash.empty(), "the status names a decision whose record is not stored");
  std::reverse(chain.begin(), chain.end());
  const auto fault = domain::verify_chain(chain, next.last_decision->record_sha256);
  require(!fault, "the chain of records does not verify: " + fault.value_or(""));
  require(static_cast<std::int64_t>(chain.size()) == next.decisions,
          "the chain is not as long as the count of decisions");
}

/// No share above 0, and no promotion, without a pass that holds where suites are required. The operator's clock may be
/// off by ten minutes either way.
void Laws::check_gate(const domain::RolloutStatus& next) {
  using domain::Phase;
  const domain::RolloutSpec& spec = cluster_.truth.rollout.spec;
  const domain::RolloutStatus& was = cluster_.truth.rollout.status;
  if (!domain::gate_is_required(spec.gate) || !next.candidate) return;
  const bool started = was.weights.desired == 0 && next.weights.desired > 0 && next.phase == Phase::Canary;
  const bool promoted = was.phase == Phase::Canary && next.phase == Phase::Promoting;
  if (!started && !promoted) return;
  const bool passed = gate_.has_passed(next.candidate->revision.digest, was.stable->digest,
                                       domain::gate_policy_digest(spec), Duration{1'200'000});
  require(passed, started ? "a first share without a pass of the gate" : "a promotion without a pass of the gate");
}

void Laws::before_status(const domain::RolloutStatus& next) {
  using domain::Phase;
  const domain::RolloutStatus& was = cluster_.truth.rollout.status;
  persisted_shares_.insert(next.weights.desired);
  if (next.stable) named_.insert(next.stable->digest);
  if (next.candidate) named_.insert(next.candidate->revision.digest);
  for (const auto& q : next.quarantine) quarantined_.insert(q.digest);
  for (const auto& digest : quarantined_) {
    const bool kept =
        std::any_of(next.quarantine.begin(), next.quarantine.end(), [&](const auto& q) { return q.digest == digest; });
    require(kept, "a quarantined digest was forgotten");
    require(!next.stable || next.stable->digest != digest, "a quarantined digest is stable");
    require(!next.candidate || next.candidate->revision.digest != digest || next.phase == Phase::RollingBack,
            "a quarantined digest is a candidate again");
  }
  const bool raised_in_canary =
      was.phase == Phase::Canary && next.phase == Phase::Canary && next.weights.desired > was.weights.desired;
  require(!raised_in_canary || !prometheus_.out(), "a share rose while there was no evidence");
  const bool ended = was.phase == Phase::RollingBack && next.phase != Phase::RollingBack;
  require(!ended || cluster_.truth.route.in_force == 0,
          "an ending was finished while the candidate had a share in force");
  require(!ended || cluster_.truth.services.stable == was.stable->digest,
          "an ending was finished while the stable Service did not select stable");
  const bool promoted = was.phase == Phase::Promoting && next.phase == Phase::Stable;
  require(!promoted || cluster_.truth.services.stable == next.stable->digest,
          "a promotion was finished before the stable Service moved");
  check_gate(next);
  check_chain(next);
}

void Laws::before_share(int share) {
  const Objects& truth = cluster_.truth;
  require(persisted_shares_.count(share) > 0, "a share was written that no status had allowed");
  if (share <= truth.route.canary) return;
  require(share <= truth.rollout.status.weights.desired, "the share rose above what the persisted status allows");
  require(!truth.rollout.deleting, "the share rose while the rollout is being deleted");
  require(!quarantined(truth.services.canary), "a quarantined digest got a share");
}

void Laws::before_service(bool stable, const std::string& digest) {
  require(!stable || !quarantined(digest), "the stable Service was pointed at a quarantined digest");
  const bool same = cluster_.truth.services.canary == digest;  // made again by an operator that may not read Services
  require(stable || same || cluster_.truth.route.in_force == 0,
          "the canary Service moved while it had a share in force");
  const auto& candidate = cluster_.truth.rollout.status.candidate;
  const bool moves_forward = stable && candidate && candidate->revision.digest == digest;
  require(!moves_forward || cluster_.truth.route.in_force == domain::kWholeShare,
          "the stable Service moved before the canary took all traffic");
}

void Laws::before_bundle(const std::string& digest) {
  require(named_.contains(digest), "a bundle was made that no status had wanted");
}

void Laws::before_scaling(const std::string& digest, int replicas) {
  require(named_.contains(digest), "a deployment was made that no status had wanted");
  const Objects& truth = cluster_.truth;
  const auto it = truth.workloads.find(digest);
  const bool shrinks = it != truth.workloads.end() && replicas < it->second.wanted;
  require(!shrinks || truth.services.canary != digest || truth.route.in_force == 0,
          "the candidate shrank while it had a share in force");
}

void Laws::before_retirement(const std::string& digest) {
  require(cluster_.truth.services.stable != digest, "the workload behind the stable Service was retired");
  require(cluster_.truth.services.canary != digest || cluster_.truth.route.in_force == 0,
          "a workload was retired while it had a share in force");
}

void Laws::before_release() {
  require(cluster_.truth.route.canary == 0, "the rollout was let go while the canary had a share");
}

void Laws::after_reconcile(bool clean, const SimEvidence& evidence) {
  check_breach(clean, evidence);
  check_soak(clean, evidence);
  check_one_stable(clean);
  check_deadline(clean);
}

/// A breach is known by the persisted status, or by the memory of whoever reconciles; what was known by a process that
/// died before it wrote is found again in Prometheus.
void Laws::check_breach(bool clean, const SimEvidence& evidence) {
  const Objects& truth = cluster_.truth;
  const auto& status = truth.rollout.status;
  using domain::Phase;
  const std::string digest = status.candidate ? status.candidate->revision.digest : "";
  // A regression is judged only until the promotion is decided; a guardrail until the very end.
  const bool canary = status.phase == Phase::Canary || status.phase == Phase::RollingBack;
  const bool judged = status.phase == Phase::RollingBack ||
                      (evidence.leaked(digest) && (canary || status.phase == Phase::Promoting)) ||
                      (evidence.regressed(digest) && canary);
  if (!truth.rollout.present || !judged || truth.route.canary == 0) {
    clean_since_breach_ = 0;
    return;
  }
  if (clean) ++clean_since_breach_;
  require(clean_since_breach_ <= kBreachBound, "a tripped candidate still has a share");
}

/// A promotion that leaks while the old stable is warm is taken back.
void Laws::check_soak(bool clean, const SimEvidence& evidence) {
  const Objects& truth = cluster_.truth;
  const auto& status = truth.rollout.status;
  const bool leaks = truth.rollout.present && !truth.rollout.deleting && status.phase == domain::Phase::Stable &&
                     status.previous && !quarantined(status.previous->digest) && evidence.leaked(status.stable->digest);
  if (!leaks) {
    clean_since_late_breach_ = 0;
    return;
  }
  if (clean) ++clean_since_late_breach_;
  require(clean_since_late_breach_ <= kBreachBound, "a promotion that leaks was not taken back");
}

void Laws::check_one_stable(bool clean) {
  if (!clean || !cluster_.truth.rollout.present) return;
  const auto& all = cluster_.truth.revisions;
  const auto stable =
      std::count_if(all.begin(), all.end(), [](const auto& r) { return r.phase == domain::RevisionPhase::Promoted; });
  require(stable <= 1, "two revisions say that they are stable");
}

/// From the first share on; a promotion that has begun is finished.
void Laws::check_deadline(bool clean) {
  const Objects& truth = cluster_.truth;
  const auto& status = truth.rollout.status;
  const bool late =
      truth.rollout.present && status.phase == domain::Phase::Canary &&
      cluster_.now >= status.candidate->started_at + truth.rollout.spec.analysis.max_duration + clocks_apart;
  if (!late) {
    clean_since_deadline_ = 0;
    return;
  }
  if (clean) ++clean_since_deadline_;
  require(clean_since_deadline_ <= kBreachBound, "a candidate was judged past its deadline");
}

void Laws::when_settled() {
  const Objects& truth = cluster_.truth;
  if (!truth.rollout.present) {
    require(truth.route.in_force == 0, "a share outlived the rollout");
    return;
  }
  const auto& status = truth.rollout.status;
  if (!status.stable) return;
  require(truth.services.stable == status.stable->digest, "settled, but the stable Service does not select stable");
  require(status.candidate || truth.route.in_force == 0, "settled without a candidate, but with a share");
  require(truth.route.canary <= status.weights.desired, "settled with a share above the desired one");
  for (const auto& [digest, w] : truth.workloads) {
    require(!quarantined(digest) || !w.deployment || truth.rollout.deleting,
            "settled, but a quarantined workload still runs");
  }
}

}  // namespace pawl::simulation

#include "domain/replay/trial_replay.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "domain/evidence/information_bound.h"
#include "domain/lineage/bundle.h"
#include "domain/replay/stream_replay.h"
#include "domain/rollout/evidence_policy.h"

namespace pawl::domain {
namespace {

double margin_of(const ScoreboardRow& row, const EvidencePolicy& policy) {
  if (const auto narrow = policy.narrowed.find(row.capability); narrow != policy.narrowed.end()) return narrow->second;
  const auto listed = std::ranges::find(policy.capabilities, row.capability, &EvidencePolicy::Capability::name);
  if (listed != policy.capabilities.end()) return listed->margin;
  const auto group = std::ranges::find(policy.groups, row.capability, &EvidencePolicy::Group::name);
  return group == policy.groups.end() ? policy.default_margin : group->margin;
}

/// Nats per canary score.
double growth_of(const ScoreboardRow& row, const EvidencePolicy& policy) {
  if (row.log_e_noninferior > 0) return row.log_e_noninferior / row.n_canary;
  const bool inside = row.canary_mean > 0 && row.canary_mean < 1 && row.stable_mean > 0 && row.stable_mean < 1;
  if (!inside || !(row.n_stable > 0) || !(row.n_canary > 0)) return 0;
  return growth_of_non_inferiority(
      {.canary = row.canary_mean, .stable = row.stable_mean, .share = row.n_canary / (row.n_canary + row.n_stable)},
      margin_of(row, policy));
}

}  // namespace

EvidencePolicy policy_of(const TrialRecord& trial, const std::vector<NarrowedMargin>& narrowed) {
  return evidence_policy(trial.analysis, trial.evidence, trial.breakers, trial.touched, narrowed);
}

TrialReplay::TrialReplay(const TrialRecord& trial, const EvidencePolicy& policy, StableHistory history)
    : changes_(trial.changes),
      fold_(policy, digest_label(trial.canary), digest_label(trial.stable), trial.began, std::move(history)) {}

void TrialReplay::add(const std::vector<Series>& raw) {
  fold_.add(raw, changes_, [&](const Trial& trial, Duration age) {
    if (!end_ && ends_trial(trial.decision(age))) end_ = TrialEnd{trial.verdict(age), age};
  });
}

namespace {

/// A drop that is on its way to being proven, at the pace of the strongest suspicion.
std::optional<Shortfall> to_roll_back(const Verdict& verdict, const EvidencePolicy& policy) {
  const auto strongest = std::ranges::max_element(verdict.scoreboard, {}, &ScoreboardRow::log_e);
  if (strongest == verdict.scoreboard.end() || strongest->log_e <= 0 || verdict.log_e_global <= 0) return std::nullopt;
  const double missing = std::max(0.0, -std::log(policy.alpha) - verdict.log_e_global);
  return Shortfall{Shortfall::Proof::Regression, strongest->capability,
                   std::ceil(missing * strongest->n_canary / strongest->log_e)};
}

std::optional<Shortfall> to_promote(const Verdict& verdict, const EvidencePolicy& policy) {
  std::optional<Shortfall> most;
  for (const ScoreboardRow& row : verdict.scoreboard) {
    const bool proven = row.state == CapabilityState::Held || row.state == CapabilityState::Gained;
    if (!row.group.empty() || !row.required || proven) continue;  // a member is proven in its group
    const double missing = std::max(0.0, std::log(1 / policy.beta) - row.log_e_noninferior);
    const double growth = growth_of(row, policy);
    const double by_evidence = missing > 0 ? missing / growth : 0;
    const double samples = std::max(by_evidence, policy.min_samples - row.n_canary);
    if (!most || samples > most->samples) {
      most = Shortfall{Shortfall::Proof::NonInferiority, row.capability, std::ceil(samples)};
    }
  }
  return most;
}

}  // namespace

std::optional<Shortfall> shortfall(const Verdict& verdict, const EvidencePolicy& policy) {
  if (auto drop = to_roll_back(verdict, policy)) return drop;
  return to_promote(verdict, policy);
}

}  // namespace pawl::domain

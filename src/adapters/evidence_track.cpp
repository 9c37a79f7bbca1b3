#include "adapters/evidence_track.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "adapters/objects.h"
#include "domain/rollout/evidence_policy.h"

namespace pawl::adapters {
namespace {

using domain::Judgement;
using domain::Verdict;

constexpr std::size_t kMostRows = 64;  // of a scoreboard in a status

domain::ScoreRow status_row(const domain::ScoreboardRow& row) {
  domain::ScoreRow out{
      row.capability, row.stable_mean, row.canary_mean, std::llround(row.n_stable), std::llround(row.n_canary),
      row.state};
  if (row.n_stable > 0 && row.n_canary > 0) {
    out.difference = domain::Interval{-row.loss_interval.upper, -row.loss_interval.lower};
  }
  return out;
}
constexpr Duration kLeastSlack{5'000};

Judgement judgement_of(const Verdict& verdict) {
  Judgement out;
  out.kind = verdict.kind;
  out.reason = verdict.reason;
  out.message = verdict.message;
  out.detail = verdict.detail;
  out.breaker = verdict.breaker;
  out.log_e = verdict.log_e_global;
  out.newest_sample = verdict.newest_sample;
  out.mean_up_skill_down = domain::mean_up_skill_down(verdict.scoreboard);
  for (const domain::ScoreboardRow& row : domain::most_telling(verdict.scoreboard, kMostRows)) {
    out.scoreboard.push_back(status_row(row));
    if (row.skill) out.losses.push_back({row.capability, row.loss, row.loss_error});
  }
  return out;
}

}  // namespace

std::optional<Opponents> opponents_of(const domain::RolloutStatus& status) {
  if (!status.stable) return std::nullopt;
  if (status.candidate) {
    if (status.candidate->started_at == Instant{}) return std::nullopt;
    return Opponents{status.candidate->cohort, status.candidate->started_at, status.candidate->revision.digest,
                     status.stable->digest};
  }
  if (status.soak && status.previous) {
    return Opponents{status.soak->cohort, status.soak->started_at, status.stable->digest, status.previous->digest};
  }
  return std::nullopt;
}

Instant newest_of(const domain::Series& series) {
  Instant out{};
  for (const domain::Sample& sample : series.samples) out = std::max(out, sample.at);
  return out;
}

EvidenceTrack::EvidenceTrack(const Opponents& opponents, const domain::Observation& seen)
    : cohort(opponents.cohort),
      began(opponents.began),
      canary(digest_label(opponents.canary)),
      stable(digest_label(opponents.stable)),
      spec(seen.spec),
      narrowed_(domain::narrowed_margins(seen.spec, seen.status.loss_ledger)),
      policy_(domain::evidence_policy(seen.spec, domain::claimed(seen, opponents.canary), narrowed_)) {
  begin({});
}

bool EvidenceTrack::is_of(const Opponents& opponents, const domain::RolloutSpec& seen) const {
  return cohort == opponents.cohort && spec.analysis == seen.analysis && spec.evidence == seen.evidence &&
         spec.breakers == seen.breakers;
}

void EvidenceTrack::update(const domain::Observation& seen) {
  spec = seen.spec;
  changes_ = seen.status.weights.changes;
  in_canary_ = seen.status.phase == domain::Phase::Canary;
  soaking_ = !seen.status.candidate;
}

void EvidenceTrack::begin(domain::StableHistory history) {
  fold_ = std::make_unique<domain::EvidenceFold>(policy_, canary, stable, began, std::move(history));
}

void EvidenceTrack::add(const std::vector<domain::Series>& series, Instant until) {
  for (const domain::Series& one : series) {
    if (one.metric == "served") meter_.add(one.labels.at("arm") == "canary", one.samples);
    else newest = std::max(newest, newest_of(one));
  }
  fold_->add(series, changes_);
  read_until_ = until;
}

Judgement EvidenceTrack::judgement(Instant now) const {
  // Before the first answer nothing is judged, but a share that is measured is one to wait for.
  Judgement out = asked ? judgement_of(fold_->verdict(now)) : Judgement{};
  if (out.reason == domain::kEvidenceStale && !problem.empty()) out.detail += "; " + problem;
  if (asked && in_canary_) {
    out.shortages =
        domain::foreseen_shortages(spec, {began, changes_, narrowed_, out.scoreboard}, last_told.shortages, now);
  }
  out.share =
      meter_.measure(soaking_ ? std::vector<domain::ShareChange>{} : changes_, spec.evidence.served.has_value());
  return out;
}

Duration EvidenceTrack::slack() const { return std::max(kLeastSlack, spec.evidence.interval); }

Instant EvidenceTrack::read_from(Instant now) const {
  return read_until_ ? std::min(*read_until_, now) - slack() : began - 2 * spec.evidence.interval - slack();
}

bool EvidenceTrack::is_due(Instant now) const {
  const bool clock_was_put_back = due > now + spec.evidence.interval;
  return due <= now || clock_was_put_back;
}

}  // namespace pawl::adapters

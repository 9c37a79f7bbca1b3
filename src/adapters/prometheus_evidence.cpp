#include "adapters/prometheus_evidence.h"

#include <algorithm>
#include <cmath>
#include <thread>
#include <utility>

#include "adapters/objects.h"
#include "adapters/share_meter.h"
#include "base/log.h"
#include "domain/rollout/evidence_policy.h"
#include "prometheus/evidence_query.h"

namespace pawl::adapters {
namespace {

using domain::EvidenceFold;
using domain::Judgement;
using domain::JudgementKind;
using domain::Verdict;

constexpr Duration kTick{50};
constexpr Duration kNewsEvery{100};  ///< a violation is acted on within .3 s of being visible
constexpr Duration kSettle{
    200};  ///< a change of weight is in our copy of the status before the scrape after it is folded
constexpr Duration kQueryTimeout{5'000};
constexpr std::size_t kMostRows = 64;  ///< of a scoreboard in a status
constexpr Duration kLeastSlack{5'000};

/// What is read again behind the last reading. A sample carries the moment its scrape began and is there when the
/// scrape ended: that takes up to the scrape's timeout, which Prometheus allows to be as long as the interval.
Duration slack_of(const domain::EvidenceSpec& evidence) { return std::max(kLeastSlack, evidence.interval); }

JudgementKind kind_of(Verdict::Kind kind) {
  switch (kind) {
    case Verdict::Kind::RollBackGuardrail:
      return JudgementKind::RollBackGuardrail;
    case Verdict::Kind::RollBackRegression:
      return JudgementKind::RollBackRegression;
    case Verdict::Kind::Hold:
      return JudgementKind::Hold;
    case Verdict::Kind::Yellow:
      return JudgementKind::Yellow;
    case Verdict::Kind::Promote:
      return JudgementKind::Promote;
    case Verdict::Kind::Inconclusive:
      return JudgementKind::Inconclusive;
    case Verdict::Kind::GoOn:
      return JudgementKind::GoOn;
  }
  return JudgementKind::None;
}

domain::CapabilityState state_of(domain::ScoreboardRow::State state) {
  switch (state) {
    case domain::ScoreboardRow::State::Held:
      return domain::CapabilityState::Held;
    case domain::ScoreboardRow::State::Lost:
      return domain::CapabilityState::Lost;
    case domain::ScoreboardRow::State::Gained:
      return domain::CapabilityState::Gained;
    case domain::ScoreboardRow::State::Insufficient:
      return domain::CapabilityState::Insufficient;
  }
  return domain::CapabilityState::Insufficient;
}

Judgement judgement_of(const Verdict& verdict) {
  Judgement out;
  out.kind = kind_of(verdict.kind);
  out.reason = verdict.reason;
  out.message = verdict.message;
  out.detail = verdict.detail;
  out.breaker = verdict.breaker;
  out.log_e = verdict.log_e_global;
  out.newest_sample = verdict.newest_sample;
  for (const domain::ScoreboardRow& row : domain::most_telling(verdict.scoreboard, kMostRows)) {
    out.scoreboard.push_back({row.capability, row.stable_mean, row.canary_mean, std::llround(row.n_stable),
                              std::llround(row.n_canary), state_of(row.state)});
    if (row.skill) out.losses.push_back({row.capability, row.loss, row.loss_error});
  }
  return out;
}

Instant newest_of(const domain::Series& series) {
  Instant out{};
  for (const domain::Sample& sample : series.samples) out = std::max(out, sample.at);
  return out;
}

std::vector<domain::ShareChange> changes_of(const domain::RolloutStatus& status) {
  std::vector<domain::ShareChange> out;
  for (const domain::WeightChange& change : status.weights.changes) out.push_back({change.at, change.canary});
  return out;
}

/// Who is judged against whom: a candidate with a share, or what was just promoted while the old stable is warm.
struct Opponents {
  std::string cohort;
  Instant began{};
  std::string canary;
  std::string stable;
};

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

}  // namespace

/// What is being read for one rollout. Guarded by the source's mutex; `cohort`, `began`, `stable` never change.
struct PrometheusEvidence::Track {
  std::string cohort;
  domain::RolloutSpec spec;
  std::vector<domain::ShareChange> changes;
  std::vector<domain::NarrowedMargin> narrowed;
  bool in_canary = false;  ///< what soaks, or is being promoted, needs no more scores
  bool soaking = false;    ///< no share is moved any more
  Instant began{};
  domain::EvidencePolicy policy;
  std::string canary;  ///< labels `revision`
  std::string stable;
  std::unique_ptr<EvidenceFold> fold;
  bool history_known = false;  ///< the fold began with what stable had scored before
  ShareMeter meter;
  std::optional<Instant> read_until;  ///< everything up to here is in the fold
  bool asked = false;                 ///< an answer or a failure came: the fold may say that its data is stale
  Instant newest{};                   ///< newest sample of the scorer that is in the fold
  double violations = 0;              ///< sum of all violation counters when last asked
  Instant due{};
  std::string problem;  ///< why the last reading failed, empty if it did not
  Judgement last_told;

  void begin(domain::StableHistory history) {
    fold = std::make_unique<EvidenceFold>(policy, canary, stable, began, std::move(history));
  }
  void add(const std::vector<domain::Series>& series, Instant until) {
    for (const domain::Series& one : series) {
      if (one.metric == "served") meter.add(one.labels.at("arm") == "canary", one.samples);
      else newest = std::max(newest, newest_of(one));
    }
    fold->add(series, changes);
    read_until = until;
  }
  [[nodiscard]] Judgement judgement(Instant now) const {
    Judgement out = judgement_of(fold->verdict(now));
    if (out.reason == "EvidenceStale" && !problem.empty()) out.detail += "; " + problem;
    if (in_canary) {
      out.shortages =
          domain::foreseen_shortages(spec, {began, changes, narrowed, out.scoreboard}, last_told.shortages, now);
    }
    out.share = meter.measure(soaking ? std::vector<domain::ShareChange>{} : changes, spec.evidence.served.has_value());
    return out;
  }
};

PrometheusEvidence::PrometheusEvidence(const Clock& clock, std::function<void(const ports::RolloutKey&)> changed)
    : clock_(clock), changed_(changed), stable_(clock, std::move(changed)) {}
PrometheusEvidence::~PrometheusEvidence() = default;

Judgement PrometheusEvidence::judge(const ports::RolloutKey& key, const domain::Observation& seen, Instant now) {
  const std::scoped_lock lock(mutex_);
  const auto opponents = opponents_of(seen.status);
  if (!opponents) {
    tracks_.erase(key);
    Judgement out;
    out.stable_watch = stable_.judge(key, seen);
    tracks_changed_.notify_all();
    return out;
  }
  stable_.forget(key);
  std::shared_ptr<Track>& track = tracks_[key];
  if (!track || track->cohort != opponents->cohort || track->spec.analysis != seen.spec.analysis ||
      track->spec.evidence != seen.spec.evidence || track->spec.breakers != seen.spec.breakers) {
    track = std::make_shared<Track>();
    track->cohort = opponents->cohort;
    track->began = opponents->began;
    track->narrowed = domain::narrowed_margins(seen.spec, seen.status.loss_ledger);
    track->policy = domain::evidence_policy(seen.spec, domain::claimed(seen, opponents->canary), track->narrowed);
    track->canary = digest_label(opponents->canary);
    track->stable = digest_label(opponents->stable);
    track->begin({});
  }
  track->spec = seen.spec;
  track->changes = changes_of(seen.status);
  track->in_canary = seen.status.phase == domain::Phase::Canary;
  track->soaking = !seen.status.candidate;
  tracks_changed_.notify_all();
  if (!track->asked) return {};
  Judgement out = track->judgement(now);
  track->last_told = out;
  return out;
}

void PrometheusEvidence::forget(const ports::RolloutKey& key) {
  const std::scoped_lock lock(mutex_);
  tracks_.erase(key);
  stable_.forget(key);
  tracks_changed_.notify_all();
}

EvidenceReads PrometheusEvidence::reads() const {
  const std::scoped_lock lock(mutex_);
  return reads_;
}

/// One reading of one rollout: the lock is held to copy the question and to fold the answers, never between.
void PrometheusEvidence::read_one(const ports::RolloutKey& key, Track& track, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  const Instant now = clock_.wall();
  const Duration interval = track.spec.evidence.interval;
  const Duration slack = slack_of(track.spec.evidence);
  const Instant from = track.read_until ? *track.read_until - slack : track.began - 2 * interval - slack;
  const prometheus::EvidenceQuestion question{.cohort = track.cohort,
                                              .served = track.spec.evidence.served,
                                              .timed = domain::times_answers(track.spec.breakers)};
  prometheus::PrometheusClient client(track.spec.evidence.prometheus, kQueryTimeout);
  const bool first = !track.history_known;
  track.due = now + interval;
  reads_.queries += 1;
  lock.unlock();

  Result<domain::StableHistory> history;
  if (first) history = prometheus::read_history(client, track.stable, track.began, stop);
  Status read;
  if (!history && !prometheus::does_without(history.error())) read = fail(history.error());
  const auto add = [&](const std::vector<domain::Series>& series, Instant until) {
    const std::scoped_lock adding(mutex_);
    if (!track.history_known) track.begin(history.value_or(domain::StableHistory{}));
    track.history_known = true;
    track.add(series, until);
  };
  if (read) read = prometheus::read_evidence_in_pieces(client, question, from, now, interval, add, stop);

  lock.lock();
  track.problem = read ? "" : read.error().message;
  track.asked = true;  // if nothing was read, the next reading starts where this one did
  if (read) return;
  reads_.failures += 1;
  log::warn("evidence not read", {{"rollout", key.ns + "/" + key.name}, {"error", track.problem}});
}

/// One small query for all rollouts of one metrics source asks which of them have a newer scrape than the one in
/// their fold, and makes those due: a violation waits for no interval. Its samples never enter a fold themselves,
/// because a fold takes all series of one exposition together.
void PrometheusEvidence::read_news(const std::string& source, std::stop_token stop) {
  std::map<std::string, std::shared_ptr<Track>> tracks;
  std::vector<std::string> cohorts;
  for (const auto& [key, track] : tracks_of(source)) {
    const std::scoped_lock lock(mutex_);
    cohorts.push_back(track->cohort);
    tracks[track->cohort] = track;
  }
  if (cohorts.empty()) return;
  Duration slack = kLeastSlack;
  for (const auto& [cohort, track] : tracks) slack = std::max(slack, slack_of(track->spec.evidence));
  prometheus::PrometheusClient client(source, kQueryTimeout);
  const auto all = client.raw_samples("{__name__=~\"pawl_interactions_total|pawl_violations_total\",rollout=~" +
                                          prometheus::one_of(cohorts) + "}" + prometheus::range(slack),
                                      clock_.wall(), stop);
  const std::scoped_lock lock(mutex_);
  reads_.queries += 1;
  if (!all) {
    reads_.failures += 1;
    return;
  }
  std::map<Track*, double> violations;
  for (const domain::Series& series : *all) {
    const auto cohort = series.labels.find("rollout");
    const auto track = cohort == series.labels.end() ? tracks.end() : tracks.find(cohort->second);
    if (track == tracks.end() || series.samples.empty()) continue;
    Track& of = *track->second;
    if (newest_of(series) > of.newest) of.due = std::min(of.due, newest_of(series) + kSettle);
    // NaN would be a change for ever.
    const double value = series.samples.back().value;
    if (series.metric == "pawl_violations_total" && std::isfinite(value)) violations[&of] += value;
  }
  for (const auto& [of, sum] : violations) {
    if (sum != of->violations) of->due = {};
    of->violations = sum;
  }
}

void PrometheusEvidence::tell_if_changed(const ports::RolloutKey& key, Track& track, Instant now) {
  {
    const std::scoped_lock lock(mutex_);
    if (!track.asked) return;
    Judgement fresh = track.judgement(now);
    const Judgement& told = track.last_told;
    const bool same = fresh.kind == told.kind && fresh.reason == told.reason && fresh.detail == told.detail &&
                      fresh.share.about_zero == told.share.about_zero &&
                      domain::names_of(fresh.shortages) == domain::names_of(told.shortages);
    if (same) return;
    track.last_told = std::move(fresh);
  }
  changed_(key);
}

std::vector<std::pair<ports::RolloutKey, std::shared_ptr<PrometheusEvidence::Track>>> PrometheusEvidence::tracks_of(
    const std::string& source) const {
  std::vector<std::pair<ports::RolloutKey, std::shared_ptr<Track>>> out;
  const std::scoped_lock lock(mutex_);
  for (const auto& named : tracks_) {
    if (named.second->spec.evidence.prometheus == source) out.push_back(named);
  }
  return out;
}

void PrometheusEvidence::read_due(const std::string& source, std::stop_token stop) {
  for (const auto& [key, track] : tracks_of(source)) {
    const bool due = [&] {
      const std::scoped_lock lock(mutex_);
      return track->due <= clock_.wall();
    }();
    if (stop.stop_requested()) return;
    if (due) read_one(key, *track, stop);
    tell_if_changed(key, *track, clock_.wall());
  }
}

void PrometheusEvidence::read_source(const std::string& source, std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  BootTime news_due{};
  while (!stop.stop_requested()) {
    if (clock_.boot() >= news_due) {
      read_news(source, stop);
      news_due = clock_.boot() + kNewsEvery;
    }
    read_due(source, stop);
    const auto watched = stable_.read(source, stop);
    {
      const std::scoped_lock lock(mutex_);
      reads_.queries += watched.queries;
      reads_.failures += watched.failures;
      reads_.rounds += 1;
    }
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, kTick, [] { return false; });
  }
}

std::set<std::string> PrometheusEvidence::sources() const {
  std::set<std::string> out = stable_.sources();
  for (const auto& [key, track] : tracks_) out.insert(track->spec.evidence.prometheus);
  return out;
}

/// A thread for each metrics source: one that hangs delays nobody else's verdict.
void PrometheusEvidence::run(std::stop_token stop) {
  std::map<std::string, std::jthread> readers;
  while (!stop.stop_requested()) {
    std::unique_lock lock(mutex_);
    const std::set<std::string> wanted = sources();
    lock.unlock();
    std::erase_if(readers, [&](const auto& reader) { return !wanted.contains(reader.first); });
    for (const std::string& source : wanted) {
      if (!readers.contains(source)) {
        readers.emplace(source, [this, source](std::stop_token s) { read_source(source, s); });
      }
    }
    lock.lock();
    tracks_changed_.wait(lock, stop, [&] { return sources() != wanted; });
  }
}

}  // namespace pawl::adapters

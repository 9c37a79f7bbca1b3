#include "adapters/prometheus_evidence.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <thread>
#include <utility>

#include "base/log.h"
#include "domain/rollout/evidence_policy.h"
#include "prometheus/evidence_query.h"

namespace pawl::adapters {
namespace {

using domain::Judgement;

constexpr Duration kTick{50};
// A change of weight is in our copy of the status before the scrape after it is folded.
constexpr Duration kSettle{200};
constexpr Duration kQueryTimeout{5'000};
// Of a violation nobody learns before its scrape: looking ten times as often adds a tenth to that wait, and no second.
constexpr int kLooksPerScrape = 10;
constexpr Duration kLeastPause{100};
constexpr Duration kMostPause{1'000};
constexpr std::size_t kAtOnce = 50;  // rollouts in one query for news

/// Not a refusal of one question, which says nothing of the others.
bool gave_no_answer(const Error& error) { return error.kind == ErrorKind::Unavailable && error.http_status == 0; }

}  // namespace

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
  std::shared_ptr<EvidenceTrack>& track = tracks_[key];
  if (!track || !track->is_of(*opponents, seen.spec)) track = std::make_shared<EvidenceTrack>(*opponents, seen);
  track->update(seen);
  tracks_changed_.notify_all();
  Judgement out = track->judgement(now);
  track->last_told = out;
  return out;
}

void PrometheusEvidence::share_decided(const ports::RolloutKey& key, const domain::RolloutStatus& status) {
  const auto opponents = opponents_of(status);
  const std::scoped_lock lock(mutex_);
  const auto track = tracks_.find(key);
  if (track != tracks_.end() && opponents && track->second->cohort == opponents->cohort) {
    track->second->share_changes(status.weights.changes);
  }
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

/// One reading of one rollout: the lock is held to copy the question and to fold the answers, never between. The error
/// is noted in the track as well.
Status PrometheusEvidence::read_one(const ports::RolloutKey& key, EvidenceTrack& track, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  const Instant now = clock_.wall();
  const Duration interval = track.spec.evidence.interval;
  const Instant from = track.read_from(now);
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
  track.asked = true;
  track.problem = "";
  if (!read) note_failure(key, track, read.error());
  return read;
}

/// The next reading starts where this one did.
void PrometheusEvidence::note_failure(const ports::RolloutKey& key, EvidenceTrack& track, const Error& error) {
  track.asked = true;
  track.problem = error.message;
  reads_.failures += 1;
  log::warn("evidence not read", {{"rollout", key.ns + "/" + key.name}, {"error", track.problem}});
}

/// Small queries, each for many rollouts of one metrics source, ask which of them have a newer scrape than the one in
/// their fold, and make those due: a violation waits for no interval. These samples never enter a fold themselves,
/// because a fold takes all series of one exposition together.
void PrometheusEvidence::read_news(const Named& tracks, const std::string& source, std::stop_token stop) {
  for (std::size_t first = 0; first < tracks.size() && !stop.stop_requested(); first += kAtOnce) {
    std::map<std::string, EvidenceTrack*> of_cohort;
    std::vector<std::string> cohorts;
    Duration slack{};
    {
      const std::scoped_lock lock(mutex_);
      for (std::size_t i = first; i < std::min(first + kAtOnce, tracks.size()); ++i) {
        EvidenceTrack& track = *tracks[i].second;
        slack = std::max(slack, track.slack());
        cohorts.push_back(track.cohort);
        of_cohort[track.cohort] = &track;
      }
    }
    prometheus::PrometheusClient client(source, kQueryTimeout);
    const auto all = client.raw_samples("{__name__=~\"pawl_interactions_total|pawl_violations_total\",rollout=~" +
                                            prometheus::one_of(cohorts) + "}" + prometheus::range(slack),
                                        clock_.wall(), stop);
    const std::scoped_lock lock(mutex_);
    reads_.queries += 1;
    if (all) note_news(*all, of_cohort);
    else reads_.failures += 1;
  }
}

void PrometheusEvidence::note_news(const std::vector<domain::Series>& all,
                                   const std::map<std::string, EvidenceTrack*>& of_cohort) {
  std::map<EvidenceTrack*, double> violations;
  for (const domain::Series& series : all) {
    const auto cohort = series.labels.find("rollout");
    const auto track = cohort == series.labels.end() ? of_cohort.end() : of_cohort.find(cohort->second);
    if (track == of_cohort.end() || series.samples.empty()) continue;
    EvidenceTrack& of = *track->second;
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

/// Between two looks for news.
Duration PrometheusEvidence::pause_of(const Named& tracks) const {
  Duration pause = kMostPause;
  const std::scoped_lock lock(mutex_);
  for (const auto& [key, track] : tracks) pause = std::min(pause, track->spec.evidence.interval / kLooksPerScrape);
  return std::max(pause, kLeastPause);
}

void PrometheusEvidence::tell_if_changed(const ports::RolloutKey& key, EvidenceTrack& track, Instant now) {
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

PrometheusEvidence::Named PrometheusEvidence::tracks_of(const std::string& source) const {
  Named out;
  const std::scoped_lock lock(mutex_);
  for (const auto& named : tracks_) {
    if (named.second->spec.evidence.prometheus == source) out.push_back(named);
  }
  return out;
}

/// A source that gave one rollout no answer at all is not asked for the next ones of this round: each would wait as
/// long, and the last would learn much too late that its evidence is stale.
void PrometheusEvidence::read_due(const std::string& source, std::stop_token stop) {
  std::optional<Error> silence;
  for (const auto& [key, track] : tracks_of(source)) {
    if (stop.stop_requested()) return;
    if (is_due(*track)) {
      const Status read = silence ? pass_over(key, *track, *silence) : read_one(key, *track, stop);
      if (!read && gave_no_answer(read.error())) silence = read.error();
    }
    tell_if_changed(key, *track, clock_.wall());
  }
}

bool PrometheusEvidence::is_due(const EvidenceTrack& track) const {
  const std::scoped_lock lock(mutex_);
  return track.is_due(clock_.wall());
}

Status PrometheusEvidence::pass_over(const ports::RolloutKey& key, EvidenceTrack& track, const Error& silence) {
  const std::scoped_lock lock(mutex_);
  track.due = clock_.wall() + track.spec.evidence.interval;
  note_failure(key, track, silence);
  return fail(silence);
}

void PrometheusEvidence::read_source(const std::string& source, std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::optional<BootTime> looked;
  while (!stop.stop_requested()) {
    const Named tracks = tracks_of(source);
    if (!looked || clock_.boot() - *looked >= pause_of(tracks)) {
      read_news(tracks, source, stop);
      looked = clock_.boot();
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

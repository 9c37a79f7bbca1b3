#include "adapters/stable_watches.h"

#include <algorithm>
#include <span>
#include <utility>

#include "adapters/objects.h"
#include "domain/evidence/scrapes.h"
#include "domain/rollout/stable_reference.h"
#include "prometheus/evidence_query.h"

namespace pawl::adapters {
namespace {

constexpr Duration kEvery{60'000};  ///< the block of StableWatchPolicy
constexpr std::size_t kAtOnce = 50;
constexpr int kWindows = 2;  ///< blocks that one reading looks back: one may be late
constexpr Duration kQueryTimeout{5'000};
constexpr const char* kScores = "pawl_score_count_total|pawl_score_sum_total|pawl_score_sumsq_total";

}  // namespace

struct StableWatches::Watch {
  Watch(const domain::RolloutSpec& of, const domain::RolloutStatus& status, bool resumed, Instant now)
      : agent(of.agent),
        evidence(of.evidence),
        analysis(of.analysis),
        stable(*status.stable),
        label(digest_label(status.stable->digest)),
        scrapes({}, label, now, of.evidence.interval),
        watch(domain::stable_watch_policy(of), domain::stable_reference(status), resumed),
        told_drifting(resumed) {}

  std::string agent;
  domain::EvidenceSpec evidence;
  domain::AnalysisSpec analysis;
  domain::RevisionRef stable;
  std::string label;
  domain::Scrapes scrapes;
  domain::StableWatch watch;
  bool told_drifting;

  [[nodiscard]] bool is_of(const domain::Observation& seen) const {
    return agent == seen.spec.agent && stable == *seen.status.stable && analysis == seen.spec.analysis &&
           evidence == seen.spec.evidence;
  }
  [[nodiscard]] bool drifting() const { return watch.opinion().opinion == domain::WatchOpinion::Drifting; }

  void add(const std::vector<domain::Series>& all) {
    std::vector<domain::Series> own;
    std::ranges::copy_if(all, std::back_inserter(own), [&](const domain::Series& one) {
      const auto of = one.labels.find("agent");
      return of != one.labels.end() && of->second == agent;
    });
    for (const domain::Increment& gained : scrapes.add(own).increments) {
      watch.add(gained.topic.subject, gained.topic.stratum, gained.counts);
    }
    watch.end_of_block();
  }
};

StableWatches::StableWatches(const Clock& clock, std::function<void(const ports::RolloutKey&)> changed)
    : clock_(clock), changed_(std::move(changed)) {}
StableWatches::~StableWatches() = default;

domain::StableOpinion StableWatches::judge(const ports::RolloutKey& key, const domain::Observation& seen) {
  const std::scoped_lock lock(mutex_);
  if (seen.status.phase != domain::Phase::Stable || !seen.status.stable || seen.deleting) {
    watches_.erase(key);
    return {};
  }
  std::shared_ptr<Watch>& watch = watches_[key];
  if (!watch || !watch->is_of(seen)) {
    const bool told_before = domain::is_true(seen.status.conditions, "StableDrifting");
    watch = std::make_shared<Watch>(seen.spec, seen.status, told_before, clock_.wall());
  }
  watch->told_drifting = watch->drifting();
  return watch->watch.opinion();
}

void StableWatches::forget(const ports::RolloutKey& key) {
  const std::scoped_lock lock(mutex_);
  watches_.erase(key);
}

std::set<std::string> StableWatches::sources() const {
  std::set<std::string> out;
  const std::scoped_lock lock(mutex_);
  for (const auto& [key, watch] : watches_) out.insert(watch->evidence.prometheus);
  return out;
}

StableWatches::Found StableWatches::watches_of(const std::string& source) {
  Found out;
  const std::scoped_lock lock(mutex_);
  for (const auto& named : watches_) {
    if (named.second->evidence.prometheus == source) out.push_back(named);
  }
  return out;
}

StableWatches::Reads StableWatches::read(const std::string& source, std::stop_token stop) {
  {
    const std::scoped_lock lock(mutex_);
    BootTime& due = due_[source];
    if (clock_.boot() < due) return {};
    due = clock_.boot() + kEvery;
  }
  Reads reads;
  const Found all = watches_of(source);
  for (std::size_t first = 0; first < all.size() && !stop.stop_requested(); first += kAtOnce) {
    const auto some = std::span(all).subspan(first, std::min(kAtOnce, all.size() - first));
    reads.queries += 1;
    // Of a failure nothing is known and nothing is said: a watch can wait.
    if (!read_some(source, {some.begin(), some.end()}, stop)) reads.failures += 1;
  }
  return reads;
}

/// Scores that were given while nothing was judged carry no rollout: they are found by agent and revision.
bool StableWatches::read_some(const std::string& source, const Found& some, std::stop_token stop) {
  std::vector<std::string> revisions;
  Duration window = kWindows * kEvery;
  for (const auto& [key, watch] : some) {
    revisions.push_back(watch->label);
    window = std::max(window, kWindows * watch->evidence.interval);
  }
  prometheus::PrometheusClient client(source, kQueryTimeout);
  const std::string selector =
      std::string("{__name__=~\"") + kScores + "\",rollout=\"\",revision=~" + prometheus::one_of(revisions) + "}";
  const auto series = client.raw_samples(selector + prometheus::range(window), clock_.wall(), stop);
  if (!series) return false;
  std::vector<ports::RolloutKey> changed;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [key, watch] : some) {
      watch->add(*series);
      if (watch->drifting() != watch->told_drifting) changed.push_back(key);
    }
  }
  for (const ports::RolloutKey& key : changed) changed_(key);
  return true;
}

}  // namespace pawl::adapters

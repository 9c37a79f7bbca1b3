// ports::EvidenceSource over Prometheus. A thread for each metrics source reads raw samples of every rollout with a
// live candidate at the rollout's interval, and as soon as a query for many rollouts of that source, on a faster
// cadence, shows a newer scrape. Both feed one fold per candidate. A restart reads everything since the candidate
// began, and what stable had scored in the day before, and the fold gives the same bits. While nothing is judged, the
// same threads keep the watch on stable (stable_watches.h).
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "adapters/evidence_track.h"
#include "adapters/stable_watches.h"
#include "base/time.h"
#include "ports/evidence_source.h"

namespace pawl::adapters {

/// How fresh the reads from one candidate's metrics source are; for metrics and tests.
struct EvidenceReads {
  std::uint64_t queries = 0;
  std::uint64_t failures = 0;
  std::uint64_t rounds = 0;  ///< times that a reading thread has looked at all that it reads
};

class PrometheusEvidence final : public ports::EvidenceSource {
 public:
  /// `changed` is called, from a reading thread, when a verdict's kind or reason, or a measured share, changed.
  PrometheusEvidence(const Clock& clock, std::function<void(const ports::RolloutKey&)> changed);
  ~PrometheusEvidence() override;

  domain::Judgement judge(const ports::RolloutKey& key, const domain::Observation& seen, Instant now) override;
  void share_decided(const ports::RolloutKey& key, const domain::RolloutStatus& status) override;
  void forget(const ports::RolloutKey& key) override;

  /// Starts and ends the reading threads. Blocks until stop.
  void run(std::stop_token stop);
  [[nodiscard]] EvidenceReads reads() const;

 private:
  using Tracks = std::map<ports::RolloutKey, std::shared_ptr<EvidenceTrack>>;
  using Named = std::vector<Tracks::value_type>;

  /// The lock must be held.
  [[nodiscard]] std::set<std::string> sources() const;
  [[nodiscard]] Named tracks_of(const std::string& source) const;
  void read_source(const std::string& source, std::stop_token stop);
  void read_due(const std::string& source, std::stop_token stop);
  void read_news(const Named& tracks, const std::string& source, std::stop_token stop);
  /// The lock must be held.
  static void note_news(const std::vector<domain::Series>& all, const std::map<std::string, EvidenceTrack*>& of_cohort);
  [[nodiscard]] Duration pause_of(const Named& tracks) const;
  [[nodiscard]] bool is_due(const EvidenceTrack& track) const;
  Status pass_over(const ports::RolloutKey& key, EvidenceTrack& track, const Error& silence);
  Status read_one(const ports::RolloutKey& key, EvidenceTrack& track, std::stop_token stop);
  /// The lock must be held.
  void note_failure(const ports::RolloutKey& key, EvidenceTrack& track, const Error& error);
  void tell_if_changed(const ports::RolloutKey& key, EvidenceTrack& track, Instant now);

  const Clock& clock_;
  std::function<void(const ports::RolloutKey&)> changed_;
  StableWatches stable_;
  mutable std::mutex mutex_;  ///< guards tracks_ and what is in them; never held while a query runs
  std::condition_variable_any tracks_changed_;
  Tracks tracks_;
  EvidenceReads reads_;
};

}  // namespace pawl::adapters

// ports::EvidenceSource over Prometheus. One thread reads raw samples of every rollout with a live candidate at the
// rollout's interval, and as soon as one query for the whole fleet, on a faster cadence, shows a newer scrape. Both feed
// one fold per candidate. A restart reads everything since the candidate began, and the fold gives the same bits.
// While nothing is judged, stable's own scores are read once a minute, fifty rollouts with one query.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/evidence/evidence.h"
#include "ports/evidence_source.h"

namespace pawl::adapters {

/// How fresh the reads from one candidate's metrics source are; for metrics and tests.
struct EvidenceReads {
  std::uint64_t queries = 0;
  std::uint64_t failures = 0;
};

class PrometheusEvidence final : public ports::EvidenceSource {
 public:
  /// `changed` is called, from the reading thread, when a verdict's kind or reason, or a measured share, changed.
  PrometheusEvidence(const Clock& clock, std::function<void(const ports::RolloutKey&)> changed);
  ~PrometheusEvidence() override;

  domain::Judgement judge(const ports::RolloutKey& key, const domain::Observation& seen, Instant now) override;
  void forget(const ports::RolloutKey& key) override;

  /// The reading thread. Blocks until stop.
  void run(std::stop_token stop);
  [[nodiscard]] EvidenceReads reads() const;

 private:
  struct Track;
  struct Watch;
  using Tracks = std::map<ports::RolloutKey, std::shared_ptr<Track>>;

  void read_due(std::stop_token stop);
  void read_news(std::stop_token stop);
  void read_one(const ports::RolloutKey& key, Track& track, std::stop_token stop);
  void judge_stable(const ports::RolloutKey& key, const domain::Observation& seen, domain::Judgement& out);
  void read_watches(std::stop_token stop);
  void tell_if_changed(const ports::RolloutKey& key, Track& track, Instant now);

  const Clock& clock_;
  std::function<void(const ports::RolloutKey&)> changed_;
  mutable std::mutex mutex_;  ///< guards tracks_, watches_ and what is in them; never held while a query runs
  Tracks tracks_;
  std::map<ports::RolloutKey, std::shared_ptr<Watch>> watches_;
  EvidenceReads reads_;
};

}  // namespace pawl::adapters

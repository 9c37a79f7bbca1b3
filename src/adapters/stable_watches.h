// Reads the scores of stable revisions while nothing is judged: once a minute, fifty rollouts with one query.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/evidence/stable_watch.h"
#include "domain/rollout/observation.h"
#include "ports/rollout_world.h"

namespace pawl::adapters {

/// Thread-safe; each metrics source is read from one thread.
class StableWatches {
 public:
  /// `changed` is called, from a reading thread, when a watch begins or ceases to see a drift.
  StableWatches(const Clock& clock, std::function<void(const ports::RolloutKey&)> changed);
  ~StableWatches();

  /// What the watch on this rollout's stable revision says; begins one where there is none. Ends it outside of
  /// `Stable`.
  domain::StableOpinion judge(const ports::RolloutKey& key, const domain::Observation& seen);
  void forget(const ports::RolloutKey& key);

  /// The metrics sources that have to be read.
  [[nodiscard]] std::set<std::string> sources() const;
  struct Reads {
    std::uint64_t queries = 0;
    std::uint64_t failures = 0;
  };
  /// Reads every watch of one source once, if it is time.
  Reads read(const std::string& source, std::stop_token stop);

 private:
  struct Watch;
  using Found = std::vector<std::pair<ports::RolloutKey, std::shared_ptr<Watch>>>;

  [[nodiscard]] Found watches_of(const std::string& source);
  bool read_some(const std::string& source, const Found& some, std::stop_token stop);

  const Clock& clock_;
  std::function<void(const ports::RolloutKey&)> changed_;
  mutable std::mutex mutex_;  ///< guards what follows; never held while a query runs
  std::map<ports::RolloutKey, std::shared_ptr<Watch>> watches_;
  std::map<std::string, BootTime> due_;  ///< by source
};

}  // namespace pawl::adapters

// The operator's own metrics. Label sets are bounded: no object's name is a label.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "adapters/rollout_census.h"
#include "base/time.h"

namespace prometheus {
class Registry;
}

namespace pawl::adapters {

/// Thread-safe.
class OperatorMetrics {
 public:
  OperatorMetrics();
  ~OperatorMetrics();
  OperatorMetrics(const OperatorMetrics&) = delete;
  OperatorMetrics& operator=(const OperatorMetrics&) = delete;

  /// `result`: done, wrote, stale, failed.
  void reconciled(const std::string& result, Duration took);
  void called(const std::string& verb, const std::string& resource, int code, std::chrono::duration<double> took);
  void leading(bool value);
  void queue(std::size_t ready, std::size_t waiting);
  void evidence(std::uint64_t queries, std::uint64_t failures);
  /// The copy of one kind. `age`: since the API server last proved it current; none: it has not yet.
  /// `undecodable`: decodings that failed since the start.
  void cache(const std::string& resource, std::optional<Duration> age, std::uint64_t undecodable);
  /// Of the leader: what it was told before and the census does not have is 0 from now on.
  void rollouts(const RolloutCensus& census);
  /// `stage`: synced (the first lists are here), leading, caught_up (the queue was empty for the first time). Once
  /// each.
  void reached(const std::string& stage, Duration since_start);
  /// What a scrape reads.
  [[nodiscard]] std::string text() const;

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace pawl::adapters

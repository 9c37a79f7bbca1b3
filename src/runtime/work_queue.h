// The queue between "something about this key changed" and the worker that reconciles the key.
//
// Rules: a key is queued at most once; it is never handed to two workers at a time (an add while it is
// being worked on waits for `done`); of several wishes the earliest wins, so a timer is absorbed by an
// earlier add (a reconcile must recompute its next wake-up every time); order is by the moment of
// readiness. Retries are spaced per key and, together, to `retries_per_second`. It holds no more keys than
// there are objects, so nothing is ever refused.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/random.h"
#include "base/time.h"
#include "runtime/backoff.h"

namespace pawl::runtime {

struct WorkQueueOptions {
  /// The longest wait is short: the end of an outage tells no key, and a rollback may wait to be written. What a long
  /// one would spare the server is spared by the rate below.
  BackoffPolicy retry{Duration{100}, 2.0, Duration{10'000}, 0.8, 1.2, std::nullopt};
  int retries_per_second = 20;  ///< all keys together; a second's worth may burst
  Duration stale_delay{100};
  Duration max_delay = std::chrono::hours{24 * 366};
  std::uint64_t seed = 1;
};

/// How one reconcile of a key ended.
struct Outcome {
  enum class Kind {
    Done,    ///< failures forgotten
    After,   ///< failures forgotten, run again after `after`
    Failed,  ///< run again with backoff
    Stale,   ///< the cache lags behind our own write: run again soon, not a failure
  };
  Kind kind = Kind::Done;
  Duration after{0};
};

struct WorkQueueStats {
  std::size_t ready = 0;
  std::size_t waiting = 0;
  std::size_t processing = 0;
  std::uint64_t adds = 0;
  std::uint64_t retries = 0;
};

/// Thread-safe. Threads use `get`; a simulator uses `try_get` and `next_ready` and never blocks.
class WorkQueue {
 public:
  using Key = std::string;

  /// `clock` must outlive the queue.
  explicit WorkQueue(const Clock& clock, WorkQueueOptions options = {});

  /// Asks for a run of `key` after `after`. Nothing after shutdown.
  void add(const Key& key, Duration after = Duration{0});

  /// Blocks until a key is ready; nothing on stop or shutdown. Every key got needs one `done`.
  std::optional<Key> get(std::stop_token stop);
  /// The same without blocking, at the given time.
  std::optional<Key> try_get(BootTime now);
  /// When `try_get` will next have something (possibly past); nothing if only an add or a done can help.
  [[nodiscard]] std::optional<BootTime> next_ready() const;

  /// Ends the run of a key got before. An add during the run is honoured whatever the outcome says.
  void done(const Key& key, const Outcome& outcome);

  /// Hands out nothing any more and drops what waits; runs under way may still be `done`.
  void shutdown();

  [[nodiscard]] int failures(const Key& key) const;
  [[nodiscard]] WorkQueueStats stats() const;

 private:
  enum class Place { None, Ready, Waiting, Deferred };  // Deferred: wanted again, but being worked on
  struct Entry {
    Place place = Place::None;
    bool processing = false;
    BootTime ready_at{0};
    std::uint64_t seq = 0;
    int failures = 0;
  };
  using Entries = std::unordered_map<Key, Entry>;

  void want(const Key& key, Entry& entry, BootTime at, BootTime now);
  void place(const Key& key, Entry& entry, BootTime now);
  void unplace(const Key& key, Entry& entry);
  void make_ready(const Key& key, Entry& entry);
  void wake_timers(BootTime now);
  std::optional<Key> pop(BootTime now);
  BootTime later(BootTime now, Duration after) const;
  BootTime retry_time(Entry& entry, BootTime now);

  const Clock& clock_;
  const WorkQueueOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  Entries entries_;
  std::map<std::uint64_t, Key> ready_;  // by seq
  std::set<std::pair<BootTime, Key>> waiting_;
  std::uint64_t next_seq_ = 0;
  BootTime retry_slot_{0};  // when the last admitted retry's place in the shared rate ends
  Random random_;
  WorkQueueStats counters_;
  bool shut_down_ = false;
};

}  // namespace pawl::runtime

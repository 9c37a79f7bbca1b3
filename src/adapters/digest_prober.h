// Asks ready pods which bundle they really serve (GET /revision), off the reconcile path. What a pod answered is
// kept for the pod's life: a bundle is read at start.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "base/time.h"
#include "ports/rollout_world.h"

namespace pawl::adapters {

/// Several pods are asked at a time, each within a time and a size of its own: one that is slow, or talks without end,
/// delays no other.
class DigestProber {
 public:
  /// How long a pod that does not answer is asked again; the pauses double. The default is over half a minute.
  struct Patience {
    int tries = 10;
    Duration first_pause{100};
    Duration longest_pause{5'000};
  };
  struct Target {
    ports::RolloutKey rollout;
    std::string pod_uid;
    std::string ip;  ///< IPv6 without brackets
    int port = 0;
  };
  /// `look_again` is called, from a thread of the prober, when a pod's answer became known; and when a pod has not
  /// answered for some time: it is asked no more then, unless whoever looks finds it still there and asks again.
  DigestProber(const Clock& clock, std::function<void(const ports::RolloutKey&)> look_again)
      : DigestProber(clock, std::move(look_again), Patience{}) {}
  DigestProber(const Clock& clock, std::function<void(const ports::RolloutKey&)> look_again, Patience patience)
      : clock_(clock), look_again_(std::move(look_again)), patience_(patience) {}

  /// The digest this pod answered with, if it has answered; asks for it otherwise. Thread-safe, no I/O.
  std::optional<std::string> digest_of(const Target& target);
  /// Asks what was asked for, and again after a failure. Blocks until stop.
  void run(const std::stop_token& stop);

 private:
  struct Known {
    std::string digest;
    BootTime used{};
  };
  struct Question {
    Target target;
    int failures = 0;
    BootTime due{};
    bool taken = false;  ///< some thread asks right now
  };

  void work(const std::stop_token& stop);
  /// The next question that is due, taken; nothing: stopped.
  std::optional<Target> next(const std::stop_token& stop);
  void answered(const Target& target, const std::string& digest);
  /// True: this was the last try.
  bool failed(const Target& target);
  /// There is another question, or another time to ask one. With mutex_ held.
  void tell();

  const Clock& clock_;
  std::function<void(const ports::RolloutKey&)> look_again_;
  Patience patience_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::uint64_t changes_ = 0;                  // under mutex_
  std::map<std::string, Known> known_;         // by pod uid; under mutex_
  std::map<std::string, Question> questions_;  // by pod uid; under mutex_
};

}  // namespace pawl::adapters

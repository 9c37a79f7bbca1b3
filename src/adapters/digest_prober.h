// Asks ready pods which bundle they really serve (GET /revision), off the reconcile path. What a pod answered is
// kept for the pod's life: a bundle is read at start.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>

#include "base/guarded.h"
#include "base/time.h"
#include "ports/rollout_world.h"

namespace pawl::adapters {

class DigestProber {
 public:
  struct Target {
    ports::RolloutKey rollout;
    std::string pod_uid;
    std::string address;  ///< "10.199.1.7:8080"
  };
  /// `answered` is called, from the prober's thread, when a pod's answer became known.
  DigestProber(const Clock& clock, std::function<void(const ports::RolloutKey&)> answered)
      : clock_(clock), answered_(std::move(answered)) {}

  /// The digest this pod answered with, if it has answered; asks for it otherwise. Thread-safe, no I/O.
  std::optional<std::string> digest_of(const Target& target);
  /// The prober's thread: asks what was asked for, and again after a failure. Blocks until stop.
  void run(std::stop_token stop);

 private:
  struct Entry {
    std::optional<std::string> digest;
    BootTime used{};
  };
  struct State {
    std::map<std::string, Entry> known;     ///< by pod uid
    std::map<std::string, Target> waiting;  ///< by pod uid
  };
  void ask(const Target& target);

  const Clock& clock_;
  std::function<void(const ports::RolloutKey&)> answered_;
  Guarded<State> state_;
};

}  // namespace pawl::adapters

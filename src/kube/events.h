// Events (events.k8s.io/v1) about our objects, for people who run `kubectl describe`.
// Best effort: an event never fails or delays a reconcile.
#pragma once

#include <atomic>
#include <deque>
#include <mutex>
#include <string>
#include <unordered_set>

#include <nlohmann/json_fwd.hpp>

#include "base/time.h"
#include "kube/client.h"

namespace pawl::kube {

/// The object that an event is about.
struct Regarding {
  std::string api_version;
  std::string kind;
  ObjectKey key;
  std::string uid;
  std::string resource_version;
};

enum class EventType { Normal, Warning };

struct EventInput {
  Regarding regarding;
  EventType type = EventType::Normal;
  std::string reason;  ///< CamelCase, why: "WeightChanged"
  std::string action;  ///< CamelCase, what was done: "Promote"
  std::string note;    ///< for a person; cut at 1024 bytes
  /// What tells this occurrence from another with the same words ("3/20": epoch and step). The same transition
  /// told twice, by a restarted process for example, must have the same key.
  std::string key;
};

struct EventReporter {
  std::string controller;  ///< "pawl.dev/rollout"
  std::string instance;    ///< the pod
};

/// "<object>.<16 hex digits>": the same transition always gets the same name.
std::string event_name(const EventInput& input);
/// The whole object. Pure.
nlohmann::json make_event(const EventInput& input, const EventReporter& reporter, Instant now);

/// Thread-safe. Remembers the last 1000 names, so that telling the same transition again costs no request.
class EventRecorder {
 public:
  EventRecorder(Client client, EventReporter reporter, std::shared_ptr<const Clock> clock);

  /// Sends at most one request, from the calling thread, through the client's gate. AlreadyExists is success;
  /// any other error is logged at debug level, counted and dropped.
  void emit(const EventInput& input);

  [[nodiscard]] std::uint64_t sent() const { return sent_.load(); }
  [[nodiscard]] std::uint64_t dropped() const { return dropped_.load(); }

 private:
  bool remember(const std::string& name);

  Client client_;
  EventReporter reporter_;
  std::shared_ptr<const Clock> clock_;
  std::mutex mutex_;
  std::unordered_set<std::string> known_;  // guarded by mutex_
  std::deque<std::string> order_;          // guarded by mutex_; oldest first
  std::atomic<std::uint64_t> sent_{0};
  std::atomic<std::uint64_t> dropped_{0};
};

}  // namespace pawl::kube

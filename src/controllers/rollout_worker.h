// The loop around the controller: a key from the queue, one reconcile, the queue told how it ended.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "base/time.h"
#include "controllers/rollout_controller.h"
#include "runtime/work_queue.h"

namespace pawl::controllers {

/// What one reconcile was, for metrics.
struct ReconcileRecord {
  std::string result;  ///< done, wrote, stale, failed
  Duration took{};
};

std::string queue_key(const ports::RolloutKey& key);
ports::RolloutKey rollout_key(const std::string& queue_key);

/// Several threads may run one worker each on the same queue and controller.
class RolloutWorker {
 public:
  RolloutWorker(runtime::WorkQueue& queue, RolloutController& controller, const Clock& clock)
      : queue_(queue), controller_(controller), clock_(clock) {}

  void on_reconcile(std::function<void(const ReconcileRecord&)> observer) { observer_ = std::move(observer); }

  /// Blocks until stop or shutdown of the queue.
  void run(std::stop_token stop);
  /// One key, already taken from the queue.
  void work(const std::string& key);

 private:
  runtime::WorkQueue& queue_;
  RolloutController& controller_;
  const Clock& clock_;
  std::function<void(const ReconcileRecord&)> observer_;
};

}  // namespace pawl::controllers

// How far a run is, told while it goes on: in AgentRevision.status.gateProgress.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "base/time.h"
#include "domain/gate/gate_verdict.h"

namespace pawl::gatekeeper {

/// Tells the beginning at once, from the thread that makes it, and then the newest at most every kGap, from a thread of
/// its own: who asks the agents must not wait for the API server. Ends with its life, without telling any more.
class ProgressTeller {
 public:
  using Tell = std::function<void(const domain::GateProgress&)>;
  static constexpr BootTime kGap = std::chrono::seconds(10);

  /// The clock must outlive it.
  ProgressTeller(const domain::GateProgress& begin, Tell tell, const Clock& clock);

  /// Any thread; quick.
  void note(const domain::GateProgress& progress);

 private:
  void tell_until(const std::stop_token& stop);

  Tell tell_;
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  domain::GateProgress newest_;  // guarded by mutex_
  bool wanted_ = false;          // guarded by mutex_
  BootTime told_at_;             // guarded by mutex_
  std::jthread thread_;          // last: it uses all of the above
};

}  // namespace pawl::gatekeeper

// What pawl-gate hears of: rollouts and suites. Which of them a change concerns, as keys of the work queue.
#pragma once

#include <string>
#include <vector>

#include "kube/informer.h"
#include "kube/resource.h"
#include "runtime/work_queue.h"

namespace pawl::gatekeeper {

/// What is looked at: "rollout/shop/support", "suite/shop/held-out".
enum class Kind { Rollout, Suite };
std::string queue_key(Kind kind, const kube::ObjectKey& object);
struct Looked {
  Kind kind = Kind::Rollout;
  kube::ObjectKey object;
};
/// The reverse. `key` was made by `queue_key`.
Looked read_queue_key(const std::string& key);

/// All that is kept of a rollout; the rest is read anew each time.
struct WaitingRollout {
  std::vector<std::string> suites;  ///< by which it waits to be judged; none if it waits for no verdict
};
/// Of a suite only that it changed matters.
struct ChangedSuite {};

/// Copies of both kinds that put into a queue what a change concerns: a changed suite also the rollouts that wait for
/// its verdict. Run both; `queue`, the transport and the clock must outlive it.
class Watched {
 public:
  /// `ns` empty: every namespace.
  Watched(kube::Transport& transport, const Clock& clock, const std::string& ns, std::uint64_t seed,
          runtime::WorkQueue& queue);

  kube::Informer<WaitingRollout> rollouts;
  kube::Informer<ChangedSuite> suites;

 private:
  void queue_who_waits_for(const kube::ObjectKey& suite) const;

  runtime::WorkQueue& queue_;
};

}  // namespace pawl::gatekeeper

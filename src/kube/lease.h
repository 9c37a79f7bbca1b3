// Runs the leader election against the API server and is the gate of every write.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "kube/client.h"
#include "kube/lease_elector.h"

namespace pawl::kube {

struct LeaseOptions {
  ObjectKey lease;
  std::string identity;  ///< see make_lease_identity
  LeaseTimes times;
  std::uint64_t seed = 0;  ///< of the retry jitter
};

/// Called on the lease's thread; must return quickly. Each is called at most once.
struct LeaseCallbacks {
  std::function<void(int epoch)> acquired;
  /// The gate is closed already. The process should end soon: the lease is not tried again.
  std::function<void(const std::string& why)> lost;
};

/// "<host>_<process number>_<random>": differs for every process.
std::string make_lease_identity();

/// Holds the lease. open() and remaining() may be called from any thread; they compare CLOCK_BOOTTIME with the
/// end of the lease, so that they are right even when the lease's own thread hangs or the machine was suspended.
class Lease final : public WriteGate {
 public:
  /// `transport` should not be shared with lists, which could delay renewals.
  Lease(std::shared_ptr<Transport> transport, std::shared_ptr<const Clock> clock, LeaseOptions options,
        LeaseCallbacks callbacks);
  ~Lease() override;
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  /// Starts the thread. Invalid when the times contradict each other.
  Status start();
  /// Ends the thread and, when leading, gives the lease back, so that a successor need not wait for its end.
  /// Call it only after every worker that writes was joined.
  void stop_and_release();
  /// One request or one decision, on the calling thread: for tests, instead of start(). Returns how long to wait.
  Duration step();

  [[nodiscard]] bool open() const override;
  [[nodiscard]] std::optional<Duration> remaining() const override;
  /// leaseTransitions of our term: the fencing epoch; meaningful after `acquired`.
  [[nodiscard]] int epoch() const { return epoch_.load(); }
  /// When the election last made a step: a liveness probe fails when that is older than duration + 20 s.
  [[nodiscard]] BootTime last_step() const { return BootTime{last_step_.load()}; }

 private:
  void run(const std::stop_token& stop);
  void perform(const LeaseStep& step, const std::stop_token& stop);
  Result<LeaseRecord> send(HttpRequest request, const std::stop_token& stop);
  HttpRequest write_request(const LeaseStep& step) const;
  void publish();
  void lose(const std::string& why);
  void release();
  Duration step(const std::stop_token& stop);

  std::shared_ptr<Transport> transport_;
  std::shared_ptr<const Clock> clock_;
  LeaseOptions options_;
  LeaseCallbacks callbacks_;
  LeaseElector elector_;
  std::string last_problem_;
  bool announced_ = false;
  bool lost_ = false;
  std::atomic<std::int64_t> valid_until_{0};  // microseconds since boot; 0: closed
  std::atomic<std::int64_t> last_step_{0};
  std::atomic<int> epoch_{0};
  std::jthread thread_;
};

}  // namespace pawl::kube

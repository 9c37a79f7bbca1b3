// Runs one pod: one thread that starts, watches, restarts and stops its processes and tells its status.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "node_agent/pod_status.h"
#include "node_agent/probe.h"
#include "node_agent/process.h"
#include "node_agent/sources.h"
#include "node_agent/volumes.h"

namespace pawl::node_agent {

class PodWorker {
 public:
  PodWorker(const Sources& sources, std::shared_ptr<const Json> pod);
  ~PodWorker();  ///< kills the processes; the pod object is left alone
  PodWorker(const PodWorker&) = delete;
  PodWorker& operator=(const PodWorker&) = delete;

  /// The object changed; null: it is gone from the API server. Thread-safe.
  void update(std::shared_ptr<const Json> pod);
  /// Asks the thread to kill its processes and end; the destructor waits for it.
  void stop() { thread_.request_stop(); }
  /// The thread is over and the object's name is free.
  [[nodiscard]] bool finished() const { return finished_; }

 private:
  struct Container {
    Json spec;
    ContainerState state;
    ReadinessProbe probe;
    std::optional<Process> process;
    BootTime start_at{0};
    BootTime started_at{0};
    Duration back_off{0};
  };

  void run(const std::stop_token& stop);
  bool prepare();
  void make_containers();
  void tick();
  void refresh_volumes();
  void tend(Container& container);
  void start(Container& container);
  Result<ProcessPlan> plan(const Container& container) const;
  Result<std::vector<Mount>> mounts(const Json& container) const;
  void ended(Container& container, int code);
  [[nodiscard]] bool contradicted(BootTime now) const;
  void tell_status();
  void terminate(const std::stop_token& stop);
  bool poll_all();
  bool delete_object() const;
  [[nodiscard]] std::shared_ptr<const Json> pod() const;
  [[nodiscard]] kube::ObjectKey key() const;

  const Sources& sources_;
  const std::string uid_;
  const std::string folder_;

  mutable std::mutex mutex_;
  std::shared_ptr<const Json> pod_;  // never null
  std::atomic<bool> gone_{false};
  std::atomic<bool> finished_{false};

  // The thread's own.
  bool host_network_ = false;
  Volumes volumes_;
  std::optional<Error> volume_error_;
  std::string logged_error_;
  BootTime next_refresh_{0};
  PodState state_;
  std::vector<Container> containers_;
  PodStatusWriter writer_;
  Json told_;
  std::optional<BootTime> told_at_;
  BootTime next_tell_{0};

  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace pawl::node_agent

// SIGTERM and SIGINT, waited for instead of handled.
#pragma once

#include <csignal>
#include <stop_token>
#include <thread>

namespace pawl::runtime {

/// Thread-safe.
class Termination {
 public:
  /// Holds both signals back in this thread and in every one that it starts later: make it before the first.
  Termination();
  /// Until one of them arrives.
  void wait() const;
  /// The same; false when `stop` came first.
  [[nodiscard]] bool wait(const std::stop_token& stop) const;
  /// A thread that asks `source` to stop once a signal arrives. It ends with its handle, which `source` must outlive.
  [[nodiscard]] std::jthread forward_to(std::stop_source& source) const;

 private:
  sigset_t signals_;
};

}  // namespace pawl::runtime

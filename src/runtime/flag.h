// Something that happens once, and that threads wait for.
#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace pawl::runtime {

/// Down at first; once raised it stays up. Thread-safe.
class Flag {
 public:
  void raise();
  [[nodiscard]] bool is_up() const;
  /// Waits until the flag is up. False when `stop` came first.
  bool wait(const std::stop_token& stop) const;

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable_any changed_;
  bool up_ = false;
};

}  // namespace pawl::runtime

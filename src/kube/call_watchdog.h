// Ends a blocking call from outside: at a deadline that may move, or when somebody asks to stop.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

#include "base/time.h"

namespace pawl::kube {

/// One thread beside one blocking call. The HTTP library's own limits count single reads only, and its stop()
/// is forgotten when it comes a moment too early, so `interrupt` is repeated until the call is over.
class CallWatchdog {
 public:
  enum class Verdict { None, Cancelled, TimedOut };

  /// `interrupt` is called from the watchdog's thread, possibly many times, never after finish().
  CallWatchdog(const Clock& clock, Duration limit, std::stop_token stop, std::function<void()> interrupt);
  ~CallWatchdog();
  CallWatchdog(const CallWatchdog&) = delete;
  CallWatchdog& operator=(const CallWatchdog&) = delete;

  /// The deadline becomes now + `limit`.
  void restart(Duration limit);
  [[nodiscard]] Verdict verdict() const;
  /// The call is over: joins the thread and tells what it did.
  Verdict finish();

 private:
  void watch();

  const Clock& clock_;
  std::stop_token stop_;
  std::function<void()> interrupt_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  BootTime deadline_;
  bool done_ = false;
  Verdict verdict_ = Verdict::None;
  std::thread thread_;
};

}  // namespace pawl::kube

#include "kube/call_watchdog.h"

namespace pawl::kube {

CallWatchdog::CallWatchdog(const Clock& clock, Duration limit, std::stop_token stop, std::function<void()> interrupt)
    : clock_(clock), stop_(std::move(stop)), interrupt_(std::move(interrupt)), deadline_(clock.boot() + limit) {
  thread_ = std::thread([this] { watch(); });
}

CallWatchdog::~CallWatchdog() { finish(); }

void CallWatchdog::restart(Duration limit) {
  const std::scoped_lock lock(mutex_);
  const BootTime deadline = clock_.boot() + limit;
  const bool earlier = deadline < deadline_;
  deadline_ = deadline;
  if (earlier) wake_.notify_all();  // a later deadline is noticed when the thread wakes for the old one
}

CallWatchdog::Verdict CallWatchdog::verdict() const {
  const std::scoped_lock lock(mutex_);
  return verdict_;
}

CallWatchdog::Verdict CallWatchdog::finish() {
  {
    const std::scoped_lock lock(mutex_);
    done_ = true;
    wake_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
  return verdict_;
}

void CallWatchdog::watch() {
  constexpr Duration kRepeat{20};
  std::unique_lock lock(mutex_);
  while (!done_ && verdict_ == Verdict::None) {
    const BootTime left = deadline_ - clock_.boot();
    if (stop_.stop_requested()) {
      verdict_ = Verdict::Cancelled;
    } else if (left <= BootTime{0}) {
      verdict_ = Verdict::TimedOut;
    } else {
      const BootTime before = deadline_;
      wake_.wait_for(lock, stop_, left, [&] { return done_ || deadline_ < before; });
    }
  }
  while (!done_) {
    // Without the lock: the library's stop() may wait for a handshake, and the call itself may ask us things.
    lock.unlock();
    interrupt_();
    lock.lock();
    wake_.wait_for(lock, kRepeat, [&] { return done_; });
  }
}

}  // namespace pawl::kube

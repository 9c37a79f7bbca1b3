#include "gatekeeper/progress.h"

#include <utility>

namespace pawl::gatekeeper {

ProgressTeller::ProgressTeller(const domain::GateProgress& begin, Tell tell, const Clock& clock)
    : tell_(std::move(tell)), clock_(clock), newest_(begin), told_at_(clock.boot()) {
  tell_(begin);
  thread_ = std::jthread([this](const std::stop_token& stop) { tell_until(stop); });
}

void ProgressTeller::note(const domain::GateProgress& progress) {
  const std::scoped_lock lock(mutex_);
  newest_ = progress;
  if (wanted_ || clock_.boot() - told_at_ < kGap) return;
  wanted_ = true;
  told_at_ = clock_.boot();
  wake_.notify_one();
}

void ProgressTeller::tell_until(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (wake_.wait(lock, stop, [this] { return wanted_; })) {
    wanted_ = false;
    const domain::GateProgress now = newest_;
    lock.unlock();
    tell_(now);
    lock.lock();
    if (stop.stop_requested()) return;
  }
}

}  // namespace pawl::gatekeeper

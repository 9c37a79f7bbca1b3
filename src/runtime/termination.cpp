#include "runtime/termination.h"

#include <ctime>

namespace pawl::runtime {

Termination::Termination() : signals_() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGTERM);
  sigaddset(&signals_, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
}

void Termination::wait() const {
  int received = 0;
  sigwait(&signals_, &received);
}

bool Termination::wait(const std::stop_token& stop) const {
  const timespec slice{0, 200'000'000};  // a stop token cannot wake a wait for signals
  while (!stop.stop_requested()) {
    if (sigtimedwait(&signals_, nullptr, &slice) > 0) return true;
  }
  return false;
}

std::jthread Termination::forward_to(std::stop_source& source) const {
  return std::jthread([signals = *this, &source](const std::stop_token& ended) {
    if (signals.wait(ended)) source.request_stop();
  });
}

}  // namespace pawl::runtime

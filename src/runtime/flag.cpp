#include "runtime/flag.h"

namespace pawl::runtime {

void Flag::raise() {
  {
    const std::scoped_lock lock(mutex_);
    up_ = true;
  }
  changed_.notify_all();
}

bool Flag::is_up() const {
  const std::scoped_lock lock(mutex_);
  return up_;
}

bool Flag::wait(const std::stop_token& stop) const {
  std::unique_lock lock(mutex_);
  return changed_.wait(lock, stop, [this] { return up_; });
}

}  // namespace pawl::runtime

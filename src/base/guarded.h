// Guarded<T>: data that can be reached only while its lock is held, so "forgot to lock" does not compile.
// Do no I/O and call nobody back inside `with`.
#pragma once

#include <mutex>
#include <utility>

namespace pawl {

template <class T>
class Guarded {
 public:
  Guarded() = default;
  explicit Guarded(T value) : value_(std::move(value)) {}

  /// Runs `use(T&)` under the lock and returns what it returns.
  template <class Use>
  decltype(auto) with(Use&& use) {
    const std::scoped_lock lock(mutex_);
    return std::forward<Use>(use)(value_);
  }
  template <class Use>
  decltype(auto) with(Use&& use) const {
    const std::scoped_lock lock(mutex_);
    return std::forward<Use>(use)(value_);
  }

 private:
  mutable std::mutex mutex_;
  T value_{};
};

}  // namespace pawl

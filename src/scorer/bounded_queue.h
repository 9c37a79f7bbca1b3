// A queue that never grows past its bound: what does not fit is dropped and counted, the sender never waits.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>

namespace pawl::scorer {

template <class T>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t most) : most_(most) {}

  /// False: full, and the value is gone.
  bool push(T value) {
    {
      const std::scoped_lock lock(mutex_);
      if (values_.size() >= most_) {
        dropped_.fetch_add(1);
        return false;
      }
      values_.push_back(std::move(value));
    }
    filled_.notify_one();
    return true;
  }

  /// Waits for a value; nothing once `stop` is requested and the queue is empty.
  std::optional<T> pop(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    filled_.wait(lock, stop, [&] { return !values_.empty(); });
    if (values_.empty()) return std::nullopt;
    std::optional<T> value(std::move(values_.front()));
    values_.pop_front();
    return value;
  }

  /// Without waiting.
  std::optional<T> try_pop() {
    const std::scoped_lock lock(mutex_);
    if (values_.empty()) return std::nullopt;
    std::optional<T> value(std::move(values_.front()));
    values_.pop_front();
    return value;
  }

  [[nodiscard]] std::uint64_t dropped() const { return dropped_.load(); }

 private:
  std::size_t most_;
  std::mutex mutex_;
  std::condition_variable_any filled_;
  std::deque<T> values_;
  std::atomic<std::uint64_t> dropped_{0};
};

}  // namespace pawl::scorer

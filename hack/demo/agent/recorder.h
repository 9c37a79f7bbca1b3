// Sends interaction records to the scorer, after the answers and never in their way.
#pragma once

#include <atomic>
#include <string>
#include <thread>

#include "scorer/bounded_queue.h"

namespace pawl::demo {

class Recorder {
 public:
  /// `scorer_url` is "http://host:port"; empty: records are thrown away. The token file is read anew for each
  /// batch, because projected tokens are replaced while we run.
  Recorder(std::string scorer_url, std::string token_file);

  /// One record, JSON text. Never waits; drops and counts when the queue is full.
  void record(std::string json) { queue_.push(std::move(json)); }
  /// Records lost: to a full queue or to a scorer that did not take them.
  [[nodiscard]] std::uint64_t lost() const { return queue_.dropped() + refused_.load(); }

 private:
  void run(std::stop_token stop);

  std::string url_;
  std::string token_file_;
  scorer::BoundedQueue<std::string> queue_{4096};
  std::atomic<std::uint64_t> refused_{0};
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace pawl::demo

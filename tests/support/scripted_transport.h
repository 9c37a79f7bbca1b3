// A Transport that plays what a test wrote down, and remembers what was asked. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "kube/transport.h"

namespace pawl::test {

/// One answer to `unary`.
using UnaryAnswer = Result<kube::HttpResponse>;

/// One answer to `stream`: the pieces, then the end.
struct StreamAnswer {
  std::vector<std::string> pieces;
  kube::StreamOutcome outcome;
};

/// Answers are played in the order they were given, lists and watches apart. When they run out, a call
/// blocks until stop (`when_empty(Block)`, the default) or reports Cancelled at once (`Return`).
class ScriptedTransport final : public kube::Transport {
 public:
  enum class WhenEmpty { Block, Return };

  void when_empty(WhenEmpty what);
  void answer(int status, std::string body, std::vector<std::pair<std::string, std::string>> headers = {});
  void answer(Error error);
  void stream(std::vector<std::string> pieces, kube::StreamEnd end = kube::StreamEnd::Cancelled);
  void stream_refused(int status, std::string body);

  Result<kube::HttpResponse> unary(const kube::HttpRequest& request, std::stop_token stop) override;
  kube::StreamOutcome stream(const kube::HttpRequest& request, const std::function<bool(std::string_view)>& on_data,
                             const std::function<Duration()>& idle_limit, std::stop_token stop) override;

  /// Paths in the order they came.
  [[nodiscard]] std::vector<std::string> lists() const;
  [[nodiscard]] std::vector<std::string> watches() const;
  [[nodiscard]] std::vector<Duration> idle_limits() const;
  /// Blocks until so many calls of both kinds came. False after ten seconds.
  bool wait_for_calls(std::size_t count) const;

 private:
  /// Returns once stop is requested, or at once if told so.
  void wait_for_stop(std::unique_lock<std::mutex>& lock, std::stop_token stop);

  mutable std::mutex mutex_;
  mutable std::condition_variable_any changed_;
  WhenEmpty when_empty_ = WhenEmpty::Block;
  std::deque<UnaryAnswer> unary_answers_;
  std::deque<StreamAnswer> stream_answers_;
  std::vector<std::string> lists_;
  std::vector<std::string> watches_;
  std::vector<Duration> idle_limits_;
};

}  // namespace pawl::test

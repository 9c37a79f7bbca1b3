#include "support/scripted_transport.h"

#include <utility>

namespace pawl::test {

void ScriptedTransport::when_empty(WhenEmpty what) {
  const std::scoped_lock lock(mutex_);
  when_empty_ = what;
}

void ScriptedTransport::answer(int status, std::string body, std::vector<std::pair<std::string, std::string>> headers) {
  const std::scoped_lock lock(mutex_);
  unary_answers_.emplace_back(kube::HttpResponse{status, std::move(body), std::move(headers)});
}

void ScriptedTransport::answer(Error error) {
  const std::scoped_lock lock(mutex_);
  unary_answers_.emplace_back(fail(std::move(error)));
}

void ScriptedTransport::stream(std::vector<std::string> pieces, kube::StreamEnd end) {
  const std::scoped_lock lock(mutex_);
  stream_answers_.push_back({std::move(pieces), {end, {}, "scripted"}});
}

void ScriptedTransport::stream_refused(int status, std::string body) {
  const std::scoped_lock lock(mutex_);
  stream_answers_.push_back({{}, {kube::StreamEnd::HttpError, {status, std::move(body), {}}, "scripted"}});
}

void ScriptedTransport::wait_for_stop(std::unique_lock<std::mutex>& lock, std::stop_token stop) {
  if (when_empty_ == WhenEmpty::Return) return;
  changed_.wait(lock, stop, [] { return false; });
}

Result<kube::HttpResponse> ScriptedTransport::unary(const kube::HttpRequest& request, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  lists_.push_back(request.path);
  changed_.notify_all();
  if (unary_answers_.empty()) {
    wait_for_stop(lock, stop);
    return fail(ErrorKind::Cancelled, "the script has ended");
  }
  UnaryAnswer answer = std::move(unary_answers_.front());
  unary_answers_.pop_front();
  return answer;
}

kube::StreamOutcome ScriptedTransport::stream(const kube::HttpRequest& request,
                                              const std::function<bool(std::string_view)>& on_data,
                                              const std::function<Duration()>& idle_limit, std::stop_token stop) {
  StreamAnswer answer;
  {
    std::unique_lock lock(mutex_);
    watches_.push_back(request.path);
    changed_.notify_all();
    if (stream_answers_.empty()) {
      wait_for_stop(lock, stop);
      return {kube::StreamEnd::Cancelled, {}, "the script has ended"};
    }
    answer = std::move(stream_answers_.front());
    stream_answers_.pop_front();
  }
  // Without the lock: on_data may ask us things.
  const bool accepted = answer.outcome.end != kube::StreamEnd::HttpError;
  if (accepted && !on_data({})) return {kube::StreamEnd::Cancelled, {}, "given up by the reader"};
  for (const std::string& piece : answer.pieces) {
    const Duration limit = idle_limit();
    {
      const std::scoped_lock lock(mutex_);
      idle_limits_.push_back(limit);
    }
    if (!on_data(piece)) return {kube::StreamEnd::Cancelled, {}, "given up by the reader"};
  }
  return answer.outcome;
}

std::vector<std::string> ScriptedTransport::lists() const {
  const std::scoped_lock lock(mutex_);
  return lists_;
}

std::vector<std::string> ScriptedTransport::watches() const {
  const std::scoped_lock lock(mutex_);
  return watches_;
}

std::vector<Duration> ScriptedTransport::idle_limits() const {
  const std::scoped_lock lock(mutex_);
  return idle_limits_;
}

bool ScriptedTransport::wait_for_calls(std::size_t count) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::seconds{10}, [&] { return lists_.size() + watches_.size() >= count; });
}

}  // namespace pawl::test

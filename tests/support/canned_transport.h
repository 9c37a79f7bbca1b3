// A Transport that answers from a script (or a function) and remembers what it was asked. Not thread-safe
// unless the answering function is.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "kube/transport.h"

namespace pawl::test {

class CannedTransport final : public kube::Transport {
 public:
  using Answer = std::function<Result<kube::HttpResponse>(const kube::HttpRequest&)>;

  void then(int status, std::string body, std::vector<std::pair<std::string, std::string>> headers = {}) {
    script_.push_back([=](const kube::HttpRequest&) { return kube::HttpResponse{status, body, headers}; });
  }
  void then_fail(ErrorKind kind) {
    script_.push_back([=](const kube::HttpRequest&) -> Result<kube::HttpResponse> { return fail(kind, "scripted"); });
  }
  void then(Answer answer) { script_.push_back(std::move(answer)); }
  /// Answers whatever the script does not.
  void otherwise(Answer answer) { otherwise_ = std::move(answer); }

  Result<kube::HttpResponse> unary(const kube::HttpRequest& request, std::stop_token) override {
    requests.push_back(request);
    if (!script_.empty()) {
      const Answer answer = std::move(script_.front());
      script_.pop_front();
      return answer(request);
    }
    if (otherwise_) return otherwise_(request);
    return fail(ErrorKind::Malformed, "the script of the test is at its end");
  }
  kube::StreamOutcome stream(const kube::HttpRequest&, const std::function<bool(std::string_view)>&,
                             const std::function<Duration()>&, std::stop_token) override {
    return {kube::StreamEnd::ConnectRefused, {}, "not scripted"};
  }

  std::vector<kube::HttpRequest> requests;

 private:
  std::deque<Answer> script_;
  Answer otherwise_;
};

}  // namespace pawl::test

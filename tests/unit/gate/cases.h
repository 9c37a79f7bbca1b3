// Cases and agents for the gate's tests.
#pragma once

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include <unistd.h>

#include "gate/run.h"

namespace pawl::gate::tests {

/// "refunds-7": asked "refunds 7", right is "right 7".
inline domain::Case a_case(const std::string& capability, int i) {
  domain::Case one;
  one.id = capability + "-" + std::to_string(i);
  one.capability = capability;
  one.input = {{domain::Role::User, capability + " " + std::to_string(i)}};
  domain::Expectation right;
  right.grader = "exact";
  right.parameters = R"({"values":["right )" + std::to_string(i) + R"("]})";
  one.expect = {right};
  return one;
}

inline std::vector<domain::Case> some_cases(int count) {
  std::vector<domain::Case> out;
  for (int i = 0; i < count; ++i) out.push_back(a_case("refunds", i));
  return out;
}

inline domain::Answer right_answer(const domain::Case& one) {
  domain::Answer answer;
  answer.text = "right " + one.id.substr(one.id.rfind('-') + 1);
  answer.latency = Duration{1};
  return answer;
}

/// An agent without a network. `behave` decides by case and by how often this case was asked for before.
class FakeTarget final : public Target {
 public:
  using Behave = std::function<Result<Reply>(const domain::Case&, int asked_before)>;
  explicit FakeTarget(
      std::string digest,
      Behave behave = [](const domain::Case& one, int) { return Result<Reply>(Reply{right_answer(one), ""}); })
      : digest_(std::move(digest)), behave_(std::move(behave)) {}

  Result<Reply> ask(const domain::Case& one, const std::stop_token& /*stop*/) override {
    int before = 0;
    {
      const std::scoped_lock lock(mutex_);
      before = asked_[one.id]++;
      ++total_;
    }
    return behave_(one, before);
  }
  Result<std::string> digest(const std::stop_token& /*stop*/) override {
    const std::scoped_lock lock(mutex_);
    if (digest_.empty()) return fail(ErrorKind::Unavailable, "no revision");
    return digest_;
  }
  void become(std::string digest) {
    const std::scoped_lock lock(mutex_);
    digest_ = std::move(digest);
  }
  int total() {
    const std::scoped_lock lock(mutex_);
    return total_;
  }

 private:
  std::mutex mutex_;
  std::string digest_;
  Behave behave_;
  std::map<std::string, int> asked_;
  int total_ = 0;
};

/// A file that is gone after the test.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& name = "file")
      : path_(std::filesystem::temp_directory_path() /
              ("pawl-" + std::to_string(::getpid()) + "-" + std::to_string(counter()++) + "-" + name)) {}
  ~TemporaryFile() { std::filesystem::remove_all(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  [[nodiscard]] std::string path() const { return path_.string(); }
  [[nodiscard]] std::string text() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  void write(const std::string& text) const { std::ofstream(path_, std::ios::binary) << text; }

 private:
  static int& counter() {
    static int next = 0;
    return next;
  }
  std::filesystem::path path_;
};

inline RunOrder an_order(const std::vector<domain::Case>& cases, Target& candidate, Target* stable) {
  RunOrder order;
  order.cases = cases;
  order.tiers.assign(cases.size(), domain::Tier::HeldOut);
  order.suites_digest = "suite";
  order.candidate = {&candidate, "candidate", ""};
  if (stable != nullptr) order.stable = SideOrder{stable, "stable", ""};
  order.epochs = 2;
  order.concurrency = 4;
  order.retry_wait = Duration{1};
  return order;
}

inline Result<RunResult> run(const RunOrder& order, const OnProgress& progress = {}, const std::stop_token& stop = {}) {
  const auto graders = CaseGraders::make(order.cases, std::nullopt);
  if (!graders) return fail(graders.error());
  return run_gate(order, *graders, progress, stop);
}

}  // namespace pawl::gate::tests

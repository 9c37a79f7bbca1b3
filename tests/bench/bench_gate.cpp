// What a run of the gate costs beside the agents' own answers: 400 cases x 3 epochs x 2 sides, agents of 20 ms each.
// The agents are a process of their own, so that memory and processor time are the gate's alone.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

#include <httplib.h>

#include "base/system_clock.h"
#include "cli/gate/gate_commands.h"
#include "cli/goal.h"
#include "suite/case_codec.h"
#include "unit/gate/cases.h"

namespace pawl {
namespace {

constexpr int kCapabilities = 10;
constexpr int kCasesEach = 40;
constexpr int kEpochs = 3;
constexpr int kConcurrency = 8;
constexpr std::chrono::milliseconds kThinking{20};
constexpr std::size_t kWords = 300;

using Steady = std::chrono::steady_clock;

std::string padding() {
  std::string text;
  for (std::size_t i = 0; i < kWords; ++i) text += " word" + std::to_string(i);
  return text;
}

/// Serves until it is killed; answers every question after kThinking. GET /spent tells the time of all answers in ms.
[[noreturn]] void serve(const std::string& digest, int tell) {
  httplib::Server server;
  std::atomic<std::int64_t> spent{0};
  const std::string reply = R"({"choices":[{"message":{"content":"right)" + padding() + R"("}}]})";
  server.set_tcp_nodelay(true);
  server.set_keep_alive_max_count(1'000'000);
  server.new_task_queue = [] { return new httplib::ThreadPool(64); };
  server.Post("/v1/chat/completions", [&](const httplib::Request&, httplib::Response& response) {
    const auto began = Steady::now();
    std::this_thread::sleep_for(kThinking);
    response.set_content(reply, "application/json");
    spent += std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - began).count();
  });
  server.Get("/revision", [&](const httplib::Request&, httplib::Response& response) {
    response.set_content(R"({"digest":")" + digest + "\"}", "application/json");
  });
  server.Get("/spent", [&](const httplib::Request&, httplib::Response& response) {
    response.set_content(std::to_string(spent.load()), "text/plain");
  });
  const int port = server.bind_to_any_port("127.0.0.1");
  if (write(tell, &port, sizeof port) != sizeof port) std::_Exit(1);
  server.listen_after_bind();
  std::_Exit(0);
}

/// An agent in a process of its own.
class AgentProcess {
 public:
  explicit AgentProcess(const std::string& digest) {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) std::abort();
    pid_ = fork();
    if (pid_ == 0) serve(digest, ends[1]);
    if (read(ends[0], &port_, sizeof port_) != sizeof port_) std::abort();
    close(ends[0]);
    close(ends[1]);
  }
  ~AgentProcess() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  AgentProcess(const AgentProcess&) = delete;
  AgentProcess& operator=(const AgentProcess&) = delete;
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] double seconds_spent() const {
    const auto answer = httplib::Client(url()).Get("/spent");
    return answer ? std::stod(answer->body) / 1e6 : 0;
  }

 private:
  pid_t pid_ = 0;
  int port_ = 0;
};

std::string suite_text() {
  std::vector<domain::Case> cases;
  for (int skill = 0; skill < kCapabilities; ++skill) {
    for (int i = 0; i < kCasesEach; ++i) {
      domain::Case one = gate::tests::a_case("skill-" + std::to_string(skill), i);
      one.input[0].content += padding();
      one.expect[0].grader = "contains";
      one.expect[0].parameters = R"({"values":["right"]})";
      cases.push_back(one);
    }
  }
  return suite::write_cases(cases);
}

double seconds(const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; }

int measure() {
  const AgentProcess candidate("candidate");  // before anything large is in memory
  const AgentProcess stable("stable");
  const gate::tests::TemporaryFile suite("suite.jsonl");
  const gate::tests::TemporaryFile journal("journal");
  suite.write(suite_text());
  cli::GateRunOrder order;
  order.suites = {suite.path()};
  order.candidate = candidate.url();
  order.stable = stable.url();
  order.epochs = kEpochs;
  order.concurrency = kConcurrency;
  order.seed = 1;
  order.journal = journal.path();
  std::ostringstream out;
  std::ostringstream err;
  const SystemClock clock;
  const auto began = Steady::now();
  const int code = cli::run_gate_run({out, err, true, false}, order, clock, {});
  const double wall = std::chrono::duration<double>(Steady::now() - began).count();
  const double answers = (candidate.seconds_spent() + stable.seconds_spent()) / kConcurrency;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const double cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  std::printf("gate: exit code %d; %d answers, %d at a time\n", code, kCapabilities * kCasesEach * kEpochs * 2,
              kConcurrency);
  std::printf("gate: wall %.3f s, the agents' answers %.3f s, processor %.3f s\n", wall, answers, cpu);
  std::printf("gate: overhead %.2f %% (bar 5 %%), RSS %.1f MiB (bar 50 MiB)\n", 100 * (wall - answers) / answers,
              static_cast<double>(usage.ru_maxrss) / 1024);
  return code == cli::kFailed ? 1 : 0;
}

}  // namespace
}  // namespace pawl

int main() { return pawl::measure(); }

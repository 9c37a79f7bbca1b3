// pawl-demo-load: customers who do not wait for each other. Open loop: requests are due at fixed times, whatever
// the server does; one that no connection is free for counts as an error after a while, never as a slower rate.
#include <httplib.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

#include "load/requests.h"
#include "load/tally.h"
#include "scorer/bounded_queue.h"

namespace pawl::demo {
namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::json;

struct Flags {
  std::string url = "http://127.0.0.1:8080";
  std::string host;
  double rate = 240;
  std::uint64_t seed = 1;
  double duration = 60;
  std::uint64_t count = 10'000'000;
  int connections = 16;
  bool print = false;
};

struct Due {
  Clock::time_point at;
  std::string body;
  std::string conversation;
};

std::atomic<bool> interrupted{false};

std::string body_of(const Request& request) {
  return Json{{"model", "support-bot"}, {"messages", Json::array({{{"role", "user"}, {"content", request.text}}})}}
      .dump();
}

/// One connection: takes what is due and sends it.
void connection(const Flags& flags, scorer::BoundedQueue<Due>& queue, Tally& tally, std::stop_token stop) {
  httplib::Client client(flags.url);
  client.set_keep_alive(true);
  client.set_tcp_nodelay(true);
  client.set_connection_timeout(2);
  client.set_read_timeout(30);
  while (auto due = queue.pop(stop)) {
    httplib::Headers headers{{"X-Conversation-Id", due->conversation}};
    if (!flags.host.empty()) headers.emplace("Host", flags.host);
    const auto result = client.Post("/v1/chat/completions", headers, due->body, "application/json");
    tally.answered(result && result->status == 200,
                   std::chrono::duration<double, std::milli>(Clock::now() - due->at).count());
  }
}

/// Puts requests into the queue when they are due, until the time, the count or the patience of the user ends.
void schedule(const Flags& flags, scorer::BoundedQueue<Due>& queue, Tally& tally) {
  Random chance(flags.seed);
  const auto start = Clock::now();
  const auto end = start + std::chrono::duration<double>(flags.duration);
  for (std::uint64_t i = 0; i < flags.count && !interrupted; ++i) {
    const auto at = start + std::chrono::duration_cast<Clock::duration>(
                                std::chrono::duration<double>(static_cast<double>(i) / flags.rate));
    if (at >= end) break;
    std::this_thread::sleep_until(at);
    const Request request = draw_request(chance);
    if (flags.print) std::printf("%-16s %s\n", request.capability.c_str(), request.text.c_str());
    tally.sent();
    if (!queue.push({at, body_of(request), "c" + std::to_string(flags.seed) + "-" + std::to_string(i)})) {
      tally.answered(false, 0);
    }
  }
}

void report(Tally& tally, std::uint64_t second) {
  const Second s = tally.take();
  std::printf("%4llu s  sent %llu  ok %llu  errors %llu  p50 %.1f ms  p99 %.1f ms\n",
              static_cast<unsigned long long>(second), static_cast<unsigned long long>(s.sent),
              static_cast<unsigned long long>(s.ok), static_cast<unsigned long long>(s.errors), s.percentile(0.5),
              s.percentile(0.99));
  std::fflush(stdout);
}

void run(const Flags& flags) {
  Tally tally;
  scorer::BoundedQueue<Due> queue(2048);
  std::jthread reporter([&](std::stop_token stop) {
    const auto start = Clock::now();
    for (std::uint64_t second = 1; !stop.stop_requested(); ++second) {
      std::this_thread::sleep_until(start + std::chrono::seconds(second));
      report(tally, second);
    }
  });
  {
    std::vector<std::jthread> connections;
    for (int i = 0; i < flags.connections; ++i) {
      connections.emplace_back([&](std::stop_token stop) { connection(flags, queue, tally, stop); });
    }
    schedule(flags, queue, tally);
  }  // each connection finishes what is queued
}

}  // namespace
}  // namespace pawl::demo

int main(int argc, char** argv) {
  using namespace pawl::demo;
  Flags flags;
  CLI::App app("Sends customers' requests at a fixed rate.");
  app.add_option("--url", flags.url, "http://host:port")->capture_default_str();
  app.add_option("--host", flags.host, "The Host header, where a gateway routes by it");
  app.add_option("--rate", flags.rate, "Requests per second")->check(CLI::Range(0.1, 20000.0))->capture_default_str();
  app.add_option("--seed", flags.seed, "Same seed, same requests")->capture_default_str();
  app.add_option("--duration", flags.duration, "Seconds")->check(CLI::Range(0.1, 86400.0))->capture_default_str();
  app.add_option("--count", flags.count, "Requests, at most")->capture_default_str();
  app.add_option("--connections", flags.connections, "Kept-alive connections")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  app.add_flag("--print", flags.print, "Print each request too");
  CLI11_PARSE(app, argc, argv);
  for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, [](int) { interrupted = true; });
  std::signal(SIGPIPE, SIG_IGN);
  run(flags);
  return 0;
}

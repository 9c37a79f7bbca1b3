#include "scorer/intake_server.h"

#include <httplib.h>

#include <charconv>
#include <thread>

namespace pawl::scorer {
namespace {

constexpr std::size_t kLargestBody = 4U << 20U;
constexpr std::size_t kThreads = 32;  // one per kept-alive connection
constexpr time_t kIdleSeconds = 5;    // an idle connection holds up the stop as long

void reply(httplib::Response& response, const Answer& answer) {
  response.status = answer.status;
  response.set_content(answer.body, "application/json");
}

}  // namespace

struct IntakeServer::Impl {
  httplib::Server server;
  std::jthread thread;
};

IntakeServer::IntakeServer(Scorer& scorer, const FailureReaders& readers) : impl_(std::make_unique<Impl>()) {
  httplib::Server& server = impl_->server;
  server.set_payload_max_length(kLargestBody);
  server.set_tcp_nodelay(true);
  server.set_keep_alive_max_count(1'000'000);
  server.set_keep_alive_timeout(kIdleSeconds);
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  server.Post("/v1/interactions", [&scorer](const httplib::Request& request, httplib::Response& response) {
    reply(response, scorer.accept(request.get_header_value("Authorization"), request.body));
  });
  server.Get("/failures", [&scorer, &readers](const httplib::Request& request, httplib::Response& response) {
    const auto refused = readers.refuse(request.get_header_value("Authorization"));
    reply(response, refused ? *refused : Answer{200, scorer.failures(request.get_param_value("agent"))});
  });
  server.Get("/healthz", [](const httplib::Request&, httplib::Response& response) { reply(response, {200, "{}"}); });
}

IntakeServer::~IntakeServer() { stop(); }

Status IntakeServer::start(const std::string& address) {
  const auto colon = address.rfind(':');
  int port = 0;
  if (colon != std::string::npos) std::from_chars(address.data() + colon + 1, address.data() + address.size(), port);
  if (port <= 0) return fail(ErrorKind::Invalid, "not an address:port: " + address);
  if (!impl_->server.bind_to_port(address.substr(0, colon).c_str(), port)) {
    return fail(ErrorKind::Unavailable, "cannot listen on " + address);
  }
  impl_->thread = std::jthread([this] { impl_->server.listen_after_bind(); });
  // A stop before it runs would not be heard, and nothing else tells that it does.
  while (!impl_->server.is_running()) std::this_thread::yield();
  return {};
}

void IntakeServer::stop() {
  impl_->server.stop();
  if (impl_->thread.joinable()) impl_->thread.join();
}

}  // namespace pawl::scorer

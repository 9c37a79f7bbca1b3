#include "exam/agent.h"

#include <httplib.h>

#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

namespace pawl::exam {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kThreads = 32;

/// A server with its thread.
struct Listening {
  httplib::Server server;
  int port = 0;
  std::thread thread;

  void begin() {
    server.set_tcp_nodelay(true);
    server.set_keep_alive_max_count(1'000'000);
    server.set_keep_alive_timeout(1);
    server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
    port = server.bind_to_any_port("127.0.0.1");
    thread = std::thread([this] { server.listen_after_bind(); });
    while (!server.is_running()) std::this_thread::yield();
  }
  void end() {
    server.stop();
    if (thread.joinable()) thread.join();
  }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port); }
};

std::string last_content(const std::string& body) {
  const Json request = Json::parse(body, nullptr, false);
  return request.is_object() && request.contains("messages") ? request["messages"].back().value("content", "") : "";
}

}  // namespace

struct Agent::Impl {
  Speak speak;
  std::mutex mutex;
  std::string digest;
  std::atomic<int> asked{0};
  std::atomic<bool> dead{false};
  Listening listening = {};

  void chat(const httplib::Request& request, httplib::Response& response) {
    ++asked;
    const Said said = speak(last_content(request.body));
    if (said.cut || dead) {
      response.set_header("Connection", "close");
      response.set_content_provider(1000, "application/json",
                                    [](std::size_t, std::size_t, httplib::DataSink&) { return false; });
      return;
    }
    Json message{{"role", "assistant"}, {"content", said.text}};
    if (!said.tool_calls.empty()) message["tool_calls"] = Json::parse(said.tool_calls);
    response.set_content(Json{{"choices", Json::array({{{"message", message}}})}}.dump(), "application/json");
  }
};

Agent::Agent(std::string digest, Speak speak) : impl_(std::make_unique<Impl>()) {
  Impl& it = *impl_;
  it.speak = std::move(speak);
  it.digest = std::move(digest);
  it.listening.server.Post("/v1/chat/completions", [&it](const httplib::Request& request, httplib::Response& response) {
    it.chat(request, response);
  });
  it.listening.server.Get("/revision", [&it](const httplib::Request&, httplib::Response& response) {
    const std::scoped_lock lock(it.mutex);
    response.set_content(Json{{"digest", it.digest}}.dump(), "application/json");
  });
  it.listening.begin();
}

Agent::~Agent() { impl_->listening.end(); }

std::string Agent::url() const { return impl_->listening.url(); }
int Agent::asked() const { return impl_->asked; }

void Agent::become(const std::string& digest) {
  const std::scoped_lock lock(impl_->mutex);
  impl_->digest = digest;
}

void Agent::die() {
  impl_->dead = true;
  impl_->listening.server.stop();
}

struct JudgeServer::Impl {
  std::function<bool(const std::string&)> passes;
  Listening listening = {};
};

JudgeServer::JudgeServer(std::function<bool(const std::string& message)> passes) : impl_(std::make_unique<Impl>()) {
  Impl& it = *impl_;
  it.passes = std::move(passes);
  it.listening.server.Post("/v1/chat/completions", [&it](const httplib::Request& request, httplib::Response& response) {
    const Json grade{{"reason", "as the rubric says"},
                     {"verdict", it.passes(last_content(request.body)) ? "pass" : "fail"}};
    response.set_content(
        Json{{"choices", Json::array({{{"finish_reason", "stop"}, {"message", {{"content", grade.dump()}}}}})}}.dump(),
        "application/json");
  });
  it.listening.begin();
}

JudgeServer::~JudgeServer() { impl_->listening.end(); }

std::string JudgeServer::url() const { return impl_->listening.url(); }

}  // namespace pawl::exam

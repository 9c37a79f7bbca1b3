#include "agent/recorder.h"

#include <httplib.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <vector>

#include "base/log.h"

namespace pawl::demo {
namespace {

constexpr std::size_t kLargestBatch = 128;
constexpr int kTries = 3;

std::string read_token(const std::string& path) {
  std::ifstream in(path);
  std::string token{std::istreambuf_iterator<char>(in), {}};
  while (!token.empty() && (token.back() == '\n' || token.back() == ' ')) token.pop_back();
  return token;
}

std::string join(const std::vector<std::string>& records) {
  std::string body = "[";
  for (const std::string& record : records) body += (body.size() > 1 ? "," : "") + record;
  return body + "]";
}

bool post(httplib::Client& client, const std::string& token, const std::string& body) {
  const auto result = client.Post("/v1/interactions", {{"Authorization", "Bearer " + token}}, body, "application/json");
  return result && result->status / 100 == 2;
}

}  // namespace

Recorder::Recorder(std::string scorer_url, std::string token_file)
    : url_(std::move(scorer_url)),
      token_file_(std::move(token_file)),
      thread_([this](std::stop_token stop) { run(stop); }) {}

void Recorder::run(std::stop_token stop) {
  if (url_.empty()) {
    while (queue_.pop(stop)) {
    }
    return;
  }
  httplib::Client client(url_);
  client.set_keep_alive(true);
  client.set_tcp_nodelay(true);
  client.set_connection_timeout(1);
  client.set_read_timeout(5);
  bool failing = false;
  while (auto first = queue_.pop(stop)) {
    std::vector<std::string> batch{std::move(*first)};
    while (batch.size() < kLargestBatch) {
      auto more = queue_.try_pop();
      if (!more) break;
      batch.push_back(std::move(*more));
    }
    const std::string body = join(batch);
    bool sent = false;
    for (int i = 0; i < kTries && !sent; ++i) {
      if (i > 0 && !stop.stop_requested()) std::this_thread::sleep_for(std::chrono::milliseconds(200));
      sent = post(client, read_token(token_file_), body);
    }
    if (!sent) refused_ += batch.size();
    if (!sent && !failing) log::warn("the scorer does not take records", {{"scorer", url_}});
    failing = !sent;
  }
}

}  // namespace pawl::demo

#include "gate/judge_endpoint.h"

#include <httplib.h>
#include <openssl/rand.h>

#include <array>

#include "gate/http_client.h"
#include "kube/server_url.h"

namespace pawl::gate {
namespace {

constexpr int kTimeoutSeconds = 60;
constexpr int kAttempts = 3;
constexpr std::size_t kAnswerMax = std::size_t{1} << 20;

struct Target {
  kube::ServerUrl url;
  std::string path;
  std::string key;
};

Error refused(int status, const std::string& body) {
  Error error;
  error.http_status = status;
  const bool later = status == 429 || status >= 500;
  error.kind = status == 401 || status == 403 ? ErrorKind::Denied : later ? ErrorKind::Unavailable : ErrorKind::Invalid;
  error.message = "the judge's endpoint answered " + std::to_string(status) + ": " + body.substr(0, 200);
  return error;
}

Result<std::string> post_once(const Target& target, const std::string& body) {
  const auto client = make_http_client(target.url);
  client->set_connection_timeout(kTimeoutSeconds);
  client->set_read_timeout(kTimeoutSeconds);
  client->set_write_timeout(kTimeoutSeconds);
  httplib::Headers headers = {{"Accept", "application/json"}};
  if (!target.key.empty()) headers.emplace("Authorization", "Bearer " + target.key);
  const auto answer = client->Post(target.path, headers, body, "application/json");
  if (!answer) {
    return fail(ErrorKind::Unavailable, "the judge's endpoint " + target.url.authority() +
                                            " does not answer: " + httplib::to_string(answer.error()));
  }
  if (answer->status != 200) return fail(refused(answer->status, answer->body));
  if (answer->body.size() > kAnswerMax) return fail(ErrorKind::Malformed, "the judge's answer is longer than 1 MiB");
  return answer->body;
}

}  // namespace

Result<grading::JudgeTransport> make_judge_transport(const JudgeEndpoint& endpoint) {
  auto url = kube::parse_server_url(endpoint.url);
  if (!url) return fail(url.error().during("the judge's endpoint " + endpoint.url));
  const std::string path = url->prefix + (url->prefix.ends_with("/v1") ? "/chat/completions" : "/v1/chat/completions");
  return grading::JudgeTransport([target = Target{std::move(*url), path, endpoint.key}](const std::string& body) {
    Result<std::string> answer = post_once(target, body);
    for (int attempt = 1; attempt < kAttempts && !answer && answer.error().kind == ErrorKind::Unavailable; ++attempt) {
      answer = post_once(target, body);
    }
    return answer;
  });
}

Result<std::string> fresh_nonce() {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    return fail(ErrorKind::Unavailable, "this machine gives no random bytes");
  }
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  for (const unsigned char byte : bytes) (out += kHex[byte >> 4]) += kHex[byte & 0xf];
  return out;
}

}  // namespace pawl::gate

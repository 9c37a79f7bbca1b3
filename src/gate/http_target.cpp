#include "gate/http_target.h"

#include <atomic>

#include <httplib.h>
#include <nlohmann/json.hpp>

#include "base/guarded.h"
#include "gate/deadlines.h"
#include "gate/http_client.h"
#include "json/parse.h"
#include "kube/server_url.h"

namespace pawl::gate {
namespace {

constexpr std::size_t kBodyMax = std::size_t{8} << 20;
constexpr std::size_t kRevisionMax = 4096;
constexpr Duration kRevisionTimeout{5'000};
constexpr const char* kRevisionHeader = "X-Agent-Revision";
constexpr const char* kConversationHeader = "X-Conversation-Id";

/// Some agents name their revision in that header, not their digest: only a digest can contradict.
bool is_digest(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

/// What one exchange came to.
struct Exchange {
  int status = 0;  ///< 0: no whole response
  std::string body;
  std::string revision;
  bool too_long = false;
  Ended ended = Ended::ByItself;
  std::string problem;
  BootTime took{};
};

/// The connections to one address. A connection carries one exchange at a time.
class Address {
 public:
  Address(kube::ServerUrl url, std::string path, const HttpTargetOptions& options, const Clock& clock,
          Deadlines& deadlines)
      : url_(std::move(url)), path_(std::move(path)), options_(options), clock_(clock), deadlines_(deadlines) {}

  Exchange post(const std::string& body, const std::stop_token& stop) {
    httplib::Request request;
    request.method = "POST";
    request.path = path_;
    request.body = body;
    request.headers = {{"Accept", "application/json"}, {"Content-Type", "application/json"}};
    if (options_.conversation) request.headers.emplace(kConversationHeader, options_.conversation());
    return send(std::move(request), options_.timeout, kBodyMax, stop);
  }

  Exchange revision(const std::stop_token& stop) {
    httplib::Request request;
    request.method = "GET";
    request.path = options_.revision_path;
    request.headers = {{"Accept", "application/json"}};
    return send(std::move(request), kRevisionTimeout, kRevisionMax, stop);
  }

  [[nodiscard]] std::string origin() const { return (url_.tls ? "https://" : "http://") + url_.authority(); }

 private:
  using Client = std::unique_ptr<httplib::Client>;

  Exchange send(httplib::Request request, Duration limit, std::size_t most, const std::stop_token& stop) {
    Client client = take();
    Exchange out;
    request.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
      out.too_long = out.too_long || out.body.size() + size > most;
      if (!out.too_long) out.body.append(data, size);
      return !out.too_long;
    };
    if (!options_.key.empty()) request.headers.emplace("Authorization", "Bearer " + options_.key);
    const auto ticket = deadlines_.begin(*client, limit, stop);
    const BootTime began = clock_.boot();
    httplib::Response response;
    httplib::Error error = httplib::Error::Success;
    const bool whole = client->send(request, response, error);
    out.took = clock_.boot() - began;
    out.ended = deadlines_.end(ticket);
    if (whole && out.ended == Ended::ByItself) {
      out.status = response.status;
      out.revision = response.get_header_value(kRevisionHeader);
      give_back(std::move(client));
    } else {
      out.problem = httplib::to_string(error);
    }
    return out;
  }

  Client take() {
    Client kept = idle_.with([](std::vector<Client>& idle) {
      if (idle.empty()) return Client();
      Client last = std::move(idle.back());
      idle.pop_back();
      return last;
    });
    if (kept) return kept;
    auto fresh = make_http_client(url_);
    fresh->set_keep_alive(true);
    fresh->set_tcp_nodelay(true);
    fresh->set_connection_timeout(options_.connect_timeout);
    // The deadline bounds the whole exchange; these only bound single reads and writes, and must not come first.
    fresh->set_read_timeout(options_.timeout + kRevisionTimeout);
    fresh->set_write_timeout(options_.timeout + kRevisionTimeout);
    return fresh;
  }

  void give_back(Client client) {
    idle_.with([&](std::vector<Client>& idle) { idle.push_back(std::move(client)); });
  }

  kube::ServerUrl url_;
  std::string path_;
  const HttpTargetOptions& options_;
  const Clock& clock_;
  Deadlines& deadlines_;
  Guarded<std::vector<Client>> idle_;
};

class HttpTarget final : public Target {
 public:
  HttpTarget(HttpTargetOptions options, const Clock& clock) : options_(std::move(options)), clock_(clock) {}

  Status add(const std::string& url) {
    const auto parsed = kube::parse_server_url(url);
    if (!parsed) return fail(parsed.error().during(url));
    std::string path = parsed->prefix;
    if (options_.shape.request.empty() && path.empty()) path = "/v1";
    if (options_.shape.request.empty() && path.ends_with("/v1")) path += "/chat/completions";
    addresses_.push_back(std::make_unique<Address>(*parsed, path.empty() ? "/" : path, options_, clock_, deadlines_));
    return {};
  }

  Result<Reply> ask(const domain::Case& one, const std::stop_token& stop) override {
    Address& address = *addresses_[next_.fetch_add(1) % addresses_.size()];
    const Exchange got = address.post(write_request(options_.shape, one), stop);
    if (got.ended == Ended::Cancelled) return fail(ErrorKind::Cancelled, "stopped while asking " + address.origin());
    if (got.status != 0) return reply(read_answer(options_.shape, got.status, got.body), got);
    if (got.too_long) return reply(failed("the answer is longer than 8 MiB"), got);
    if (got.ended == Ended::TimedOut && address.revision(stop).status != 0) {
      return reply(failed("no whole answer within " + format_duration(options_.timeout)), got);
    }
    const std::string why =
        got.ended == Ended::TimedOut ? "no answer within " + format_duration(options_.timeout) : got.problem;
    return fail(ErrorKind::Unavailable, address.origin() + " cannot be reached: " + why);
  }

  Result<std::string> digest(const std::stop_token& stop) override {
    std::string common;
    for (const auto& address : addresses_) {
      auto digest = digest_at(*address, stop);
      if (!digest) return digest;
      if (!common.empty() && *digest != common) {
        return fail(ErrorKind::Conflict,
                    address->origin() + " runs the bundle " + *digest + ", another address of the same side " + common);
      }
      common = std::move(*digest);
    }
    return common;
  }

 private:
  static domain::Answer failed(std::string why) {
    domain::Answer answer;
    answer.error = std::move(why);
    return answer;
  }

  static Reply reply(domain::Answer answer, const Exchange& got) {
    answer.latency = std::chrono::duration_cast<Duration>(got.took);
    return {std::move(answer), is_digest(got.revision) ? got.revision : ""};
  }

  Result<std::string> digest_at(Address& address, const std::stop_token& stop) const {
    const Exchange got = address.revision(stop);
    const std::string where = "GET " + address.origin() + options_.revision_path;
    if (got.status == 0) {
      return fail(ErrorKind::Unavailable, where + " is not answered" + (got.problem.empty() ? "" : ": " + got.problem));
    }
    const auto body = json::parse_bounded(got.body);
    const bool has_digest =
        got.status == 200 && body && body->is_object() && body->contains("digest") && (*body)["digest"].is_string();
    if (!has_digest || (*body)["digest"] == "") {
      return fail(ErrorKind::Unavailable, where + " answers " + std::to_string(got.status) +
                                              R"( without {"digest": ...}; an agent must say which bundle it runs)");
    }
    return (*body)["digest"].get<std::string>();
  }

  const HttpTargetOptions options_;
  const Clock& clock_;
  Deadlines deadlines_{clock_};
  std::vector<std::unique_ptr<Address>> addresses_;
  std::atomic<std::size_t> next_{0};
};

}  // namespace

Result<std::unique_ptr<Target>> make_http_target(const HttpTargetOptions& options, const Clock& clock) {
  if (options.urls.empty()) {
    return fail(ErrorKind::Invalid, "no address is named; name one such as http://127.0.0.1:8080");
  }
  if (const auto sound = check_shape(options.shape); !sound) return fail(sound.error());
  auto target = std::make_unique<HttpTarget>(options, clock);
  for (const std::string& url : options.urls) {
    if (const auto added = target->add(url); !added) return fail(added.error());
  }
  return target;
}

}  // namespace pawl::gate

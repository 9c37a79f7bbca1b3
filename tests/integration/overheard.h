// What tests of the cache put around it: a clock in a hurry, transports that tell and change what is asked, and an
// informer at work.
#pragma once

#include <algorithm>
#include <atomic>
#include <regex>

#include "integration/real_cluster.h"

namespace pawl::integration {

/// The machine's time, and what a test adds to it: a wait of half a minute need not be waited for.
class HurriedClock final : public Clock {
 public:
  [[nodiscard]] Instant wall() const override { return real_.wall(); }
  [[nodiscard]] BootTime boot() const override { return real_.boot() + BootTime{skipped_.load()}; }
  void skip(BootTime by) { skipped_ += by.count(); }

 private:
  SystemClock real_;
  std::atomic<std::int64_t> skipped_{0};
};

/// Asks for a version of long ago in the next watch: what a client does that was away for too long.
class AwayTooLong final : public kube::Transport {
 public:
  explicit AwayTooLong(std::shared_ptr<kube::Transport> real) : real_(std::move(real)) {}

  void next_watch_is_old() { old_ = true; }

  Result<kube::HttpResponse> unary(const kube::HttpRequest& request, std::stop_token stop) override {
    return real_->unary(request, stop);
  }
  kube::StreamOutcome stream(const kube::HttpRequest& request, const std::function<bool(std::string_view)>& on_data,
                             const std::function<Duration()>& idle_limit, std::stop_token stop) override {
    kube::HttpRequest changed = request;
    if (old_.exchange(false)) {
      changed.path = std::regex_replace(changed.path, std::regex("resourceVersion=[0-9]+"), "resourceVersion=1");
    }
    return real_->stream(changed, on_data, idle_limit, stop);
  }

 private:
  std::shared_ptr<kube::Transport> real_;
  std::atomic<bool> old_{false};
};

/// What came of one request.
struct Answer {
  int number = 0;         ///< from 1
  int status = 0;         ///< 0: none, or that of a stream which the server accepted
  bool silence = false;   ///< we gave a stream up that said nothing for too long
  bool complete = false;  ///< the server ended a stream when its time was over
  bool bookmark = false;  ///< the stream told how far the server is
  std::size_t bytes = 0;  ///< of a stream
};

/// Tells how each request ended, and can give a stream less time: to be silent, or at all.
class Overheard final : public kube::Transport {
 public:
  explicit Overheard(std::shared_ptr<kube::Transport> real) : real_(std::move(real)) {}

  /// Of the running stream from its next byte on.
  void allow_silence(Duration limit) { silence_ms_ = limit.count(); }
  /// From the next stream on, the server ends each after so long. It tells how far it is two seconds before.
  void shorten_watches(std::chrono::seconds length) { watch_seconds_ = length.count(); }
  [[nodiscard]] int count() const { return count_; }

  Result<kube::HttpResponse> unary(const kube::HttpRequest& request, std::stop_token stop) override {
    auto answer = real_->unary(request, stop);
    heard.put({++count_, answer ? answer->status : 0, false, false, false, 0});
    return answer;
  }
  kube::StreamOutcome stream(const kube::HttpRequest& request, const std::function<bool(std::string_view)>& on_data,
                             const std::function<Duration()>& idle_limit, std::stop_token stop) override {
    Answer answer;
    const auto listen = [&](std::string_view data) {
      answer.bytes += data.size();
      answer.bookmark |= data.find(R"("BOOKMARK")") != std::string_view::npos;
      return on_data(data);
    };
    const auto shorter = [&] { return std::min(idle_limit(), Duration{silence_ms_.load()}); };
    auto outcome = real_->stream(shortened(request), listen, shorter, stop);
    answer.number = ++count_;
    answer.status = outcome.error_response.status;
    answer.silence = outcome.end == kube::StreamEnd::IdleTimeout;
    answer.complete = outcome.end == kube::StreamEnd::Clean;
    heard.put(answer);
    return outcome;
  }

  Mailbox<Answer> heard;

 private:
  [[nodiscard]] kube::HttpRequest shortened(kube::HttpRequest request) const {
    static const std::regex kTime("timeoutSeconds=[0-9]+");
    const auto length = watch_seconds_.load();
    if (length > 0) {
      request.path = std::regex_replace(request.path, kTime, "timeoutSeconds=" + std::to_string(length));
    }
    return request;
  }

  std::shared_ptr<kube::Transport> real_;
  std::atomic<int> count_{0};
  std::atomic<std::int64_t> silence_ms_{3'600'000};
  std::atomic<std::int64_t> watch_seconds_{0};
};

/// Decodes an object of which nothing else is of interest.
inline Result<std::string> name_of(const Json& object) { return object.at("metadata").at("name").get<std::string>(); }

/// Options of an informer that lists two objects at a time.
inline kube::InformerOptions in_pairs(kube::Transport& transport, const std::string& ns,
                                      const std::string& field_selector, const Clock& clock) {
  return {.transport = transport,
          .resource = kube::resources::kConfigMaps,
          .ns = ns,
          .label_selector = "",
          .field_selector = field_selector,
          .clock = clock,
          .seed = 1,
          .page_size = 2};
}

/// An informer at work, whose objects are of interest by name alone.
class Watcher {
 public:
  Watcher(Overheard& transport, const Clock& clock, const kube::Resource& resource, const std::string& ns)
      : informer({transport, resource, ns, "", "", clock}, name_of) {
    informer.on_change([this](const kube::Meta& meta, const auto&, const auto& after) {
      changes_.put({meta.key.name, after == nullptr});
    });
    start();
  }
  void start() {
    thread_ = std::jthread([this](std::stop_token stop) { informer.run(stop); });
  }
  /// Its counters stand still from here on.
  void stop() {
    thread_.request_stop();
    thread_.join();
  }
  void await(const std::string& name, bool gone) {
    changes_.await([&](const Change& c) { return c.name == name && c.gone == gone; },
                   (gone ? "the deletion of " : "the creation of ") + name);
  }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> out;
    informer.each([&](const kube::ObjectKey& key, const std::string&) { out.push_back(key.name); });
    return out;
  }

  kube::Informer<std::string> informer;

 private:
  struct Change {
    std::string name;
    bool gone = false;
  };

  Mailbox<Change> changes_;
  std::jthread thread_;
};

/// What the server announces nowhere has to be asked for again and again.
inline void eventually(const std::function<bool()>& holds, const std::string& what) {
  const SystemClock clock;
  const BootTime end = clock.boot() + kPatience;
  while (!holds() && clock.boot() < end) std::this_thread::sleep_for(std::chrono::milliseconds{50});
  EXPECT_TRUE(holds()) << "never true: " << what;
}

}  // namespace pawl::integration

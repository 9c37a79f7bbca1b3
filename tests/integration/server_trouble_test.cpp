// The cache while a real server is in trouble: it falls silent, or a kind is taken from it.
// One test at a time on a cluster: the whole API server is stopped here, for some seconds.
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "integration/real_cluster.h"

namespace pawl::integration {
namespace {

using testing::ElementsAre;

const kube::Resource kDefinitions{"apiextensions.k8s.io", "v1", "customresourcedefinitions", false};

/// The cluster's API server takes no step while this lives. Connections to it stay open, and new ones are accepted by
/// the kernel: nothing but silence tells.
class FrozenServer {
 public:
  FrozenServer() : process_(process_of_server()) { send(SIGSTOP); }
  ~FrozenServer() { send(SIGCONT); }
  FrozenServer(const FrozenServer&) = delete;
  FrozenServer& operator=(const FrozenServer&) = delete;

 private:
  static pid_t process_of_server() {
    const char* state = std::getenv("PAWL_CLUSTER_STATE");
    if (state == nullptr) throw std::runtime_error("PAWL_CLUSTER_STATE is not set");
    pid_t process = 0;
    std::ifstream(std::string(state) + "/pid/kube-apiserver") >> process;
    // The number may have been given to somebody else since.
    std::string name;
    std::ifstream("/proc/" + std::to_string(process) + "/comm") >> name;
    if (!name.starts_with("kube-apiserver")) throw std::runtime_error("the API server's process was not found");
    return process;
  }
  void send(int signal) const { EXPECT_EQ(::kill(process_, signal), 0); }

  pid_t process_;
};

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

/// What came of one request.
struct Answer {
  int number = 0;  ///< from 1
  int status = 0;  ///< 0: none
  bool silence = false;
};

/// Tells how each request ended, and can give a stream less time to be silent.
class Overheard final : public kube::Transport {
 public:
  explicit Overheard(std::shared_ptr<kube::Transport> real) : real_(std::move(real)) {}

  /// Of the running stream from its next byte on.
  void allow_silence(Duration limit) { silence_ms_ = limit.count(); }

  Result<kube::HttpResponse> unary(const kube::HttpRequest& request, std::stop_token stop) override {
    auto answer = real_->unary(request, stop);
    heard.put({++count_, answer ? answer->status : 0, false});
    return answer;
  }
  kube::StreamOutcome stream(const kube::HttpRequest& request, const std::function<bool(std::string_view)>& on_data,
                             const std::function<Duration()>& idle_limit, std::stop_token stop) override {
    const auto shorter = [&] { return std::min(idle_limit(), Duration{silence_ms_.load()}); };
    auto outcome = real_->stream(request, on_data, shorter, stop);
    heard.put({++count_, outcome.error_response.status, outcome.end == kube::StreamEnd::IdleTimeout});
    return outcome;
  }

  Mailbox<Answer> heard;

 private:
  std::shared_ptr<kube::Transport> real_;
  std::atomic<int> count_{0};
  std::atomic<std::int64_t> silence_ms_{3'600'000};
};

struct Change {
  std::string name;
  bool gone = false;
};

/// An informer at work, whose objects are of interest by name alone.
class Watcher {
 public:
  Watcher(Overheard& transport, const Clock& clock, const kube::Resource& resource, const std::string& ns)
      : informer({transport, resource, ns, "", "", clock},
                 [](const Json& o) -> Result<std::string> { return o.at("metadata").at("name").get<std::string>(); }) {
    informer.on_change([this](const kube::Meta& meta, const auto&, const auto& after) {
      changes_.put({meta.key.name, after == nullptr});
    });
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
  Mailbox<Change> changes_;
  std::jthread thread_;
};

/// What the server announces nowhere has to be asked for again and again.
void eventually(const std::function<bool()>& holds, const std::string& what) {
  const SystemClock clock;
  const BootTime end = clock.boot() + kPatience;
  while (!holds() && clock.boot() < end) std::this_thread::sleep_for(std::chrono::milliseconds{50});
  EXPECT_TRUE(holds()) << "never true: " << what;
}

class InformerOfAServerInTrouble : public InNamespace {
 protected:
  Overheard transport_{own_.transport()};
  HurriedClock hurried_;
};

// E12
TEST_F(InformerOfAServerInTrouble, SilenceIsNoticedAndTheWatchGoesOnWhereItWas) {
  Watcher watcher(transport_, hurried_, kube::resources::kConfigMaps, own_.name());
  ASSERT_TRUE(watcher.informer.wait_synced({}, kPatience));
  transport_.allow_silence(Duration{2'000});
  store_config_map("before");
  watcher.await("before", false);
  {
    const FrozenServer frozen;
    const Answer noticed = transport_.heard.await([](const Answer& a) { return a.silence; }, "the end of the silence");
    transport_.heard.await([&](const Answer& a) { return a.number > noticed.number; }, "a second watch in vain");
    EXPECT_THAT(watcher.informer.get(own_.key("before")), testing::NotNull()) << "what is known stays known";
  }
  transport_.allow_silence(std::chrono::hours{1});
  store_config_map("after");
  watcher.await("after", false);
  watcher.stop();
  EXPECT_EQ(watcher.informer.counters().lists, 1U) << "nothing was missed, so nothing is read again";
  EXPECT_FALSE(watcher.informer.last_error());
}

/// A kind of the test's own: taking away one of pawl's would take every object of it along.
class InformerOfAKindThatIsTakenAway : public InformerOfAServerInTrouble {
 protected:
  ~InformerOfAKindThatIsTakenAway() override {
    static_cast<void>(own_.client().remove(kDefinitions, {"", kind_.display()}));
  }

  void install() const {
    const Json version{
        {"name", "v1"}, {"served", true}, {"storage", true}, {"schema", {{"openAPIV3Schema", {{"type", "object"}}}}}};
    const Json names{{"plural", kind_.plural}, {"singular", "whim"}, {"kind", "Whim"}, {"listKind", "WhimList"}};
    const Json spec{
        {"group", kind_.group}, {"names", names}, {"scope", "Namespaced"}, {"versions", Json::array({version})}};
    const auto made = own_.client().create(kDefinitions, "",
                                           Json{{"apiVersion", "apiextensions.k8s.io/v1"},
                                                {"kind", "CustomResourceDefinition"},
                                                {"metadata", {{"name", kind_.display()}}},
                                                {"spec", spec}});
    ASSERT_TRUE(made) << made.error().message;
    eventually([this] { return own_.client().list(kind_, {own_.name(), "", "", "", "", 1}).has_value(); },
               "the new kind is served");
  }
  void take_away() const {
    const auto gone = own_.client().remove(kDefinitions, {"", kind_.display()});
    ASSERT_TRUE(gone) << gone.error().message;
  }
  void store(const std::string& name) const {
    const auto made = own_.client().create(
        kind_, own_.name(),
        Json{{"apiVersion", kind_.group + "/v1"}, {"kind", "Whim"}, {"metadata", {{"name", name}}}});
    ASSERT_TRUE(made) << made.error().message;
  }
  Answer await_not_found(int after) {
    return transport_.heard.await([=](const Answer& a) { return a.number > after && a.status == 404; },
                                  "the server's 404");
  }
  [[nodiscard]] BootTime age(const Watcher& watcher) const {
    return hurried_.boot() - watcher.informer.last_heard().value_or(BootTime{0});
  }

  const kube::Resource kind_{own_.name() + ".pawl.dev", "v1", "whims"};
};

// E21
TEST_F(InformerOfAKindThatIsTakenAway, ItsCopyGrowsOldAndRecoversWhenTheKindIsBack) {
  constexpr BootTime kLongerThanTheWait = std::chrono::minutes{2};
  install();
  store("first");
  Watcher watcher(transport_, hurried_, kind_, own_.name());
  ASSERT_TRUE(watcher.informer.wait_synced({}, kPatience));
  EXPECT_THAT(watcher.names(), ElementsAre("first"));

  take_away();
  watcher.await("first", true);  // a server deletes what is of the kind before the kind
  const Answer refused = await_not_found(0);
  eventually([&] { return watcher.informer.last_error().has_value(); }, "the reason is told");
  EXPECT_EQ(watcher.informer.last_error()->kind, ErrorKind::NotServed);
  EXPECT_TRUE(watcher.informer.synced()) << "what was read once stays readable";
  hurried_.skip(kLongerThanTheWait);
  await_not_found(refused.number);
  EXPECT_GE(age(watcher), kLongerThanTheWait) << "an answer that refuses is no proof of being current";

  install();
  store("second");
  hurried_.skip(kLongerThanTheWait);
  watcher.await("second", false);
  store("third");  // a list that succeeds proves nothing about the watch, an event does
  watcher.await("third", false);
  watcher.stop();
  EXPECT_LT(age(watcher), kLongerThanTheWait);
  EXPECT_FALSE(watcher.informer.last_error());
  EXPECT_THAT(watcher.names(), ElementsAre("second", "third"));
  EXPECT_EQ(watcher.informer.epoch(), 0U) << "the server's history went on";
}

}  // namespace
}  // namespace pawl::integration

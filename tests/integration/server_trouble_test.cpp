// The cache while a real server is in trouble: it falls silent, is slow, or a kind is taken from it.
// One test at a time on a cluster: the whole API server is stopped here, for some seconds.
#include <gmock/gmock.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "integration/overheard.h"

namespace pawl::integration {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const kube::Resource kDefinitions{"apiextensions.k8s.io", "v1", "customresourcedefinitions", false};

/// The cluster's API server takes no step while this lives. Connections to it stay open, and new ones are accepted by
/// the kernel: nothing but silence tells.
class FrozenServer {
 public:
  FrozenServer() : process_(process_of_server()) {
    send(SIGSTOP);
    // On a busy machine its threads run on for some milliseconds.
    eventually([this] { return stopped(); }, "no thread of the API server runs");
  }
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
  [[nodiscard]] bool stopped() const {
    for (const auto& thread : std::filesystem::directory_iterator("/proc/" + std::to_string(process_) + "/task")) {
      std::string stat;
      std::getline(std::ifstream(thread.path() / "stat"), stat);
      if (stat.find(") T ") == std::string::npos) return false;
    }
    return true;
  }
  void send(int signal) const { EXPECT_EQ(::kill(process_, signal), 0); }

  pid_t process_;
};

class InformerOfAServerInTrouble : public InNamespace {
 protected:
  Overheard transport_{own_.transport()};
  HurriedClock hurried_;
};

TEST_F(InformerOfAServerInTrouble, E12_SilenceIsNoticedAndTheWatchGoesOnWhereItWas) {
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

TEST_F(InformerOfAServerInTrouble, E3_AListWhoseLastPageIsSlowIsNotSyncedBeforeItsLastObjectIsStored) {
  for (const char* name : {"a", "b", "c", "d", "e"}) store_config_map(name);
  kube::Informer<std::string> informer(in_pairs(transport_, own_.name(), "metadata.name!=kube-root-ca.crt", clock_),
                                       name_of);
  std::vector<std::string> told;
  informer.on_change([&](const kube::Meta& meta, const auto&, const auto&) { told.push_back(meta.key.name); });
  informer.step();
  informer.step();
  EXPECT_EQ(transport_.count(), 2) << "two pages";
  EXPECT_FALSE(informer.synced());
  std::jthread third;
  {
    const FrozenServer frozen;
    third = std::jthread([&] { informer.step(); });
    EXPECT_FALSE(informer.wait_synced({}, std::chrono::seconds{2}));
    EXPECT_EQ(transport_.count(), 2) << "the third page is under way";
    EXPECT_THAT(informer.list(), IsEmpty());
  }
  ASSERT_TRUE(informer.wait_synced({}, kPatience));
  EXPECT_THAT(informer.list(), SizeIs(5)) << "whoever is told that it is synced finds all of it";
  third.join();
  EXPECT_EQ(transport_.count(), 3);
  EXPECT_THAT(told, ElementsAre("a", "b", "c", "d", "e"));
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

TEST_F(InformerOfAKindThatIsTakenAway, E21_ItsCopyGrowsOldAndRecoversWhenTheKindIsBack) {
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

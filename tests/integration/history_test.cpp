// The cache when a real server loses a part of its history: the old part, which is compacted, or the latest, when etcd
// is restored from an older copy. Each test has a control plane of its own.
#include <gmock/gmock.h>

#include <algorithm>

#include "integration/overheard.h"
#include "integration/own_control_plane.h"

namespace pawl::integration {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

const kube::Resource& kConfigMaps = kube::resources::kConfigMaps;

class InformerOfAServerWithoutAllOfItsHistory : public testing::Test {
 protected:
  // More than an API server writes while it starts, so that the versions seen stay out of reach.
  static constexpr int kManyVersions = 2'000;

  InformerOfAServerWithoutAllOfItsHistory() {
    const auto made = plane_.client().create(kNamespaces, {}, Json{{"metadata", {{"name", ns_}}}});
    if (!made) throw std::runtime_error(made.error().message);
  }

  void store(const std::string& name) const {
    const auto made = plane_.client().create(kConfigMaps, ns_, Json{{"metadata", {{"name", name}}}});
    ASSERT_TRUE(made) << made.error().message;
  }
  void touch(const std::string& name) {
    const Json change{{"data", {{"touched", std::to_string(++touches_)}}}};
    const auto done = plane_.client().patch(kConfigMaps, {ns_, name}, change, {});
    ASSERT_TRUE(done) << done.error().message;
  }
  [[nodiscard]] std::string server_version() const {
    const auto page = plane_.client().list(kConfigMaps, {ns_, "", "", "", "", 500});
    EXPECT_TRUE(page) << page.error().message;
    return page ? page->resource_version : "";
  }
  [[nodiscard]] std::string server_version_of(const std::string& name) const {
    const auto object = plane_.client().get(kConfigMaps, {ns_, name});
    EXPECT_TRUE(object) << object.error().message;
    return object ? object->at("metadata").at("resourceVersion").get<std::string>() : "";
  }
  /// Statuses of the answers after the first `count`.
  [[nodiscard]] std::vector<int> statuses_after(int count) const {
    std::vector<int> out;
    for (const Answer& answer : transport_.heard.all()) {
      if (answer.number > count) out.push_back(answer.status);
    }
    return out;
  }

  const std::string ns_ = "history";
  OwnControlPlane plane_;
  std::shared_ptr<AwayTooLong> away_ = std::make_shared<AwayTooLong>(plane_.transport());
  Overheard transport_{away_};
  HurriedClock hurried_;
  int touches_ = 0;
};

TEST_F(InformerOfAServerWithoutAllOfItsHistory, E1_AListWhoseSecondPageIsExpiredBeginsAnewAndNothingOfItIsSeenBefore) {
  for (const char* name : {"a", "b", "c", "d", "e"}) store(name);
  kube::Informer<std::string> informer(in_pairs(transport_, ns_, "", hurried_), name_of);
  std::vector<std::string> told;
  informer.on_change([&](const kube::Meta& meta, const auto&, const auto&) { told.push_back(meta.key.name); });

  informer.step();
  store("f");  // the version of the first page is not the latest any more, which compaction keeps
  plane_.compact();
  informer.step();
  EXPECT_THAT(statuses_after(0), ElementsAre(200, 410));
  EXPECT_FALSE(informer.synced());
  EXPECT_THAT(informer.list(), IsEmpty()) << "a part of a list is no list";

  informer.step();
  EXPECT_TRUE(informer.synced());
  EXPECT_THAT(statuses_after(2), ElementsAre(200)) << "one answer has it all";
  EXPECT_THAT(told, UnorderedElementsAre("a", "b", "c", "d", "e", "f"));
  EXPECT_EQ(informer.counters().lists, 1U);
}

TEST_F(InformerOfAServerWithoutAllOfItsHistory, E14_TheSilenceOfARestoredServerIsAskedAboutAndEndsInANewEpoch) {
  store("kept");
  plane_.back_up();
  transport_.shorten_watches(std::chrono::seconds{4});
  Watcher watcher(transport_, hurried_, kConfigMaps, ns_);
  ASSERT_TRUE(watcher.informer.wait_synced({}, kPatience));
  plane_.pass_versions(kManyVersions);
  store("lost");
  watcher.await("lost", false);
  // A server tells how far it is only in a watch that it got further since.
  const auto bookmark_came = [this] {
    touch("lost");
    return std::ranges::any_of(transport_.heard.all(), &Answer::bookmark);
  };
  eventually(bookmark_came, "a watch in which the server tells how far it is");

  plane_.restore();
  ASSERT_TRUE(kube::older(server_version(), watcher.informer.last_resource_version()));
  const int before = transport_.count();
  hurried_.skip(std::chrono::minutes{1});  // the pause after a refused connection
  transport_.heard.await([&](const Answer& a) { return a.number > before && a.complete && a.bytes == 0; },
                         "a watch in which the server says nothing, not even how far it is");
  EXPECT_THAT(watcher.names(), ElementsAre("kept", "lost")) << "nothing has told yet";
  EXPECT_EQ(watcher.informer.epoch(), 0U);

  hurried_.skip(std::chrono::seconds{150});
  watcher.await("lost", true);
  EXPECT_THAT(statuses_after(before), Contains(504)) << "the server has not reached the version asked about";
  store("after");
  watcher.await("after", false);
  watcher.stop();
  EXPECT_THAT(watcher.names(), ElementsAre("after", "kept"));
  EXPECT_EQ(watcher.informer.epoch(), 1U);
  EXPECT_EQ(watcher.informer.counters().lists, 2U);
}

TEST_F(InformerOfAServerWithoutAllOfItsHistory, E15_AListOlderThanWhatIsKnownReplacesItAllInANewEpoch) {
  store("kept");
  plane_.back_up();
  Watcher watcher(transport_, hurried_, kConfigMaps, ns_);
  ASSERT_TRUE(watcher.informer.wait_synced({}, kPatience));
  plane_.pass_versions(kManyVersions);
  touch("kept");
  store("lost");
  watcher.await("lost", false);
  watcher.stop();
  const std::string newest = watcher.informer.last_resource_version();
  ASSERT_EQ(watcher.informer.meta({ns_, "kept"})->resource_version, server_version_of("kept"));

  plane_.restore();
  store("new");
  ASSERT_TRUE(kube::older(server_version(), newest));
  away_->next_watch_is_old();
  const int before = transport_.count();
  watcher.start();
  watcher.await("lost", true);
  watcher.await("new", false);
  EXPECT_THAT(statuses_after(before), Contains(504)) << "it is asked for what is known, which it cannot have";
  watcher.stop();
  EXPECT_THAT(watcher.names(), ElementsAre("kept", "new"));
  EXPECT_EQ(watcher.informer.meta({ns_, "kept"})->resource_version, server_version_of("kept"))
      << "the server's object is the truth, though its version is lower";
  EXPECT_EQ(watcher.informer.epoch(), 1U);
  EXPECT_TRUE(kube::older(watcher.informer.last_resource_version(), newest));
}

}  // namespace
}  // namespace pawl::integration

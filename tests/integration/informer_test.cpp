// The cache against a real server: what scripted transports can only claim of it.
#include <gmock/gmock.h>

#include "integration/overheard.h"
#include "kube/request.h"
#include "kube/watch_protocol.h"

namespace pawl::integration {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Change {
  std::string name;
  std::string uid;
  bool had_before = false;
  bool has_after = false;
};

/// An AgentRevision, as far as these tests look at it. Not a kind that is built in: the server's window of such a
/// kind begins when it is installed, so that version 1 is always too old, on a server of any age.
struct Revision {
  std::string value;
};

class InformerOnARealServer : public InNamespace {
 protected:
  InformerOnARealServer() {
    informer_.on_change([this](const kube::Meta& meta, const auto& before, const auto& after) {
      changes_.put({meta.key.name, meta.uid, before != nullptr, after != nullptr});
    });
  }

  static Result<Revision> decode(const Json& object) {
    return Revision{object.at("spec").at("files").at(0).at("content").get<std::string>()};
  }

  Json store(const std::string& name, const std::string& value = "one") const {
    const Json file{{"path", "prompt/system.md"}, {"content", value}};
    const Json spec{
        {"agent", "bot"}, {"author", {{"kind", "Human"}, {"name", "tester"}}}, {"files", Json::array({file})}};
    const auto made = own_.client().create(kube::resources::kAgentRevisions, own_.name(),
                                           Json{{"apiVersion", "pawl.dev/v1alpha1"},
                                                {"kind", "AgentRevision"},
                                                {"metadata", {{"name", name}}},
                                                {"spec", spec}});
    EXPECT_TRUE(made) << made.error().message;
    return made ? *made : Json();
  }
  void remove(const std::string& name) const {
    const auto gone = own_.client().remove(kube::resources::kAgentRevisions, own_.key(name));
    EXPECT_TRUE(gone) << gone.error().message;
  }

  void go_online() {
    thread_ = std::jthread([this](std::stop_token stop) { informer_.run(stop); });
    ASSERT_TRUE(informer_.wait_synced({}, kPatience));
  }
  void go_offline() {
    thread_.request_stop();
    thread_.join();
  }
  Change await_added(const std::string& name) {
    return changes_.await([&](const Change& c) { return c.name == name && !c.had_before; }, "the creation of " + name);
  }
  Change await_deleted(const std::string& name) {
    return changes_.await([&](const Change& c) { return c.name == name && !c.has_after; }, "the deletion of " + name);
  }
  std::string cached(const std::string& name) const {
    const auto found = informer_.get(own_.key(name));
    return found ? found->value : "";
  }

  AwayTooLong transport_{own_.transport()};
  kube::Informer<Revision> informer_{{transport_, kube::resources::kAgentRevisions, own_.name(), "", "", clock_},
                                     decode};
  Mailbox<Change> changes_;
  std::jthread thread_;
};

TEST_F(InformerOnARealServer, E2_AnEmptyCollectionIsSyncedAndEmpty) {
  go_online();
  EXPECT_THAT(informer_.list(), IsEmpty());
  EXPECT_FALSE(informer_.last_resource_version().empty());
}

TEST_F(InformerOnARealServer, WhatWasThereIsListedAndWhatChangesIsSeen) {
  store("early", "one");
  go_online();
  EXPECT_EQ(cached("early"), "one");
  store("late", "two");
  await_added("late");
  EXPECT_EQ(cached("late"), "two");
  remove("early");
  EXPECT_TRUE(await_deleted("early").had_before);
  EXPECT_EQ(cached("early"), "");
  EXPECT_EQ(informer_.counters().lists, 1U);
}

TEST_F(InformerOnARealServer, AWatchGoesOnWhereItEndedWithoutAList) {
  go_online();
  store("before");
  await_added("before");
  go_offline();
  store("meanwhile", "missed");
  go_online();
  await_added("meanwhile");
  EXPECT_EQ(cached("meanwhile"), "missed");
  go_offline();  // so that the counters stand still
  EXPECT_EQ(informer_.counters().lists, 1U);
  EXPECT_EQ(informer_.counters().watches, 2U);
}

TEST_F(InformerOnARealServer, E10_E17_AVersionTooOldLeadsToAListThatFindsTheDeleted) {
  store("kept");
  const Json gone = store("gone");
  go_online();
  go_offline();
  remove("gone");
  transport_.next_watch_is_old();
  go_online();
  const Change deleted = await_deleted("gone");
  EXPECT_TRUE(deleted.had_before) << "its last known state is told";
  EXPECT_EQ(deleted.uid, gone["metadata"]["uid"]);
  go_offline();  // so that the counters stand still
  EXPECT_EQ(informer_.counters().lists, 2U);
  EXPECT_THAT(changes_.all(), SizeIs(3)) << "what did not change is not told again";
  EXPECT_EQ(cached("kept"), "one");
}

TEST_F(InformerOnARealServer, E18_AnObjectMadeAgainWhileAwayIsADeletionAndACreation) {
  const Json first = store("twin", "first");
  go_online();
  go_offline();
  remove("twin");
  const Json second = store("twin", "second");
  transport_.next_watch_is_old();
  go_online();
  EXPECT_EQ(await_deleted("twin").uid, first["metadata"]["uid"]);
  const std::string uid = second["metadata"]["uid"];
  const Change added = changes_.await([&](const Change& c) { return c.uid == uid; }, "the second twin");
  EXPECT_FALSE(added.had_before);
  EXPECT_EQ(cached("twin"), "second");
}

// The server tells how far it is although nothing of ours changes.
TEST_F(InformerOnARealServer, E4_TheServerSendsBookmarksAndEndsAWatchCleanly) {
  const auto page = own_.client().list(kube::resources::kConfigMaps, {own_.name(), "", "", "", "", 500});
  ASSERT_TRUE(page) << page.error().message;
  const OwnNamespace elsewhere;
  ASSERT_TRUE(
      elsewhere.client().create(kube::resources::kConfigMaps, elsewhere.name(), Json{{"metadata", {{"name", "one"}}}}));
  kube::HttpRequest request;
  request.path = kube::watch_path({kube::resources::kConfigMaps, own_.name(), "", ""}, page->resource_version,
                                  std::chrono::seconds{12});
  std::string heard;
  const auto outcome = own_.transport()->stream(
      request,
      [&](std::string_view data) {
        heard += data;
        return true;
      },
      [] { return Duration{30'000}; }, {});
  EXPECT_EQ(outcome.end, kube::StreamEnd::Clean) << outcome.detail;
  // The namespace is new: a controller may still be adding its ConfigMap, and is told of first.
  const std::size_t last_line = heard.find_last_of('\n', heard.size() - 2) + 1;
  const Json bookmark = Json::parse(heard.substr(last_line), nullptr, false);
  ASSERT_TRUE(bookmark.is_object()) << heard.size() << " bytes: " << heard;
  EXPECT_EQ(bookmark["type"], "BOOKMARK");
  EXPECT_TRUE(
      kube::older(page->resource_version, bookmark["object"]["metadata"]["resourceVersion"].get<std::string>()));
}

TEST_F(InformerOnARealServer, E20_WithoutARightToListTheErrorNamesVerbAndResource) {
  const auto viewer = connect_as("viewer");
  kube::Informer<Revision> denied({*viewer, kube::resources::kHttpRoutes, own_.name(), "", "", clock_}, decode);
  denied.step();
  ASSERT_TRUE(denied.last_error());
  EXPECT_EQ(denied.last_error()->kind, ErrorKind::Denied);
  EXPECT_THAT(denied.last_error()->message, HasSubstr("cannot list httproutes.gateway.networking.k8s.io"));
  EXPECT_FALSE(denied.synced());
}

TEST_F(InformerOnARealServer, E21_AKindThatIsNotInstalledIsNotServed) {
  kube::Informer<Revision> unknown({transport_, {"pawl.dev", "v1alpha1", "agentdreams"}, own_.name(), "", "", clock_},
                                   decode);
  unknown.step();
  ASSERT_TRUE(unknown.last_error());
  EXPECT_EQ(unknown.last_error()->kind, ErrorKind::NotServed);
}

}  // namespace
}  // namespace pawl::integration

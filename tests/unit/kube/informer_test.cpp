// The cache above the reflector: what handlers are told, and how the thread stops.
#include "kube/informer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include <nlohmann/json.hpp>

#include "base/system_clock.h"
#include "support/manual_clock.h"
#include "support/scripted_transport.h"

namespace pawl::kube {
namespace {

using Json = nlohmann::json;
using std::chrono::seconds;
using std::chrono::steady_clock;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Thing {
  std::string text;
};

Result<Thing> decode(const Json& object) {
  const auto it = object.find("text");
  if (it == object.end() || !it->is_string()) return fail(ErrorKind::Malformed, "no text");
  return Thing{it->get<std::string>()};
}

Json thing(const std::string& name, const std::string& uid, int version, const std::string& text) {
  return {
      {"metadata", {{"namespace", "ns"}, {"name", name}, {"uid", uid}, {"resourceVersion", std::to_string(version)}}},
      {"text", text}};
}
std::string event(const std::string& type, const Json& object) {
  return Json{{"type", type}, {"object", object}}.dump() + "\n";
}
std::string list_of(int version, const Json& items) {
  return Json{{"items", items}, {"metadata", {{"resourceVersion", std::to_string(version)}}}}.dump();
}

class InformerTest : public testing::Test {
 protected:
  InformerTest() {
    transport.when_empty(test::ScriptedTransport::WhenEmpty::Return);
    informer.on_change(
        [this](const Meta& meta, const Informer<Thing>::Pointer& before, const Informer<Thing>::Pointer& after) {
          told.push_back(meta.key.name + "/" + meta.uid + ":" + (before ? before->text : "-") + ">" +
                         (after ? after->text : "-"));
        });
  }
  std::vector<std::string> take_told() { return std::exchange(told, {}); }
  void list(int version, const Json& items) {
    transport.answer(200, list_of(version, items));
    ASSERT_EQ(informer.step().kind, InformerStep::Kind::Listed);
  }
  void watch(const std::vector<std::string>& pieces) {
    transport.stream(pieces);
    ASSERT_EQ(informer.step().kind, InformerStep::Kind::Watched);
  }
  /// As after a break that only a list can heal.
  void relist(int version, const Json& items) {
    transport.stream_refused(410, "");
    const InformerStep step = informer.step();
    EXPECT_EQ(informer.step().kind, InformerStep::Kind::Waiting);
    clock.advance(step.next - clock.boot());
    list(version, items);
  }

  test::ManualClock clock;
  test::ScriptedTransport transport;
  Informer<Thing> informer{InformerOptions{transport, resources::kConfigMaps, "ns", "", "", clock, 3}, decode};
  std::vector<std::string> told;
  const ObjectKey a{"ns", "a"};
};

TEST_F(InformerTest, StepsThroughAListAndThenWhateverTheWatchHasToSay) {
  EXPECT_FALSE(informer.synced());
  list(10, Json::array({thing("a", "u1", 5, "one")}));
  EXPECT_TRUE(informer.synced());
  EXPECT_THAT(take_told(), ElementsAre("a/u1:->one"));
  watch({});
  EXPECT_THAT(take_told(), IsEmpty());
  watch({event("MODIFIED", thing("a", "u1", 11, "two")), event("ADDED", thing("b", "u2", 12, "new"))});
  EXPECT_THAT(take_told(), ElementsAre("a/u1:one>two", "b/u2:->new"));
  EXPECT_EQ(informer.last_resource_version(), "12");
  EXPECT_EQ(informer.get(a)->text, "two");
  EXPECT_EQ(informer.meta(a)->resource_version, "11");
  EXPECT_EQ(informer.list().size(), 2U);
  EXPECT_FALSE(informer.last_error());
}

TEST_F(InformerTest, HasStoredTheObjectBeforeItTellsTheHandlers) {
  std::string seen;
  informer.on_change([&](const Meta& meta, const auto&, const auto&) { seen = informer.get(meta.key)->text; });
  list(10, Json::array({thing("a", "u1", 5, "one")}));
  EXPECT_EQ(seen, "one");
}

TEST_F(InformerTest, DropsAnEventThatIsNotNewerThanWhatItHas) {
  list(10, Json::array({thing("a", "u1", 9, "nine")}));
  take_told();
  watch({event("MODIFIED", thing("a", "u1", 9, "again")), event("MODIFIED", thing("a", "u1", 8, "older")),
         event("DELETED", thing("a", "u1", 8, "older"))});
  EXPECT_THAT(take_told(), IsEmpty());
  EXPECT_EQ(informer.get(a)->text, "nine");
  watch({event("MODIFIED", thing("a", "u1", 10, "ten"))});
  EXPECT_EQ(informer.get(a)->text, "ten");
}

TEST_F(InformerTest, TellsTheLastStateOfADeletedObject) {
  list(10, Json::array({thing("a", "u1", 9, "nine")}));
  take_told();
  watch({event("DELETED", thing("a", "u1", 11, "final"))});
  EXPECT_THAT(take_told(), ElementsAre("a/u1:final>-"));
  EXPECT_EQ(informer.get(a), nullptr);
  watch({event("DELETED", thing("a", "u1", 11, "final"))});
  EXPECT_THAT(take_told(), IsEmpty());
}

TEST_F(InformerTest, TellsANewUidUnderAnOldNameAsDeletedThenAdded) {
  list(10, Json::array({thing("a", "u1", 9, "old")}));
  take_told();
  watch({event("MODIFIED", thing("a", "u2", 12, "new"))});
  EXPECT_THAT(take_told(), ElementsAre("a/u1:old>-", "a/u2:->new"));
}

TEST_F(InformerTest, E17_AnObjectDeletedWhileDisconnectedIsToldWithItsLastKnownState) {
  list(10, Json::array({thing("a", "u1", 9, "last"), thing("b", "u2", 9, "stays")}));
  take_told();
  relist(20, Json::array({thing("b", "u2", 9, "stays")}));
  EXPECT_THAT(take_told(), ElementsAre("a/u1:last>-"));
}

TEST_F(InformerTest, E18_AnObjectMadeAgainWhileDisconnectedIsDeletedThenAdded) {
  list(10, Json::array({thing("a", "u1", 9, "old")}));
  take_told();
  relist(20, Json::array({thing("a", "u2", 15, "new")}));
  EXPECT_THAT(take_told(), ElementsAre("a/u1:old>-", "a/u2:->new"));
}

TEST_F(InformerTest, E19_ARelistWithNothingChangedTellsNothingAndKeepsTheSameObjects) {
  list(10, Json::array({thing("a", "u1", 9, "one")}));
  take_told();
  const auto before = informer.get(a);
  relist(20, Json::array({thing("a", "u1", 9, "one")}));
  EXPECT_THAT(take_told(), IsEmpty());
  EXPECT_EQ(informer.get(a), before);
  EXPECT_EQ(informer.last_resource_version(), "20");
}

TEST_F(InformerTest, E15_AfterHistoryWentBackEqualVersionsMeanNothing) {
  list(10, Json::array({thing("a", "u1", 9, "one")}));
  take_told();
  relist(9, Json::array({thing("a", "u1", 9, "restored")}));
  EXPECT_EQ(informer.epoch(), 1U);
  EXPECT_THAT(take_told(), ElementsAre("a/u1:one>restored"));
}

TEST_F(InformerTest, KeepsAnUndecodableObjectOutAndCountsIt) {
  Json bad = thing("b", "u2", 6, "x");
  bad.erase("text");
  list(10, Json::array({thing("a", "u1", 5, "one"), bad}));
  EXPECT_EQ(informer.undecodable(), 1U);
  EXPECT_EQ(informer.list().size(), 1U);
  take_told();
  Json worse = thing("a", "u1", 12, "x");
  worse["text"] = 7;
  watch({event("MODIFIED", worse)});
  EXPECT_EQ(informer.undecodable(), 2U);
  EXPECT_EQ(informer.get(a), nullptr);
  EXPECT_THAT(take_told(), ElementsAre("a/u1:one>-"));
}

TEST_F(InformerTest, E20_A403IsVisibleWithVerbAndResource) {
  transport.answer(403, R"({"kind":"Status","code":403,"reason":"Forbidden","message":"no"})");
  informer.step();
  ASSERT_TRUE(informer.last_error());
  EXPECT_EQ(informer.last_error()->kind, ErrorKind::Denied);
  EXPECT_THAT(informer.last_error()->message, HasSubstr("cannot list configmaps"));
  EXPECT_FALSE(informer.synced());
}

TEST_F(InformerTest, TellsWhenARefusalBeginsAndWhenItEndsAndThenItIsNotSeenAnyMore) {
  std::vector<bool> denied;
  informer.on_access_change([&] { denied.push_back(informer.last_error().has_value()); });
  const std::string refusal = R"({"kind":"Status","code":403,"reason":"Forbidden","message":"no"})";
  transport.answer(403, refusal);
  informer.step();
  EXPECT_THAT(denied, ElementsAre(true));
  clock.advance(seconds{60});
  transport.answer(403, refusal);
  informer.step();
  EXPECT_THAT(denied, ElementsAre(true)) << "the same refusal again is no news";
  clock.advance(seconds{60});
  list(10, Json::array());
  EXPECT_THAT(denied, ElementsAre(true, false));
}

TEST_F(InformerTest, ShowsWhenTheServerLastProvedToBeCurrent) {
  EXPECT_FALSE(informer.last_heard());
  list(10, Json::array());
  const BootTime at = clock.boot();
  EXPECT_EQ(informer.last_heard(), at);
  clock.advance(seconds{40});
  watch({});
  EXPECT_EQ(informer.last_heard(), at);
  watch({R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"11"}}})"});
  EXPECT_EQ(informer.last_heard(), at + seconds{40});
}

/// The thread, with real time.
class InformerThreadTest : public testing::Test {
 protected:
  /// Seconds from the stop request to the end of the thread, once `calls` calls came.
  double stop_after_calls(std::size_t calls) {
    std::jthread thread([this](std::stop_token stop) { informer.run(stop); });
    EXPECT_TRUE(transport.wait_for_calls(calls));
    const auto begin = steady_clock::now();
    thread.request_stop();
    thread.join();
    return std::chrono::duration<double>(steady_clock::now() - begin).count();
  }

  SystemClock clock;
  test::ScriptedTransport transport;
  Informer<Thing> informer{InformerOptions{transport, resources::kConfigMaps, "ns", "", "", clock, 3}, decode};
};

TEST_F(InformerThreadTest, E22_StopsAtOnceInAList) { EXPECT_LT(stop_after_calls(1), 1.0); }

TEST_F(InformerThreadTest, E22_StopsAtOnceInAWatch) {
  transport.answer(200, list_of(10, Json::array()));
  EXPECT_LT(stop_after_calls(2), 1.0);
}

TEST_F(InformerThreadTest, E22_StopsAtOnceInABackoff) {
  Error error;
  error.retry_after = seconds{60};
  transport.answer(error);
  EXPECT_LT(stop_after_calls(1), 1.0);
  EXPECT_EQ(transport.lists().size(), 1U);
}

TEST_F(InformerThreadTest, DoesNotSpinOnATransportThatCancelsUnasked) {
  transport.when_empty(test::ScriptedTransport::WhenEmpty::Return);
  std::jthread thread([this](std::stop_token stop) { informer.run(stop); });
  std::this_thread::sleep_for(Duration{50});
  EXPECT_EQ(transport.lists().size(), 1U);
}

TEST_F(InformerThreadTest, LetsOthersWaitForTheFirstList) {
  EXPECT_FALSE(informer.wait_synced({}, Duration{1}));
  transport.answer(200, list_of(10, Json::array({thing("a", "u1", 5, "one")})));
  std::jthread thread([this](std::stop_token stop) { informer.run(stop); });
  EXPECT_TRUE(informer.wait_synced({}, seconds{10}));
  EXPECT_NE(informer.get({"ns", "a"}), nullptr);
}

TEST_F(InformerThreadTest, CanBeReadWhileItChanges) {
  transport.answer(200, list_of(10, Json::array({thing("a", "u1", 5, "x")})));
  std::vector<std::string> pieces;
  for (int i = 0; i < 2'000; ++i) pieces.push_back(event("MODIFIED", thing("a", "u1", 11 + i, "x")));
  transport.stream(pieces, StreamEnd::Clean);
  std::jthread thread([this](std::stop_token stop) { informer.run(stop); });
  ASSERT_TRUE(informer.wait_synced({}, seconds{10}));
  while (informer.last_resource_version() != "2010") {
    ASSERT_NE(informer.get({"ns", "a"}), nullptr);
    ASSERT_EQ(informer.list().size(), 1U);
  }
}

}  // namespace
}  // namespace pawl::kube

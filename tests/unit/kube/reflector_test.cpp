// One test per edge of the list-and-watch protocol; the numbers are those of the engineering reference.
#include "kube/reflector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "kube/meta.h"

namespace pawl::kube {
namespace {

using Json = nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// A plain store that counts.
class Store final : public ReflectorSink {
 public:
  void upsert(const Json& object) override {
    ++upserts;
    objects[meta_of(object).key.name] = meta_of(object).resource_version;
    last = object;
  }
  void remove(const Json& object) override {
    ++removes;
    objects.erase(meta_of(object).key.name);
  }
  void listed(const Json& object) override {
    pages[meta_of(object).key.name] = meta_of(object).resource_version;
    last = object;
  }
  void list_abandoned() override { pages.clear(); }
  void list_complete() override {
    ++replaces;
    objects = std::exchange(pages, {});
  }
  std::map<std::string, std::string> objects;
  std::map<std::string, std::string> pages;  ///< of a list under way
  Json last;
  int upserts = 0;
  int removes = 0;
  int replaces = 0;
};

Json object(const std::string& name, int version) {
  return {
      {"metadata",
       {{"namespace", "ns"}, {"name", name}, {"uid", "uid-" + name}, {"resourceVersion", std::to_string(version)}}}};
}

std::string event(const std::string& type, const Json& body) {
  return Json{{"type", type}, {"object", body}}.dump() + "\n";
}
std::string added(const std::string& name, int version) { return event("ADDED", object(name, version)); }
std::string bookmark(int version) {
  return event("BOOKMARK", {{"metadata", {{"resourceVersion", std::to_string(version)}}}});
}

Json status(int code, const std::string& reason) {
  return {{"kind", "Status"}, {"code", code}, {"reason", reason}, {"message", reason + " it is"}};
}
Json too_large() {
  Json body = status(504, "Timeout");
  body["details"] = {{"causes", Json::array({{{"reason", "ResourceVersionTooLarge"}}})}, {"retryAfterSeconds", 1}};
  return body;
}

class ReflectorTest : public testing::Test {
 protected:
  /// The path asked for next; "wait" if the reflector wants to wait.
  std::string ask() {
    const auto action = reflector.next(now);
    if (const auto* list = std::get_if<ListRequest>(&action)) return "LIST " + list->http.path;
    if (const auto* watch = std::get_if<WatchRequest>(&action)) return "WATCH " + watch->http.path;
    return "wait";
  }
  /// Waits as long as asked, at most `limit`, then asks.
  std::string ask_after_wait(Duration limit = seconds{60}) {
    const auto action = reflector.next(now);
    if (const auto* wait = std::get_if<WaitUntil>(&action)) {
      EXPECT_LE(wait->until - now, limit);
      now = wait->until;
      return ask();
    }
    ADD_FAILURE() << "no wait";
    return ask();
  }
  void list_answer(int version, const Json& items, const std::string& token = "") {
    const Json body{{"items", items},
                    {"metadata", {{"resourceVersion", std::to_string(version)}, {"continue", token}}}};
    reflector.on_list(now, HttpResponse{200, body.dump(), {}});
  }
  void list_refusal(const Json& body) {
    reflector.on_list(now, HttpResponse{body["code"].get<int>(), body.dump(), {}});
  }
  void end(StreamEnd how) { reflector.on_watch_end(now, {how, {}, ""}); }
  void refuse_watch(int code, const std::string& body, std::vector<std::pair<std::string, std::string>> headers = {}) {
    reflector.on_watch_end(now, {StreamEnd::HttpError, {code, body, std::move(headers)}, ""});
  }
  bool data(const std::string& bytes) { return reflector.on_watch_data(now, bytes); }
  /// Up to an open watch on a collection of "a" at version 10.
  void open_watch() {
    ask();
    list_answer(10, Json::array({object("a", 5)}));
    ASSERT_THAT(ask(), HasSubstr("WATCH"));
  }
  Duration waiting() { return std::chrono::duration_cast<Duration>(reflector.not_before() - now); }

  BootTime now = seconds{1'000};
  Store store;
  Reflector reflector{{resources::kConfigMaps, "ns", "", ""}, store, 7};
};

TEST_F(ReflectorTest, BeginsWithAQuorumListInPagesAndWatchesFromItsVersion) {
  EXPECT_EQ(ask(), "LIST /api/v1/namespaces/ns/configmaps?limit=500");
  list_answer(10, Json::array({object("a", 5)}));
  const std::string watch = ask();
  EXPECT_THAT(watch,
              HasSubstr("WATCH /api/v1/namespaces/ns/configmaps?watch=1&allowWatchBookmarks=true&timeoutSeconds="));
  EXPECT_THAT(watch, HasSubstr("&resourceVersion=10"));
}

TEST_F(ReflectorTest, EncodesSelectorsAndGroups) {
  Reflector other({resources::kHttpRoutes, "", "a=b,c in (d)", "metadata.name=x"}, store, 1);
  const auto action = other.next(now);
  EXPECT_EQ(std::get<ListRequest>(action).http.path,
            "/apis/gateway.networking.k8s.io/v1/httproutes?labelSelector=a%3Db%2Cc%20in%20%28d%29&"
            "fieldSelector=metadata.name%3Dx&limit=500");
}

TEST_F(ReflectorTest, E1_AnExpiredContinueTokenCostsOneFullListAndNoPartialReplace) {
  ask();
  list_answer(10, Json::array({object("a", 5)}), "page2");
  EXPECT_THAT(ask(), HasSubstr("continue=page2"));
  list_refusal(status(410, "Expired"));
  EXPECT_EQ(store.replaces, 0);
  EXPECT_EQ(ask(), "LIST /api/v1/namespaces/ns/configmaps");
  list_answer(12, Json::array({object("a", 5), object("b", 6)}));
  EXPECT_EQ(store.replaces, 1);
  EXPECT_EQ(store.objects.size(), 2U);
  EXPECT_EQ(reflector.counters().lists, 1U);
}

TEST_F(ReflectorTest, E2_AnEmptyCollectionIsSyncedAlsoWhenItemsIsNull) {
  ask();
  list_answer(10, nullptr);
  EXPECT_TRUE(reflector.synced());
  EXPECT_EQ(store.replaces, 1);
  EXPECT_TRUE(store.objects.empty());
}

TEST_F(ReflectorTest, E3_IsNotSyncedBeforeTheLastPageIsStored) {
  ask();
  list_answer(10, Json::array({object("a", 5)}), "t2");
  ask();
  list_answer(10, Json::array({object("b", 6)}), "t3");
  EXPECT_FALSE(reflector.synced());
  EXPECT_EQ(ask(), "LIST /api/v1/namespaces/ns/configmaps?limit=500&continue=t3");
  now += seconds{20};
  EXPECT_FALSE(reflector.synced());
  list_answer(10, Json::array({object("c", 7)}));
  EXPECT_TRUE(reflector.synced());
  EXPECT_EQ(store.objects.size(), 3U);
}

TEST_F(ReflectorTest, E4_ABookmarkMovesThePositionAndStoresNothing) {
  open_watch();
  EXPECT_TRUE(data(bookmark(40)));
  EXPECT_EQ(reflector.last_version(), "40");
  EXPECT_EQ(store.upserts, 0);
  now += seconds{2};
  end(StreamEnd::Reset);
  EXPECT_THAT(ask(), HasSubstr("resourceVersion=40"));
}

TEST_F(ReflectorTest, E5_WithoutBookmarksTheWatchResumesAtTheLastObject) {
  open_watch();
  data(added("b", 31));
  end(StreamEnd::Reset);
  EXPECT_THAT(ask(), HasSubstr("resourceVersion=31"));
}

TEST_F(ReflectorTest, E6_AServersOwnEndCostsNoListAndTouchesNothing) {
  open_watch();
  now += seconds{400};
  end(StreamEnd::Clean);
  const std::string next = ask();
  EXPECT_THAT(next, HasSubstr("WATCH"));
  EXPECT_THAT(next, HasSubstr("resourceVersion=10"));
  EXPECT_EQ(reflector.counters().lists, 1U);
  EXPECT_EQ(store.upserts + store.removes, 0);
  EXPECT_EQ(store.replaces, 1);
}

TEST_F(ReflectorTest, E6_AVeryShortWatchIsAnErrorThatWaits) {
  open_watch();
  now += milliseconds{999};
  end(StreamEnd::Clean);
  EXPECT_EQ(ask(), "wait");
  EXPECT_TRUE(reflector.last_error());
  EXPECT_EQ(ask_after_wait(), "LIST /api/v1/namespaces/ns/configmaps?resourceVersion=10");
}

TEST_F(ReflectorTest, E7_HalfADocumentIsDroppedAtAResetAndReadAgain) {
  open_watch();
  const std::string whole = added("c", 21);
  data(added("b", 20) + whole.substr(0, whole.size() / 2));
  end(StreamEnd::Reset);
  EXPECT_FALSE(store.objects.contains("c"));
  EXPECT_THAT(ask(), HasSubstr("resourceVersion=20"));
  data(whole);
  EXPECT_EQ(store.objects["c"], "21");
}

TEST_F(ReflectorTest, E8_AnySplitOfTheBytesGivesTheSameStore) {
  Json tricky = object("t", 23);
  tricky["data"] = {{"text", "}{\"\\ ]\n"}};
  const std::string bytes = added("b", 20) + "\n\r\n" + added("c", 21) + event("DELETED", object("b", 22)) +
                            event("MODIFIED", tricky) + bookmark(30);
  Random random(5);
  for (int round = 0; round < 200; ++round) {
    Store mine;
    Reflector one({resources::kConfigMaps, "ns", "", ""}, mine, 1);
    one.next(now);
    one.on_list(now, HttpResponse{200, R"({"items":[],"metadata":{"resourceVersion":"10"}})", {}});
    one.next(now);
    for (std::size_t at = 0; at < bytes.size();) {
      // Round 0: byte by byte. Round 1: all in one chunk.
      const std::size_t size = round == 0 ? 1 : round == 1 ? bytes.size() : 1 + random.below(60);
      ASSERT_TRUE(one.on_watch_data(now, std::string_view(bytes).substr(at, size)));
      at += size;
    }
    ASSERT_EQ(mine.objects, (std::map<std::string, std::string>{{"c", "21"}, {"t", "23"}})) << round;
    ASSERT_EQ(one.last_version(), "30");
    ASSERT_EQ(one.counters().events, 5U);
  }
}

TEST_F(ReflectorTest, E9_ALargeObjectIsAcceptedAndItsMemoryGivenBack) {
  open_watch();
  Json large = object("big", 20);
  large["data"] = std::string(1'400'000, 'x');
  EXPECT_TRUE(data(event("ADDED", large)));
  EXPECT_EQ(store.objects["big"], "20");
  EXPECT_EQ(reflector.buffered(), 0U);

  JsonFrames frames;
  frames.feed(event("ADDED", large));
  while (frames.next()) {
  }
  EXPECT_LT(frames.capacity(), 65'537U);
}

TEST_F(ReflectorTest, E9_AnEndlessDocumentIsRefusedInsteadOfFillingTheMemory) {
  JsonFrames frames(1'000);
  frames.feed("{\"a\":\"" + std::string(2'000, 'x'));
  EXPECT_FALSE(frames.next());
  EXPECT_TRUE(frames.broken());
}

TEST_F(ReflectorTest, E10_Http410ListsAtTheLastVersionThenQuorumOnlyIfThatExpiredToo) {
  open_watch();
  refuse_watch(410, status(410, "Expired").dump());
  EXPECT_EQ(ask_after_wait(), "LIST /api/v1/namespaces/ns/configmaps?resourceVersion=10");
  list_refusal(status(410, "Expired"));
  EXPECT_EQ(ask(), "LIST /api/v1/namespaces/ns/configmaps?limit=500");
}

TEST_F(ReflectorTest, E10_AnError410AsFirstEventListsAtTheLastVersion) {
  open_watch();
  EXPECT_FALSE(data(event("ERROR", status(410, "Expired"))));
  end(StreamEnd::Cancelled);
  EXPECT_EQ(ask_after_wait(), "LIST /api/v1/namespaces/ns/configmaps?resourceVersion=10");
}

TEST_F(ReflectorTest, E10_AnError410AfterFiftyEventsListsAtTheLastOfThem) {
  open_watch();
  for (int i = 0; i < 50; ++i) data(added("o" + std::to_string(i), 100 + i));
  EXPECT_FALSE(data(event("ERROR", status(410, "Gone"))));
  end(StreamEnd::Cancelled);
  EXPECT_EQ(store.upserts, 50);
  EXPECT_EQ(ask_after_wait(), "LIST /api/v1/namespaces/ns/configmaps?resourceVersion=149");
}

TEST_F(ReflectorTest, E11_A429OnConnectWaitsAndResumesWithoutAList) {
  open_watch();
  refuse_watch(429, "Too many requests, please try again later.\n", {{"retry-after", "7"}});
  EXPECT_GE(waiting(), seconds{7});
  EXPECT_LE(waiting(), milliseconds{8'750});
  EXPECT_THAT(ask_after_wait(), HasSubstr("WATCH"));
  refuse_watch(429, "Too many requests, please try again later.\n");
  EXPECT_THAT(ask_after_wait(seconds{5}), HasSubstr("resourceVersion=10"));
  EXPECT_EQ(reflector.counters().lists, 1U);
}

TEST_F(ReflectorTest, E11_A429InTheStreamWaitsAndResumesWithoutAList) {
  open_watch();
  Json body = status(429, "TooManyRequests");
  body["details"] = {{"retryAfterSeconds", 5}};
  EXPECT_FALSE(data(added("b", 20) + event("ERROR", body)));
  end(StreamEnd::Cancelled);
  EXPECT_GE(waiting(), seconds{5});
  EXPECT_THAT(ask_after_wait(), HasSubstr("WATCH"));
}

TEST_F(ReflectorTest, E11_ARefusedConnectionWaitsAndResumesWithoutAList) {
  open_watch();
  for (int i = 0; i < 5; ++i) {
    end(StreamEnd::ConnectRefused);
    EXPECT_THAT(ask_after_wait(), HasSubstr("resourceVersion=10"));
  }
  EXPECT_EQ(reflector.counters().lists, 1U);
}

TEST_F(ReflectorTest, E12_TheIdleLimitIsNinetySecondsOnceBookmarksWereSeenElseTheWatchsOwn) {
  ask();
  list_answer(10, Json::array());
  const std::string watch = ask();
  const auto timeout = std::stoi(watch.substr(watch.find("timeoutSeconds=") + 15));
  EXPECT_EQ(reflector.idle_limit(now), seconds{timeout} + seconds{30});
  data(bookmark(11));
  EXPECT_EQ(reflector.idle_limit(now), seconds{90});
}

TEST_F(ReflectorTest, E12_AnIdleEndResumesAtOnceAtTheSamePlace) {
  open_watch();
  data(bookmark(11));
  now += seconds{90};
  end(StreamEnd::IdleTimeout);
  EXPECT_THAT(ask(), HasSubstr("WATCH"));
  EXPECT_EQ(reflector.counters().lists, 1U);
}

TEST_F(ReflectorTest, E13_ATooLargeVersionInAListCostsOneQuorumList) {
  open_watch();
  refuse_watch(500, status(500, "InternalError").dump());
  EXPECT_EQ(ask_after_wait(), "LIST /api/v1/namespaces/ns/configmaps?resourceVersion=10");
  list_refusal(too_large());
  EXPECT_EQ(ask(), "LIST /api/v1/namespaces/ns/configmaps?limit=500");
  list_answer(15, Json::array());
  EXPECT_THAT(ask(), HasSubstr("WATCH"));
  // The next list trusts the server again.
  refuse_watch(500, status(500, "InternalError").dump());
  EXPECT_EQ(ask_after_wait(), "LIST /api/v1/namespaces/ns/configmaps?resourceVersion=15");
}

TEST_F(ReflectorTest, E13_AnOrdinary504IsAnErrorThatWaits) {
  ask();
  list_refusal(status(504, "Timeout"));
  EXPECT_EQ(ask(), "wait");
}

TEST_F(ReflectorTest, E14_SilenceAtAFutureVersionIsProbedAndEndsInANewEpoch) {
  open_watch();
  data(bookmark(900));
  now += seconds{90};
  end(StreamEnd::IdleTimeout);
  EXPECT_THAT(ask(), HasSubstr("WATCH"));
  EXPECT_EQ(reflector.idle_limit(now), seconds{60});
  now += seconds{60};
  end(StreamEnd::IdleTimeout);
  EXPECT_EQ(ask(),
            "LIST /api/v1/namespaces/ns/configmaps?limit=1&resourceVersionMatch=NotOlderThan&resourceVersion=900");
  list_refusal(too_large());
  EXPECT_EQ(ask(), "LIST /api/v1/namespaces/ns/configmaps?limit=500");
  list_answer(300, Json::array({object("old", 3)}));
  EXPECT_EQ(reflector.epoch(), 1U);
  EXPECT_EQ(reflector.last_version(), "300");
  EXPECT_EQ(store.objects, (std::map<std::string, std::string>{{"old", "3"}}));
}

TEST_F(ReflectorTest, E14_AProbeThatTheServerAnswersGoesOnWatching) {
  open_watch();
  data(bookmark(900));
  now += seconds{150};
  end(StreamEnd::IdleTimeout);
  EXPECT_THAT(ask(), HasSubstr("limit=1&"));
  list_answer(900, Json::array({object("a", 5)}));
  EXPECT_THAT(ask(), HasSubstr("WATCH"));
  EXPECT_EQ(store.replaces, 1);
  EXPECT_EQ(reflector.epoch(), 0U);
}

TEST_F(ReflectorTest, E14_AServerThatIsAwayOrRefusesIsNotSilent) {
  open_watch();
  data(bookmark(11));
  now += seconds{200};
  end(StreamEnd::ConnectRefused);
  EXPECT_THAT(ask_after_wait(), HasSubstr("WATCH"));
  now += seconds{200};
  refuse_watch(429, "");
  EXPECT_THAT(ask_after_wait(), HasSubstr("WATCH"));
}

TEST_F(ReflectorTest, E14_AServerWithoutBookmarksIsNotProbed) {
  open_watch();
  now += seconds{600};
  end(StreamEnd::IdleTimeout);
  EXPECT_THAT(ask(), HasSubstr("WATCH"));
}

TEST_F(ReflectorTest, E15_AListOlderThanOurPositionIsANewEpochAndAFullReplace) {
  open_watch();
  data(added("b", 50));
  refuse_watch(500, "");
  ask_after_wait();
  list_answer(9, Json::array({object("z", 8)}));
  EXPECT_EQ(reflector.epoch(), 1U);
  EXPECT_EQ(store.objects, (std::map<std::string, std::string>{{"z", "8"}}));
  EXPECT_THAT(ask(), HasSubstr("resourceVersion=9"));
}

TEST_F(ReflectorTest, E15_ALongerNumberIsNotOlder) {
  open_watch();
  refuse_watch(500, "");
  ask_after_wait();
  list_answer(100, Json::array());
  EXPECT_EQ(reflector.epoch(), 0U);
}

TEST_F(ReflectorTest, E16_ALaggingServerNeverMovesTheStoreBack) {
  open_watch();
  data(added("b", 50));
  refuse_watch(504, too_large().dump());
  EXPECT_EQ(ask(), "LIST /api/v1/namespaces/ns/configmaps?limit=500");
  EXPECT_TRUE(store.objects.contains("b"));
  list_answer(52, Json::array({object("b", 50)}));
  EXPECT_EQ(reflector.last_version(), "52");
  EXPECT_EQ(reflector.epoch(), 0U);
}

TEST_F(ReflectorTest, E20_A403NamesTheVerbAndTheResource) {
  ask();
  list_refusal(status(403, "Forbidden"));
  ASSERT_TRUE(reflector.last_error());
  EXPECT_EQ(reflector.last_error()->kind, ErrorKind::Denied);
  EXPECT_THAT(reflector.last_error()->message, HasSubstr("cannot list configmaps in namespace ns"));
  EXPECT_FALSE(reflector.synced());
  ask_after_wait();
  list_answer(10, Json::array());
  EXPECT_FALSE(reflector.last_error());
  ask();
  refuse_watch(403, status(403, "Forbidden").dump());
  EXPECT_THAT(reflector.last_error()->message, HasSubstr("cannot watch configmaps"));
  ask_after_wait();
  list_answer(10, Json::array());
  // The list works, the watch not: that must stay visible.
  EXPECT_THAT(reflector.last_error()->message, HasSubstr("cannot watch"));
  ask();
  reflector.on_watch_accepted();
  EXPECT_FALSE(reflector.last_error());
}

TEST_F(ReflectorTest, AnAcceptedWatchThatBreaksAtOnceIsStillAnError) {
  open_watch();
  end(StreamEnd::Clean);
  ask_after_wait();
  list_answer(101, Json::array());
  ask();
  reflector.on_watch_accepted();
  ASSERT_TRUE(reflector.last_error());
  EXPECT_THAT(reflector.last_error()->message, HasSubstr("a very short watch"));
}

TEST_F(ReflectorTest, E21_ARemovedKindKeepsTheStoreWaitsLongAndRecovers) {
  open_watch();
  refuse_watch(404, "404 page not found\n");
  EXPECT_EQ(reflector.last_error()->kind, ErrorKind::NotServed);
  EXPECT_GE(waiting(), seconds{30});
  EXPECT_EQ(store.objects.size(), 1U);
  ask_after_wait();
  reflector.on_list(now, HttpResponse{404, "404 page not found\n", {}});
  EXPECT_GE(waiting(), seconds{30});
  EXPECT_THAT(ask_after_wait(), HasSubstr("LIST"));
  list_answer(60, Json::array({object("n", 55)}));
  EXPECT_EQ(store.objects, (std::map<std::string, std::string>{{"n", "55"}}));
}

TEST_F(ReflectorTest, E22_ACancelledRequestIsNoError) {
  ask();
  reflector.on_list(now, fail(ErrorKind::Cancelled, "stop"));
  EXPECT_FALSE(reflector.last_error());
  EXPECT_THAT(ask(), HasSubstr("LIST"));
  list_answer(10, Json::array());
  ask();
  end(StreamEnd::Cancelled);
  EXPECT_FALSE(reflector.last_error());
  EXPECT_THAT(ask(), HasSubstr("WATCH"));
}

TEST_F(ReflectorTest, E23_AFloodOfEventsLeavesNothingBehindInTheReader) {
  open_watch();
  for (int i = 0; i < 20'000; ++i) ASSERT_TRUE(data(event("MODIFIED", object("a", 100 + i))));
  EXPECT_EQ(store.upserts, 20'000);
  EXPECT_EQ(reflector.buffered(), 0U);
}

TEST_F(ReflectorTest, E24_FiftyReflectorsTogetherSpreadTheirWatchesAndFirstRetries) {
  std::set<std::string> watches;
  std::set<BootTime> retries;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Reflector one({resources::kConfigMaps, "", "", ""}, store, seed);
    one.next(now);
    one.on_list(now, HttpResponse{200, R"({"items":[],"metadata":{"resourceVersion":"10"}})", {}});
    watches.insert(std::get<WatchRequest>(one.next(now)).http.path);
    one.on_watch_end(now, {StreamEnd::ConnectRefused, {}, ""});
    retries.insert(one.not_before());
    EXPECT_GE(one.not_before() - now, milliseconds{800});
    EXPECT_LE(one.not_before() - now, milliseconds{1'600});
  }
  EXPECT_GE(watches.size(), 40U);
  EXPECT_GE(retries.size(), 40U);
}

TEST_F(ReflectorTest, E25_NeverAsksForInitialEventsNeitherFirstNorOnResume) {
  open_watch();
  for (int i = 0; i < 5; ++i) {
    data(added("b", 20 + i));
    end(StreamEnd::Reset);
    EXPECT_THAT(ask(), Not(HasSubstr("sendInitialEvents")));
  }
}

TEST_F(ReflectorTest, GrowsItsWaitsUpToTheCapAndForgetsThemAfterTwoQuietMinutes) {
  std::vector<Duration> waits;
  for (int i = 0; i < 8; ++i) {
    ask();
    reflector.on_list(now, fail(ErrorKind::Unavailable, "no route"));
    waits.push_back(waiting());
    now = reflector.not_before();
  }
  EXPECT_LT(waits[0], milliseconds{1'600});
  EXPECT_GE(waits[3], milliseconds{6'400});
  EXPECT_GE(waits[7], seconds{30});
  EXPECT_LE(waits[7], seconds{60});
  now += seconds{121};
  ask();
  reflector.on_list(now, fail(ErrorKind::Unavailable, "no route"));
  EXPECT_LT(waiting(), milliseconds{1'600});
}

TEST_F(ReflectorTest, AnUnknownEventEndsTheStreamAndTheThirdTimeAtOnePlaceCostsAList) {
  open_watch();
  data(added("b", 20));
  for (int i = 0; i < 2; ++i) {
    EXPECT_FALSE(data(event("SURPRISE", object("c", 21))));
    end(StreamEnd::Cancelled);
    EXPECT_THAT(ask_after_wait(), HasSubstr("resourceVersion=20"));
  }
  EXPECT_FALSE(data("{\"type\":\"ADDED\",\"object\":{\"broken\":}}\n"));
  end(StreamEnd::Cancelled);
  EXPECT_EQ(ask_after_wait(), "LIST /api/v1/namespaces/ns/configmaps?resourceVersion=20");
  EXPECT_EQ(reflector.counters().bad_events, 3U);
  EXPECT_EQ(store.upserts, 1);
}

TEST_F(ReflectorTest, BytesThatAreNoObjectEndTheStream) {
  open_watch();
  EXPECT_TRUE(data(added("b", 20)));
  EXPECT_FALSE(data("<html>gateway error</html>"));
  end(StreamEnd::Cancelled);
  EXPECT_THAT(ask_after_wait(), HasSubstr("resourceVersion=20"));
}

TEST_F(ReflectorTest, AnObjectWithoutVersionCostsAList) {
  open_watch();
  EXPECT_FALSE(data(event("ADDED", {{"metadata", {{"name", "x"}}}})));
  end(StreamEnd::Cancelled);
  EXPECT_THAT(ask_after_wait(), HasSubstr("LIST"));
  EXPECT_EQ(store.upserts, 0);
}

TEST_F(ReflectorTest, HandsObjectsOverWithoutManagedFields) {
  Json body = object("b", 10);
  body["metadata"]["managedFields"] = Json::array({{{"manager", "kubectl"}}});
  ask();
  list_answer(10, Json::array({body}));
  ASSERT_EQ(store.last["metadata"]["name"], "b");
  EXPECT_FALSE(store.last["metadata"].contains("managedFields"));
  ask();
  body["metadata"]["resourceVersion"] = "20";
  data(event("ADDED", body));
  ASSERT_EQ(store.last["metadata"]["resourceVersion"], "20");
  EXPECT_FALSE(store.last["metadata"].contains("managedFields"));
}

TEST_F(ReflectorTest, WhatAPageThatBreaksOffHasListedCountsForNothing) {
  ask();
  reflector.on_list(now,
                    HttpResponse{200, R"({"items":[{"metadata":{"name":"a","resourceVersion":"5"}},{"metada)", {}});
  now = reflector.not_before();
  ask();
  list_answer(10, Json::array({object("b", 6)}));
  EXPECT_EQ(store.objects, (std::map<std::string, std::string>{{"b", "6"}}));
}

TEST_F(ReflectorTest, ErrorMessagesAreShortAndCanBeWrittenAsJson) {
  std::string text(2'047, 'x');
  for (int i = 0; i < 100; ++i) text += "\u00e9";
  Json body = status(403, "Forbidden");
  body["message"] = text;
  for (const std::string& answer : {body.dump(), "\xff\xfe" + std::string(5'000, 'y')}) {
    ask();
    reflector.on_list(now, HttpResponse{403, answer, {}});
    const std::string message = reflector.last_error()->message;
    EXPECT_LT(message.size(), 2'200U);
    EXPECT_NO_THROW(static_cast<void>(Json(message).dump()));
    now = reflector.not_before();
  }
}

TEST_F(ReflectorTest, AListThatCannotBeReadStoresNothingAndWaits) {
  for (const char* body : {"", "<html>", "[]", "{}", R"({"items":[{}]})"}) {
    ask();
    reflector.on_list(now, HttpResponse{200, body, {}});
    EXPECT_EQ(ask(), "wait") << body;
    EXPECT_EQ(reflector.last_error()->kind, ErrorKind::Malformed);
    now = reflector.not_before();
  }
  EXPECT_EQ(store.replaces, 0);
}

}  // namespace
}  // namespace pawl::kube

#include "kube/client.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/canned_transport.h"

namespace pawl::kube {
namespace {

struct TestGate final : WriteGate {
  bool is_open = true;
  std::optional<Duration> left;
  [[nodiscard]] bool open() const override { return is_open; }
  [[nodiscard]] std::optional<Duration> remaining() const override { return left; }
};

class ClientTest : public ::testing::Test {
 protected:
  std::shared_ptr<test::CannedTransport> transport = std::make_shared<test::CannedTransport>();
  std::shared_ptr<TestGate> gate = std::make_shared<TestGate>();
  Client client{transport, gate};
};

TEST_F(ClientTest, GetsAnObject) {
  transport->then(200, R"({"metadata":{"name":"b"}})");
  const auto got = client.get(resources::kPods, {"a", "b"});
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ((*got)["metadata"]["name"], "b");
  EXPECT_EQ(transport->requests.at(0).path, "/api/v1/namespaces/a/pods/b");
}

TEST_F(ClientTest, NamesTheObjectInItsErrors) {
  transport->then(403, R"({"kind":"Status","code":403,"reason":"Forbidden","message":"no pods for you"})");
  const auto got = client.get(resources::kPods, {"a", "b"});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::Denied);
  EXPECT_EQ(got.error().message, "getting pods a/b: no pods for you");
}

TEST_F(ClientTest, TriesAReadThreeTimesWhenTheConnectionIsLost) {
  transport->then_fail(ErrorKind::Unavailable);
  transport->then_fail(ErrorKind::Unavailable);
  transport->then(200, "{}");
  EXPECT_TRUE(client.get(resources::kPods, {"a", "b"}));
  for (int i = 0; i < 3; ++i) transport->then_fail(ErrorKind::Unavailable);
  EXPECT_FALSE(client.get(resources::kPods, {"a", "b"}));
  EXPECT_EQ(transport->requests.size(), 6U);
}

TEST_F(ClientTest, StopsTryingWhenAskedToStop) {
  std::stop_source stop;
  stop.request_stop();
  transport->then_fail(ErrorKind::Unavailable);
  const auto got = client.get(resources::kPods, {"a", "b"}, stop.get_token());
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::Cancelled);
  EXPECT_EQ(transport->requests.size(), 1U);
}

TEST_F(ClientTest, NeverRepeatsAWrite) {
  transport->then_fail(ErrorKind::Unavailable);
  EXPECT_FALSE(client.create(resources::kPods, "a", Json::object()));
  transport->then(503, "busy");
  EXPECT_EQ(client.create(resources::kPods, "a", Json::object()).error().kind, ErrorKind::Unknown);
  EXPECT_EQ(transport->requests.size(), 2U);
}

TEST_F(ClientTest, SendsNothingThroughAClosedGate) {
  gate->is_open = false;
  EXPECT_EQ(client.create(resources::kPods, "a", Json::object()).error().kind, ErrorKind::Cancelled);
  EXPECT_EQ(client.replace(resources::kPods, {"a", "b"}, Json::object()).error().kind, ErrorKind::Cancelled);
  EXPECT_EQ(client.patch(resources::kPods, {"a", "b"}, Json::object(), {}).error().kind, ErrorKind::Cancelled);
  EXPECT_EQ(client.remove(resources::kPods, {"a", "b"}).error().kind, ErrorKind::Cancelled);
  EXPECT_TRUE(transport->requests.empty());
}

TEST_F(ClientTest, StillReadsThroughAClosedGate) {
  gate->is_open = false;
  transport->then(200, "{}");
  EXPECT_TRUE(client.get(resources::kPods, {"a", "b"}));
}

TEST_F(ClientTest, GivesAWriteNoMoreTimeThanTheGateHas) {
  gate->left = Duration{1'500};
  transport->then(200, "{}");
  EXPECT_TRUE(client.replace(resources::kPods, {"a", "b"}, Json::object()));
  EXPECT_EQ(transport->requests.at(0).timeout, Duration{1'500});
}

TEST_F(ClientTest, ListsAPage) {
  transport->then(200, R"({"items":[{"a":1},{"a":2}],"metadata":{"resourceVersion":"9","continue":"c"}})");
  const auto page = client.list(resources::kPods, {});
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->items.size(), 2U);
  EXPECT_EQ(page->resource_version, "9");
  EXPECT_EQ(page->continue_token, "c");
}

TEST_F(ClientTest, ReadsNullItemsAsAnEmptyPageAndMissingOnesAsMalformed) {
  transport->then(200, R"({"items":null,"metadata":{"resourceVersion":"9"}})");
  EXPECT_TRUE(client.list(resources::kPods, {}));
  transport->then(200, R"({"metadata":{"resourceVersion":"9"}})");
  EXPECT_EQ(client.list(resources::kPods, {}).error().kind, ErrorKind::Malformed);
}

TEST_F(ClientTest, PatchesAStatusWithTheRightContentType) {
  transport->then(200, "{}");
  EXPECT_TRUE(
      client.patch(resources::kAgentRollouts, {"a", "b"}, Json{{"x", 1}}, {PatchType::Merge, "status", "pawl", false}));
  const HttpRequest& sent = transport->requests.at(0);
  EXPECT_EQ(sent.content_type, "application/merge-patch+json");
  EXPECT_EQ(sent.path, "/apis/pawl.dev/v1alpha1/namespaces/a/agentrollouts/b/status?fieldManager=pawl");
  EXPECT_EQ(sent.body, R"({"x":1})");
}

TEST_F(ClientTest, RefusesAnApplyWithoutAFieldManager) {
  EXPECT_EQ(client.patch(resources::kPods, {"a", "b"}, Json::object(), {PatchType::Apply, "", "", true}).error().kind,
            ErrorKind::Invalid);
}

TEST_F(ClientTest, DeletesOnlyTheObjectWithThatUid) {
  transport->then(200, "{}");
  EXPECT_TRUE(client.remove(resources::kPods, {"a", "b"}, "u1"));
  const auto body = Json::parse(transport->requests.at(0).body);
  EXPECT_EQ(body["preconditions"]["uid"], "u1");
  EXPECT_EQ(body["propagationPolicy"], "Background");
}

TEST_F(ClientTest, ReportsEveryRequestWithItsCode) {
  std::vector<CallRecord> calls;
  client.on_call([&](const CallRecord& call) { calls.push_back(call); });
  transport->then_fail(ErrorKind::Unavailable);
  transport->then(404, "404 page not found");
  EXPECT_FALSE(client.get(resources::kPods, {"a", "b"}));
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_EQ(calls[0].code, 0);
  EXPECT_EQ(calls[1].code, 404);
  EXPECT_EQ(calls[1].verb, "get");
  EXPECT_EQ(calls[1].resource, "pods");
}

TEST_F(ClientTest, CallsAnAcceptedWriteWithAnUnreadableAnswerUnknown) {
  transport->then(200, "<html>");
  EXPECT_EQ(client.create(resources::kPods, "a", Json::object()).error().kind, ErrorKind::Unknown);
}

}  // namespace
}  // namespace pawl::kube

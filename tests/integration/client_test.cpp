// How a real server refuses, and what kind of error each refusal becomes: the code above decides by the kind.
#include <gmock/gmock.h>

#include "integration/real_cluster.h"
#include "kube/events.h"

namespace pawl::integration {
namespace {

using testing::HasSubstr;
namespace res = kube::resources;

kube::PatchOptions json_patch() {
  kube::PatchOptions out;
  out.type = kube::PatchType::Json;
  return out;
}

class ClientOnARealServer : public InNamespace {
 protected:
  [[nodiscard]] std::string stored_value(const std::string& name) const {
    const auto object = own_.client().get(res::kConfigMaps, own_.key(name));
    return object ? object->at("data").at("value").get<std::string>() : object.error().message;
  }
  [[nodiscard]] Result<Json> patch(const std::string& name, const Json& operations) const {
    return own_.client().patch(res::kConfigMaps, own_.key(name), operations, json_patch());
  }
};

Json operation(const char* op, const char* path, const Json& value) {
  return {{"op", op}, {"path", path}, {"value", value}};
}

TEST_F(ClientOnARealServer, ACreateOfWhatIsThereIsExists) {
  store_config_map("one");
  const auto again =
      own_.client().create(res::kConfigMaps, own_.name(),
                           Json{{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", "one"}}}});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::Exists);
  EXPECT_EQ(again.error().reason, "AlreadyExists");
}

TEST_F(ClientOnARealServer, AReplaceFromAnOlderVersionIsAConflict) {
  Json stale = store_config_map("one", "first");
  ASSERT_TRUE(patch("one", Json::array({operation("replace", "/data/value", "second")})));
  stale["data"]["value"] = "lost";
  const auto refused = own_.client().replace(res::kConfigMaps, own_.key("one"), stale);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Conflict);
  EXPECT_EQ(stored_value("one"), "second");
}

TEST_F(ClientOnARealServer, AJsonPatchThatNamesAnOlderVersionIsAConflict) {
  const Json before = store_config_map("one", "first");
  ASSERT_TRUE(patch("one", Json::array({operation("replace", "/data/value", "second")})));
  const auto refused = patch(
      "one", Json::array({operation("replace", "/metadata/resourceVersion", before["metadata"]["resourceVersion"]),
                          operation("replace", "/data/value", "lost")}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Conflict);
  EXPECT_EQ(stored_value("one"), "second");
}

TEST_F(ClientOnARealServer, AJsonPatchWhoseTestFailsIsInvalidAndChangesNothing) {
  store_config_map("one", "first");
  const auto refused = patch(
      "one", Json::array({operation("replace", "/data/value", "lost"), operation("test", "/data/value", "other")}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Invalid);
  EXPECT_EQ(stored_value("one"), "first");
}

TEST_F(ClientOnARealServer, AMissingObjectIsNotFoundAndAMissingKindIsNotServed) {
  const auto object = own_.client().get(res::kConfigMaps, own_.key("none"));
  const auto kind = own_.client().list({"pawl.dev", "v1alpha1", "agentdreams"}, {own_.name(), "", "", "", "", 500});
  const auto group = own_.client().list({"dreams.pawl.dev", "v1", "agentdreams"}, {own_.name(), "", "", "", "", 500});
  ASSERT_TRUE(!object && !kind && !group);
  EXPECT_EQ(object.error().kind, ErrorKind::NotFound);
  EXPECT_EQ(kind.error().kind, ErrorKind::NotServed);
  EXPECT_EQ(group.error().kind, ErrorKind::NotServed);
}

TEST_F(ClientOnARealServer, ARefusedRightIsDeniedAndTheMessageNamesIt) {
  const kube::Client viewer(connect_as("viewer"));
  const auto refused =
      viewer.create(res::kConfigMaps, own_.name(),
                    Json{{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", "one"}}}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Denied);
  EXPECT_THAT(refused.error().message, HasSubstr("cannot create resource \"configmaps\""));
}

TEST_F(ClientOnARealServer, ADeletionMeantForAnotherObjectIsAConflict) {
  store_config_map("one");
  const auto refused = own_.client().remove(res::kConfigMaps, own_.key("one"), "5c0ffee5-0000-4000-8000-000000000000");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Conflict);
  EXPECT_EQ(stored_value("one"), "one");
}

TEST_F(ClientOnARealServer, ACollectionComesInPages) {
  for (const char* name : {"a", "b", "c"}) store_config_map(name);
  kube::ListOptions options;
  options.ns = own_.name();
  options.field_selector = "metadata.name!=kube-root-ca.crt";
  options.limit = 2;
  const auto first = own_.client().list(res::kConfigMaps, options);
  ASSERT_TRUE(first) << first.error().message;
  ASSERT_FALSE(first->continue_token.empty());
  options.continue_token = first->continue_token;
  const auto rest = own_.client().list(res::kConfigMaps, options);
  ASSERT_TRUE(rest) << rest.error().message;
  // A page is cut before the field selector applies, so only the sum is certain.
  EXPECT_EQ(first->items.size() + rest->items.size(), 3U);
  EXPECT_EQ(first->resource_version, rest->resource_version);
}

class EventsOnARealServer : public InNamespace {
 protected:
  [[nodiscard]] kube::EventInput an_event() const {
    kube::EventInput out;
    out.regarding = {"pawl.dev/v1alpha1", "AgentRollout", own_.key("support-bot"),
                     "5c0ffee5-0000-4000-8000-000000000000", "17"};
    out.reason = "WeightChanged";
    out.action = "Advance";
    out.note = std::string(2000, 'x');  // the server refuses more than 1024
    out.key = "1/1";
    return out;
  }
  [[nodiscard]] std::size_t stored() const {
    const auto page = own_.client().list(res::kEvents, {own_.name(), "", "", "", "", 500});
    return page ? page->items.size() : 99;
  }
};

TEST_F(EventsOnARealServer, AnEventIsAcceptedAndToldOnceByARestartedProcessToo) {
  kube::EventRecorder first(own_.client(), {"pawl.dev/rollout", "host_1"}, std::make_shared<SystemClock>());
  first.emit(an_event());
  kube::EventRecorder restarted(own_.client(), {"pawl.dev/rollout", "host_2"}, std::make_shared<SystemClock>());
  restarted.emit(an_event());
  EXPECT_EQ(first.sent(), 1U);
  EXPECT_EQ(first.dropped() + restarted.dropped(), 0U);
  EXPECT_EQ(stored(), 1U);
}

TEST_F(EventsOnARealServer, AnotherOccurrenceIsAnotherEvent) {
  kube::EventRecorder recorder(own_.client(), {"pawl.dev/rollout", "host_1"}, std::make_shared<SystemClock>());
  recorder.emit(an_event());
  kube::EventInput next = an_event();
  next.key = "1/2";
  recorder.emit(next);
  EXPECT_EQ(recorder.dropped(), 0U);
  EXPECT_EQ(stored(), 2U);
}

}  // namespace
}  // namespace pawl::integration

#include "kube/events.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support/canned_transport.h"
#include "support/manual_clock.h"

namespace pawl::kube {
namespace {

EventInput weight_changed() {
  EventInput input;
  input.regarding = {"pawl.dev/v1alpha1", "AgentRollout", {"a", "b"}, "u1", "9"};
  input.reason = "WeightChanged";
  input.action = "Advance";
  input.note = "weight 20";
  input.key = "1/20";
  return input;
}

TEST(Events, CarryEveryFieldTheServerRequires) {
  const Json event = make_event(weight_changed(), {"pawl.dev/rollout", "pod-1"}, Instant{Duration{1'795'489'632'250}});
  EXPECT_EQ(event["eventTime"], "2026-11-24T03:07:12.250000Z");
  EXPECT_EQ(event["type"], "Normal");
  EXPECT_EQ(event["reason"], "WeightChanged");
  EXPECT_EQ(event["action"], "Advance");
  EXPECT_EQ(event["reportingController"], "pawl.dev/rollout");
  EXPECT_EQ(event["reportingInstance"], "pod-1");
  EXPECT_EQ(event["metadata"]["namespace"], "a");
  EXPECT_EQ(event["regarding"]["uid"], "u1");
}

TEST(Events, GetTheSameNameForTheSameTransitionOnly) {
  const std::string name = event_name(weight_changed());
  EXPECT_EQ(name, event_name(weight_changed()));
  EventInput later = weight_changed();
  later.key = "2/20";
  EXPECT_NE(event_name(later), name);
  EventInput reborn = weight_changed();
  reborn.regarding.uid = "u2";
  EXPECT_NE(event_name(reborn), name);
}

TEST(Events, KeepNamesAndNotesWithinTheServersLimits) {
  EventInput input = weight_changed();
  input.regarding.key.name = std::string(235, 'n') + ".x" + std::string(10, 'n');
  input.note = "x";
  for (int i = 0; i < 1000; ++i) input.note += "é";
  const Json event = make_event(input, {}, Instant{});
  EXPECT_LE(event["metadata"]["name"].get<std::string>().size(), 253U);
  EXPECT_EQ(event["metadata"]["name"].get<std::string>().find(".."), std::string::npos);
  EXPECT_EQ(event["note"].get<std::string>().size(), 1023U);
  EXPECT_NO_THROW(event.dump());
}

TEST(Events, OfClusterScopedObjectsLiveInDefault) {
  EventInput input = weight_changed();
  input.regarding.key.ns.clear();
  const Json event = make_event(input, {}, Instant{});
  EXPECT_EQ(event["metadata"]["namespace"], "default");
  EXPECT_FALSE(event["regarding"].contains("namespace"));
}

class EventRecorderTest : public ::testing::Test {
 protected:
  std::shared_ptr<test::CannedTransport> transport = std::make_shared<test::CannedTransport>();
  EventRecorder recorder{Client(transport), {"pawl.dev/rollout", "pod-1"}, std::make_shared<test::ManualClock>()};
};

TEST_F(EventRecorderTest, TellsATransitionOnce) {
  transport->then(201, "{}");
  recorder.emit(weight_changed());
  recorder.emit(weight_changed());
  EXPECT_EQ(transport->requests.size(), 1U);
  EXPECT_EQ(transport->requests.at(0).path, "/apis/events.k8s.io/v1/namespaces/a/events");
  EXPECT_EQ(recorder.sent(), 1U);
}

TEST_F(EventRecorderTest, TakesAnEventThatIsThereAlreadyForASuccess) {
  transport->then(409, R"({"kind":"Status","code":409,"reason":"AlreadyExists"})");
  recorder.emit(weight_changed());
  EXPECT_EQ(recorder.sent(), 1U);
  EXPECT_EQ(recorder.dropped(), 0U);
}

TEST_F(EventRecorderTest, DropsAndCountsWhatTheServerRefuses) {
  transport->then(403, "no");
  recorder.emit(weight_changed());
  EXPECT_EQ(recorder.dropped(), 1U);
  EXPECT_EQ(recorder.sent(), 0U);
}

TEST_F(EventRecorderTest, RemembersABoundedNumberOfTransitions) {
  transport->otherwise([](const HttpRequest&) { return HttpResponse{201, "{}", {}}; });
  EventInput input = weight_changed();
  for (int i = 0; i < 1001; ++i) {
    input.key = std::to_string(i);
    recorder.emit(input);
  }
  recorder.emit(input);
  EXPECT_EQ(transport->requests.size(), 1001U);
  input.key = "0";
  recorder.emit(input);
  EXPECT_EQ(transport->requests.size(), 1002U) << "the oldest was forgotten";
}

}  // namespace
}  // namespace pawl::kube

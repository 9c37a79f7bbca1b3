// Decoding what others wrote: real shapes, and shapes that no schema would let through but a cluster may still send.
#include "adapters/objects.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "unit/adapters/world_fixture.h"

namespace pawl::adapters {
namespace {

Json parsed(const char* text) { return Json::parse(text); }

/// Every kind of value where an object, a list, a text or a number belongs.
const std::vector<Json> kGarbage = {
    nullptr,
    true,
    7,
    -1.5,
    "text",
    Json::array(),
    Json::array({1, "x", nullptr}),
    Json::object(),
    Json{{"metadata", 3}, {"spec", "x"}, {"status", Json::array()}},
    Json{{"metadata",
          {{"labels", "x"},
           {"annotations", 1},
           {"generation", "two"},
           {"finalizers", "x"},
           {"resourceVersion", 5},
           {"managedFields", 1}}},
         {"spec",
          {{"rules", 1}, {"parentRefs", "x"}, {"containers", 3}, {"selector", 1}, {"replicas", "3"}, {"files", 1}}},
         {"status", {{"parents", "x"}, {"conditions", 4}, {"readyReplicas", "1"}, {"podIP", 3}}},
         {"endpoints", "x"}},
    Json{{"spec",
          {{"rules", {1, nullptr, {{"backendRefs", {1, {{"name", 4}, {"weight", "x"}}}}}}},
           {"parentRefs", {1}},
           {"containers", {nullptr, {{"ports", {1, {{"name", 1}}}}}}}}},
         {"status", {{"parents", {1, {{"conditions", {1}}}}}, {"conditions", {1, {{"type", 3}}}}}},
         {"endpoints", {1, {{"conditions", 1}}, {{"conditions", {{"ready", "yes"}}}}}}}};

TEST(DecodeAnything, NeverThrowsAndNeverInvents) {
  for (const Json& object : kGarbage) {
    SCOPED_TRACE(object.dump());
    EXPECT_EQ(decode_deployment(object)->ready, 0);
    EXPECT_EQ(decode_bundle(object)->digest, "");
    EXPECT_EQ(decode_service(object)->selects, "");
    EXPECT_TRUE(decode_endpoints(object)->ready_pods.empty());
    EXPECT_FALSE(decode_pod(object)->ready);
    EXPECT_FALSE(decode_route(object)->accepted);
    EXPECT_EQ(decode_template(object)->resource_version, "");
    EXPECT_FALSE(decode_rollout(object)->faults.empty()) << "an unreadable spec is a fault, not a rollout";
    EXPECT_NE(decode_revision(object)->fault, "");
    EXPECT_EQ(foreign_writer(object), "");
  }
}

TEST(DecodeDeployment, ReadsOwnerDigestAndReplicas) {
  const auto d = decode_deployment(parsed(
      R"({"metadata":{"labels":{"pawl.dev/rollout":"support"},"annotations":{"pawl.dev/digest":"abc"}},"spec":{"replicas":3},"status":{"readyReplicas":2}})"));
  EXPECT_EQ(d->rollout, "support");
  EXPECT_EQ(d->digest, "abc");
  EXPECT_EQ(d->wanted, 3);
  EXPECT_EQ(d->ready, 2);
}

TEST(DecodeDeployment, AbsentReplicasAreOneAndAbsentReadyOnesNone) {
  const auto d = decode_deployment(parsed(R"({"spec":{},"status":{}})"));
  EXPECT_EQ(d->wanted, 1);
  EXPECT_EQ(d->ready, 0);
}

TEST(DecodeEndpoints, OnlyReadyOnesCount) {
  const auto e = decode_endpoints(parsed(R"({"metadata":{"labels":{"kubernetes.io/service-name":"s"}},"endpoints":[
    {"conditions":{"ready":true},"targetRef":{"name":"a"}},{"conditions":{"ready":false},"targetRef":{"name":"b"}},{"conditions":{},"targetRef":{"name":"c"}}]})"));
  EXPECT_EQ(e->service, "s");
  EXPECT_EQ(e->ready_pods, (std::vector<std::string>{"a"}));
}

TEST(DecodeEndpoints, GoWritesAnEmptyListAsNull) {
  EXPECT_TRUE(decode_endpoints(parsed(R"({"endpoints":null})"))->ready_pods.empty());
}

const char* const kPod = R"({"metadata":{"uid":"u","labels":{"pawl.dev/revision":"abc"}},
  "spec":{"containers":[{"ports":[{"name":"http","containerPort":8080}]},{"name":"sidecar"}]},
  "status":{"podIP":"10.0.0.7","conditions":[{"type":"Initialized","status":"True"},{"type":"Ready","status":"True"}]}})";

TEST(DecodePod, ReadsWhereToAskIt) {
  const auto p = decode_pod(parsed(kPod));
  EXPECT_TRUE(p->ready);
  EXPECT_EQ(p->ip, "10.0.0.7");
  EXPECT_EQ(p->ports.at("http"), 8080);
  EXPECT_EQ(p->revision_label, "abc");
}

TEST(DecodePod, APodThatIsBeingDeletedIsNotReady) {
  Json pod = parsed(kPod);
  pod["metadata"]["deletionTimestamp"] = "2026-11-24T03:00:00Z";
  EXPECT_FALSE(decode_pod(pod)->ready);
}

Json accepted_route() {
  return parsed(R"({"metadata":{"generation":4,"resourceVersion":"9","labels":{"pawl.dev/rollout":"support"}},
    "spec":{"parentRefs":[{"name":"public"}],"rules":[{"name":"agent","backendRefs":[{"name":"canary","weight":0},{"name":"stable"}]}]},
    "status":{"parents":[{"parentRef":{"group":"gateway.networking.k8s.io","kind":"Gateway","name":"public"},
      "conditions":[{"type":"Accepted","status":"True","observedGeneration":4},{"type":"ResolvedRefs","status":"True","observedGeneration":4}]}]}})");
}

TEST(DecodeRoute, AcceptedMeansByEveryParentAtThisGeneration) {
  const auto r = decode_route(accepted_route());
  EXPECT_TRUE(r->accepted) << r->not_accepted_because;
  EXPECT_EQ(r->resource_version, "9");
  EXPECT_EQ(r->rules[0].backends[0].weight, 0);
  EXPECT_FALSE(r->rules[0].backends[1].weight) << "absent is not zero";
}

struct Refused {
  const char* why;
  std::function<void(Json&)> but;
  const char* says;
};

TEST(DecodeRoute, SaysWhyItIsNotAccepted) {
  const std::vector<Refused> table = {
      {"an older generation", [](Json& r) { r["metadata"]["generation"] = 5; }, "not yet seen this generation"},
      {"refused",
       [](Json& r) {
         r["status"]["parents"][0]["conditions"][0] = {
             {"type", "Accepted"}, {"status", "False"}, {"reason", "NotAllowedByListeners"}, {"message", "no"}};
       },
       "NotAllowedByListeners"},
      {"backends unresolved",
       [](Json& r) {
         r["status"]["parents"][0]["conditions"][1]["status"] = "False";
         r["status"]["parents"][0]["conditions"][1]["reason"] = "BackendNotFound";
       },
       "BackendNotFound"},
      {"in part",
       [](Json& r) {
         r["status"]["parents"][0]["conditions"].push_back({{"type", "PartiallyInvalid"}, {"status", "True"}});
       },
       "only in part"},
      {"a second parent that says nothing", [](Json& r) { r["spec"]["parentRefs"].push_back({{"name", "internal"}}); },
       "no gateway has claimed parent internal"},
      {"another section", [](Json& r) { r["spec"]["parentRefs"][0]["sectionName"] = "https"; },
       "no gateway has claimed parent public"},
      {"no parent at all", [](Json& r) { r["spec"].erase("parentRefs"); }, "no parentRefs"},
      {"no status", [](Json& r) { r.erase("status"); }, "no gateway has claimed"}};
  for (const Refused& row : table) {
    Json route = accepted_route();
    row.but(route);
    const auto decoded = decode_route(route);
    EXPECT_FALSE(decoded->accepted) << row.why;
    EXPECT_NE(decoded->not_accepted_because.find(row.says), std::string::npos)
        << row.why << ": " << decoded->not_accepted_because;
  }
}

TEST(ForeignWriter, IsTheNewestOfTheSpecThatIsNotUs) {
  const Json route = parsed(R"({"metadata":{"managedFields":[
    {"manager":"kubectl","time":"2026-11-24T01:00:00Z","fieldsV1":{"f:spec":{}}},
    {"manager":"argocd","time":"2026-11-24T02:00:00Z","fieldsV1":{"f:spec":{}}},
    {"manager":"pawl-operator","time":"2026-11-24T03:00:00Z","fieldsV1":{"f:spec":{}}},
    {"manager":"pawl","time":"2026-11-24T03:00:00Z","fieldsV1":{"f:spec":{}}},
    {"manager":"gateway","time":"2026-11-24T04:00:00Z","fieldsV1":{"f:status":{}}}]}})");
  EXPECT_EQ(foreign_writer(route), "argocd");
}

TEST(DecodeRollout, KeepsOnlyOurAnnotations) {
  const auto r = decode_rollout(parsed(
      R"({"metadata":{"annotations":{"pawl.dev/decision":"Promoted","kubectl.kubernetes.io/last-applied-configuration":"{}"}}})"));
  EXPECT_EQ(r->provenance, (Provenance{{kDecisionAnnotation, "Promoted"}}));
}

TEST(DecodeRevision, AnInvalidBundleIsAFaultThatNamesTheField) {
  const auto r = decode_revision(
      parsed(R"({"metadata":{"name":"r1"},"spec":{"agent":"support","files":[{"path":"../up","content":"x"}]}})"));
  EXPECT_NE(r->fault.find("files"), std::string::npos) << r->fault;
}

TEST(DecodeRevision, TheDigestIsThatOfTheFilesInAnyOrder) {
  const auto one = decode_revision(
      parsed(R"({"spec":{"agent":"support","files":[{"path":"a","content":"1"},{"path":"b","content":"2"}]}})"));
  const auto two = decode_revision(
      parsed(R"({"spec":{"agent":"support","files":[{"path":"b","content":"2"},{"path":"a","content":"1"}]}})"));
  EXPECT_EQ(one->view.digest.size(), 64U);
  EXPECT_EQ(one->view.digest, two->view.digest);
}

}  // namespace
}  // namespace pawl::adapters

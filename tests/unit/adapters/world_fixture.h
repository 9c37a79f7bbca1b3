// KubeRolloutWorld over an API server in memory: rollout "support" of agent "support" in namespace "shop", Managed,
// with its route. The copies show only what `catch_up` let them see.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "adapters/kube_rollout_world.h"
#include "base/sha256.h"
#include "codec/status_codec.h"
#include "support/manual_clock.h"
#include "support/memory_api.h"

namespace pawl::adapters {

namespace res = kube::resources;

class WorldFixture : public ::testing::Test {
 protected:
  WorldFixture() {
    api->put(res::kAgentRollouts, "shop", "support", rollout_json());
    api->put(res::kAgentRevisions, "shop", "r1", revision_json("first"));
    api->put(res::kAgentRevisions, "shop", "r2", revision_json("second", "r1"));
    api->put(res::kHttpRoutes, "shop", "support", route_json(0));
    catch_up();
  }

  /// Every copy shows what there is.
  void catch_up() {
    for (kube::InformerBase* informer : view.all()) {
      while (!informer->synced()) informer->step();
      informer->step();
    }
    api->forget_requests();
  }
  domain::Observation observed() {
    auto seen = world.observe(key, clock->wall());
    EXPECT_TRUE(seen) << seen.error().message;
    EXPECT_TRUE(seen && seen->has_value());
    return seen && *seen ? **seen : domain::Observation{};
  }
  ErrorKind refusal_of(const domain::Observation& seen, const domain::Effect& effect) {
    const auto done = world.execute(key, seen, effect);
    EXPECT_FALSE(done) << domain::describe(effect);
    return done ? ErrorKind::NotFound : done.error().kind;
  }
  /// Somebody else changes the rollout: a rollback by the new leader, a person, anything.
  void somebody_changes_the_rollout() {
    api->change(res::kAgentRollouts, "shop", "support", [](Json& o) { o["metadata"]["labels"]["touched"] = "yes"; });
  }
  void share_becomes(int canary) {
    api->change(res::kHttpRoutes, "shop", "support", [&](Json& o) {
      o["spec"]["rules"][0]["backendRefs"][0]["weight"] = canary;
      o["spec"]["rules"][0]["backendRefs"][1]["weight"] = domain::kWholeShare - canary;
    });
  }
  [[nodiscard]] int live_share() const {
    return api->find(res::kHttpRoutes, "shop", "support")->at("spec")["rules"][0]["backendRefs"][0].value("weight", 1);
  }
  [[nodiscard]] Json live_meta(const kube::Resource& resource, const std::string& name) const {
    return api->find(resource, "shop", name)->at("metadata");
  }

  static Json rollout_json() {
    return Json::parse(
        R"({"apiVersion":"pawl.dev/v1alpha1","kind":"AgentRollout","metadata":{"finalizers":["pawl.dev/traffic"]},
      "spec":{"agent":"support",
              "traffic":{"mode":"Managed","route":{"name":"support"},"gateway":{"name":"public"},"stableService":"support-stable","canaryService":"support-canary"},
              "delivery":{"podTemplate":"support"},
              "steps":[{"name":"ten","weight":"10%"}],
              "evidence":{"prometheus":{"address":"http://127.0.0.1:1"}}}})");
  }
  static Json revision_json(const std::string& content, const std::string& parent = {}) {
    Json out{{"apiVersion", "pawl.dev/v1alpha1"}, {"kind", "AgentRevision"}};
    out["metadata"]["creationTimestamp"] = parent.empty() ? "2026-11-24T00:00:00Z" : "2026-11-24T01:00:00Z";
    out["spec"] = {{"agent", "support"}, {"files", {{{"path", "prompt.md"}, {"content", content}}}}};
    if (!parent.empty()) out["spec"]["parent"] = parent;
    return out;
  }
  static Json route_json(int canary) {
    Json out{{"kind", "HTTPRoute"}};
    out["metadata"]["labels"] = {{kManagedBy, "pawl"}, {kRolloutLabel, "support"}};
    out["spec"]["rules"] = {{{"name", "agent"},
                             {"backendRefs",
                              {{{"name", "support-canary"}, {"weight", canary}},
                               {{"name", "support-stable"}, {"weight", domain::kWholeShare - canary}}}}}};
    return out;
  }
  static domain::RolloutStatus decided(const domain::RolloutStatus& before, const std::string& what,
                                       const std::string& revision) {
    domain::RolloutStatus out = before;
    out.stable = domain::RevisionRef{"r1", sha256_hex("first")};
    out.decisions = 7;
    domain::Decision decision;
    decision.what = what;
    decision.reason = "Regression";
    decision.message = "search dropped below stable";
    decision.at = Instant{Duration{1'795'489'200'000}};
    decision.revision = {revision, sha256_hex(revision)};
    decision.record = "7";
    decision.record_sha256 = sha256_hex("record");
    out.last_decision = decision;
    return out;
  }

  const ports::RolloutKey key{"shop", "support"};
  std::shared_ptr<test::MemoryApi> api = std::make_shared<test::MemoryApi>();
  std::shared_ptr<test::ManualClock> clock = std::make_shared<test::ManualClock>();
  kube::Client client{api};
  ClusterView view{api, *clock, "", 1};
  DigestProber prober{*clock, [](const ports::RolloutKey&) {}};
  kube::EventRecorder events{client, {"pawl.dev/rollout", "test"}, clock};
  KubeRolloutWorld world{client, view, prober, events, *clock};
};

}  // namespace pawl::adapters

// What of pawl-gate's work a change in the cluster makes due.
#include "gatekeeper/watched.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "gatekeeper/suite_store.h"
#include "support/manual_clock.h"
#include "support/memory_api.h"

namespace pawl::gatekeeper {
namespace {

using Json = nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class WatchedByTheGate : public ::testing::Test {
 protected:
  void rollout_is(const std::string& name, const std::string& state, const std::string& suite) {
    Json rollout = Json::parse(
        R"({"metadata":{"generation":1},
      "spec":{"agent":"support","traffic":{"mode":"Managed","route":{"name":"r"},"gateway":{"name":"public"},"stableService":"s","canaryService":"c"},
              "delivery":{"podTemplate":"support"},"steps":[{"name":"ten","weight":"10%"}],
              "evidence":{"prometheus":{"address":"http://127.0.0.1:1"}}},
      "status":{"observedGeneration":1}})");
    rollout["spec"]["gate"]["suites"] = Json::array({suite});
    rollout["status"]["gate"] = {{"state", state},
                                 {"candidate", {{"revision", "r2"}, {"digest", std::string(64, 'a')}}},
                                 {"stableDigest", std::string(64, 'b')},
                                 {"policyDigest", std::string(64, 'c')}};
    api.put(kube::resources::kAgentRollouts, "shop", name, rollout);
  }
  void suite_is(const std::string& name, const std::string& capability) {
    api.put(kEvalSuites, "shop", name, {{"spec", {{"capability", capability}}}});
  }
  /// What became due since the last call.
  std::vector<std::string> due() {
    for (kube::InformerBase* informer :
         std::initializer_list<kube::InformerBase*>{&watched.rollouts, &watched.suites}) {
      while (!informer->synced()) informer->step();
      informer->step();
    }
    std::vector<std::string> out;
    while (const auto key = queue.try_get(clock.boot())) {
      out.push_back(*key);
      queue.done(*key, {});
    }
    return out;
  }

  test::ManualClock clock;
  test::MemoryApi api;
  runtime::WorkQueue queue{clock};
  Watched watched{api, clock, "", 1, queue};
};

TEST_F(WatchedByTheGate, AChangedSuiteConcernsItselfAndWhoWaitsForItsVerdict) {
  rollout_is("waits", "Waiting", "held-out");
  rollout_is("waits-for-another", "Waiting", "golden");
  rollout_is("has-passed", "Passed", "held-out");
  suite_is("held-out", "search");
  due();
  suite_is("held-out", "refund");
  EXPECT_THAT(due(), UnorderedElementsAre("suite/shop/held-out", "rollout/shop/waits"));
}

TEST_F(WatchedByTheGate, ASuiteThatIsDeletedConcernsWhoWaitsForIt) {
  rollout_is("waits", "Waiting", "held-out");
  suite_is("held-out", "search");
  due();
  api.remove(kEvalSuites, "shop", "held-out");
  EXPECT_THAT(due(), ElementsAre("rollout/shop/waits"));
  EXPECT_THAT(due(), IsEmpty());
}

TEST_F(WatchedByTheGate, AKeyIsReadAsItWasMade) {
  for (const Kind kind : {Kind::Rollout, Kind::Suite}) {
    const Looked looked = read_queue_key(queue_key(kind, {"shop", "bot"}));
    EXPECT_EQ(looked.kind, kind);
    EXPECT_EQ(looked.object, (kube::ObjectKey{"shop", "bot"}));
  }
}

}  // namespace
}  // namespace pawl::gatekeeper

#include "domain/rollout/converge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/rollout_builders.h"

namespace pawl::domain {
namespace {

using testing::a_rollout;
using ::testing::Contains;
using testing::digest_of;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

std::vector<std::string> effects_of(const Observation& seen) {
  std::vector<std::string> out;
  for (const Effect& e : converge(seen.spec, seen.status, seen.world, seen.deleting)) out.push_back(describe(e));
  return out;
}

std::string to(const std::string& service, const std::string& revision) {
  return "EnsureService support-" + service + " digest=" + digest_of(revision).substr(0, 12);
}

TEST(Converge, ASteadyWorldNeedsNothing) {
  EXPECT_THAT(effects_of(a_rollout().serving()), IsEmpty());
  EXPECT_THAT(effects_of(a_rollout().soaking()), IsEmpty());
  EXPECT_THAT(effects_of(a_rollout().preparing()), IsEmpty());
  for (const int step : {0, 1, 2}) EXPECT_THAT(effects_of(a_rollout().in_canary(step)), IsEmpty()) << step;
  EXPECT_THAT(effects_of(a_rollout().rolling_back()), IsEmpty());
}

TEST(Converge, AnEmptyWorldIsBuiltFromTheBundleUp) {
  const auto seen = a_rollout().starting().but([](Observation& o) { o.world = World{}; }).build();
  EXPECT_THAT(effects_of(seen), ElementsAre("EnsureBundle r1", "EnsureDeployment r1 replicas=4", to("stable", "r1"),
                                            to("canary", "r1"), "EnsureShare canary=0 from=0"));
}

TEST(Converge, WithoutAStableRevisionNothingIsTouched) { EXPECT_THAT(effects_of(a_rollout()), IsEmpty()); }

TEST(Converge, AShareIsLoweredBeforeAnythingElse) {
  const auto seen = a_rollout().rolling_back().with_share_accepted(5000).but([](Observation& o) {
    o.world.workloads.erase(digest_of("r1"));
    o.world.stable_service.present = false;
  });
  EXPECT_EQ(effects_of(seen).front(), "EnsureShare canary=0 from=5000");
}

TEST(Converge, AShareIsRaisedAfterEverythingElse) {
  const auto seen = a_rollout().in_canary(1).with_share_accepted(100).but(
      [](Observation& o) { o.world.workloads.erase(digest_of("r1")); });
  const auto effects = effects_of(seen);
  ASSERT_GT(effects.size(), 1u);
  EXPECT_EQ(effects.back(), "EnsureShare canary=1000 from=100");
}

TEST(Converge, AShareRisesOnlyOntoReadyEndpointsOfTheCandidate) {
  EXPECT_THAT(effects_of(a_rollout().in_canary(1).with_share_accepted(100)),
              Contains("EnsureShare canary=1000 from=100"));
  const auto not_raised = [](auto change) {
    EXPECT_THAT(effects_of(a_rollout().in_canary(1).with_share_accepted(100).but(change)),
                Not(Contains(StartsWith("EnsureShare"))));
  };
  not_raised([](Observation& o) { o.world.canary_service.ready_endpoints = 0; });
  not_raised([](Observation& o) { o.world.canary_service.selects = digest_of("r1"); });
  not_raised([](Observation& o) { o.world.workloads[digest_of("r2")].wrong_digest = "pod a serves b"; });
}

TEST(Converge, ReplicasAreReadyBeforeTheShareMoves) {
  const auto seen = a_rollout().in_canary(2).with_share_accepted(1000).with_workload("r2", 1, 1).build();
  EXPECT_THAT(effects_of(seen), ElementsAre("EnsureDeployment r2 replicas=2"));
}

TEST(Converge, ReplicasStayWhileTrafficIsBeingTakenBack) {
  const auto seen = a_rollout().rolling_back().with_share_accepted(5000);
  EXPECT_THAT(effects_of(seen), ElementsAre("EnsureShare canary=0 from=5000"))
      << "two replicas carry requests until the gateway has followed";
}

TEST(Converge, ABrokenSumIsRepairedWithoutRaising) {
  const auto with = [](int stable, int canary) {
    return effects_of(a_rollout().in_canary(1).but([&](Observation& o) {
      o.world.route.stable = stable;
      o.world.route.canary = canary;
    }));
  };
  EXPECT_THAT(with(1, 1), ElementsAre("EnsureShare canary=1 from=1"));
  EXPECT_THAT(with(10000, 1000), ElementsAre("EnsureShare canary=1000 from=1000"));
  EXPECT_THAT(with(10000, 5000), ElementsAre("EnsureShare canary=1000 from=5000"));
  EXPECT_THAT(with(0, 0), ElementsAre("EnsureShare canary=0 from=0"));
}

TEST(Converge, ObserveMovesNoShareInAnyPhase) {
  const auto observed = [](testing::RolloutBuilder builder) {
    return effects_of(builder.but([](Observation& o) { o.spec.enforcement = Enforcement::Observe; }));
  };
  EXPECT_THAT(observed(a_rollout().in_canary(1).with_share_accepted(100)), Not(Contains(StartsWith("EnsureShare"))));
  EXPECT_THAT(observed(a_rollout().rolling_back().with_share_accepted(5000)), Not(Contains(StartsWith("EnsureShare"))));
  EXPECT_THAT(observed(a_rollout().starting().but([](Observation& o) { o.world.route.present = false; })),
              Not(Contains(StartsWith("EnsureShare"))));
}

TEST(Converge, AManagedRouteFollowsTheSpecsGateway) {
  const auto stray = [](Observation& o) { o.world.route.attached = false; };
  EXPECT_THAT(effects_of(a_rollout().serving().but(stray)), ElementsAre("EnsureAttached"));
  EXPECT_THAT(effects_of(a_rollout().serving().but(stray).but([](Observation& o) { o.world.route.foreign = true; })),
              IsEmpty());
  EXPECT_THAT(effects_of(a_rollout().serving().but(stray).but(
                  [](Observation& o) { o.spec.traffic.mode = TrafficMode::Adopt; })),
              IsEmpty());
}

TEST(Converge, WhatIsNotOursIsNotTouched) {
  const auto service = a_rollout().starting().but([](Observation& o) {
    o.world.stable_service = {true, true, "", 0};
    o.world.canary_service = {true, true, "", 0};
  });
  EXPECT_THAT(effects_of(service), Not(Contains(StartsWith("EnsureService"))));
  const auto route =
      a_rollout().rolling_back().with_share_accepted(5000).but([](Observation& o) { o.world.route.foreign = true; });
  EXPECT_THAT(effects_of(route), Not(Contains(StartsWith("EnsureShare"))));
  const auto adopted = a_rollout().rolling_back().with_share_accepted(5000).but(
      [](Observation& o) { o.world.route.problem = "rule agent does not exist"; });
  EXPECT_THAT(effects_of(adopted), Not(Contains(StartsWith("EnsureShare"))));
}

TEST(Converge, AShareOnARuleThatAnotherRolloutHasIsTakenBackAndNothingElseIsWritten) {
  const auto yielded = [](Observation& o) {
    o.world.route.yielded = true;
    o.world.route.attached = false;
  };
  EXPECT_THAT(effects_of(a_rollout().rolling_back().with_share_accepted(5000).but(yielded)),
              ElementsAre("EnsureShare canary=0 from=5000"));
  EXPECT_THAT(effects_of(a_rollout().in_canary(1).with_share_accepted(100).but(yielded)), IsEmpty());
  EXPECT_THAT(effects_of(a_rollout().serving().but(yielded).but([](Observation& o) { o.world.route.stable = 1; })),
              IsEmpty())
      << "weights without a sum are the other's to mend";
}

TEST(Converge, ADeletedRolloutTakesBackItsShareOnARuleThatAnotherHasAndThenLetsGo) {
  const auto deleted = a_rollout().rolling_back().with_share_accepted(5000).but([](Observation& o) {
    o.world.route.yielded = true;
    o.deleting = true;
  });
  EXPECT_THAT(effects_of(deleted), ElementsAre("EnsureShare canary=0 from=5000"));
  const auto of_the_other = [](Observation& o) { o.world.canary_service.foreign = true; };
  EXPECT_THAT(effects_of(testing::RolloutBuilder(deleted).but(of_the_other)), ElementsAre("ReleaseFinalizer"))
      << "the share leads to the other's canary";
}

TEST(Converge, AnAdoptedRouteIsNeverCreated) {
  const auto seen = a_rollout().starting().but([](Observation& o) {
    o.spec.traffic.mode = TrafficMode::Adopt;
    o.world.route.present = false;
  });
  EXPECT_THAT(effects_of(seen), IsEmpty());
}

TEST(Converge, TheCanaryServiceDoesNotMoveWhileItHasAShare) {
  const auto seen =
      a_rollout().in_canary().but([](Observation& o) { o.world.canary_service.selects = digest_of("r1"); });
  EXPECT_THAT(effects_of(seen), Not(Contains(StartsWith("EnsureService support-canary"))));
}

TEST(Converge, ARevisionIsRetiredOnlyWhenNoShareCanReachIt) {
  const std::string retired = "EnsureRetired digest=" + digest_of("r2").substr(0, 12);
  auto seen = a_rollout()
                  .serving()
                  .with_workload("r2", 1, 1)
                  .but([](Observation& o) { o.world.canary_service.selects = digest_of("r2"); })
                  .build();
  EXPECT_THAT(effects_of(seen), ElementsAre(to("canary", "r1"), retired));
  seen.world.route.accepted = false;
  EXPECT_THAT(effects_of(seen), Not(Contains(retired))) << "share 0 is written, not in force";
  seen.world.route.accepted = true;
  seen.world.stable_service.selects = digest_of("r2");
  EXPECT_THAT(effects_of(seen), Not(Contains(retired))) << "the stable Service leads to it";
}

TEST(Converge, TheWarmPreviousIsKeptWarm) {
  const auto seen = a_rollout().soaking().but([](Observation& o) { o.world.workloads.erase(digest_of("r1")); });
  EXPECT_THAT(effects_of(seen), ElementsAre("EnsureBundle r1", "EnsureDeployment r1 replicas=4"));
}

TEST(Converge, ADrainingRevisionThatWasTakenBackIsNotMadeAgain) {
  const auto seen =
      a_rollout().soaking().quarantined("r1").but([](Observation& o) { o.world.workloads.erase(digest_of("r1")); });
  EXPECT_THAT(effects_of(seen), IsEmpty());
}

TEST(Converge, TheStableServiceIsNotMovedOntoARevisionWithoutPods) {
  const auto undone = [](int ready) {
    return effects_of(a_rollout().soaking().with_workload("r1", 4, ready).but([](Observation& o) {
      std::swap(o.status.stable, o.status.previous);
    }));
  };
  EXPECT_THAT(undone(0), Not(Contains(StartsWith("EnsureService support-stable"))));
  EXPECT_THAT(undone(1), Contains(to("stable", "r1")));
}

TEST(Converge, AShareIsNeverAboveTheIntent) {
  for (const int world : {0, 100, 1000, 5000, 10000}) {
    const auto seen = a_rollout().in_canary(1).with_share_accepted(world).build();
    for (const Effect& e : converge(seen.spec, seen.status, seen.world, false)) {
      const auto* share = std::get_if<EnsureShare>(&e);
      EXPECT_LE(share == nullptr ? 0 : share->canary, 1000) << world;
    }
  }
}

TEST(Converge, DeletionLetsGoOnlyWhenNoShareIsWritten) {
  const auto held = a_rollout().in_canary(2).deleting().but([](Observation& o) { o.status.weights.desired = 0; });
  EXPECT_THAT(effects_of(held), ElementsAre("EnsureShare canary=0 from=5000"));
  EXPECT_THAT(effects_of(a_rollout().serving().deleting()), ElementsAre("ReleaseFinalizer"));
  EXPECT_THAT(effects_of(a_rollout().serving().deleting().but([](Observation& o) { o.world.route.present = false; })),
              ElementsAre("ReleaseFinalizer"));
}

}  // namespace
}  // namespace pawl::domain

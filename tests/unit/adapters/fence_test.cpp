// What KubeRolloutWorld refuses to do on the word of a copy that the world has left behind.
#include <algorithm>

#include "unit/adapters/world_fixture.h"

namespace pawl::adapters {
namespace {

using domain::EnsureShare;

class Fence : public WorldFixture {};

TEST_F(Fence, AShareIsRaisedWhileNothingHasChanged) {
  const auto seen = observed();
  ASSERT_TRUE(world.execute(key, seen, EnsureShare{1000, 0}));
  EXPECT_EQ(live_share(), 1000);
}

TEST_F(Fence, ARaisedShareIsRefusedWhenTheLiveRolloutHasMovedOn) {
  const auto seen = observed();
  somebody_changes_the_rollout();  // our copy does not know it yet
  EXPECT_EQ(refusal_of(seen, EnsureShare{1000, 0}), ErrorKind::Conflict);
  EXPECT_EQ(live_share(), 0);
}

TEST_F(Fence, ARaisedShareIsRefusedWhenTheCopyHasMovedOn) {
  const auto seen = observed();
  somebody_changes_the_rollout();
  catch_up();
  EXPECT_EQ(refusal_of(seen, EnsureShare{1000, 0}), ErrorKind::Conflict);
  EXPECT_TRUE(api->requests.empty()) << "the copy alone could tell";
}

TEST_F(Fence, ALoweredShareIsNeverRefusedForTheRolloutsSake) {
  share_becomes(1000);
  catch_up();
  const auto seen = observed();
  somebody_changes_the_rollout();
  catch_up();
  ASSERT_TRUE(world.execute(key, seen, EnsureShare{0, 1000}));
  EXPECT_EQ(live_share(), 0);
}

TEST_F(Fence, AnOldOrderToLowerDoesNotRaiseWhatWasLoweredFurther) {
  share_becomes(5000);
  catch_up();
  const auto seen = observed();
  share_becomes(0);  // a rollback by the new leader
  EXPECT_EQ(refusal_of(seen, EnsureShare{1000, 5000}), ErrorKind::Conflict) << "the server's guard";
  catch_up();
  EXPECT_EQ(refusal_of(seen, EnsureShare{1000, 5000}), ErrorKind::Conflict) << "our own";
  EXPECT_EQ(live_share(), 0);
}

TEST_F(Fence, OurOwnStatusIsNoReasonToRefuse) {
  const auto seen = observed();
  ASSERT_TRUE(world.write_status(key, seen, decided(seen.status, "StepUp", "r2")));
  EXPECT_TRUE(world.execute(key, seen, EnsureShare{1000, 0})) << "the copy is one write behind, and that write is ours";
  catch_up();
  EXPECT_TRUE(world.execute(key, seen, EnsureShare{2000, 1000})) << "the copy shows our write";
}

TEST_F(Fence, WhatSomebodyWroteOverOurStatusIsAReason) {
  const auto seen = observed();
  ASSERT_TRUE(world.write_status(key, seen, decided(seen.status, "StepUp", "r2")));
  somebody_changes_the_rollout();
  EXPECT_EQ(refusal_of(seen, EnsureShare{1000, 0}), ErrorKind::Conflict);
}

TEST_F(Fence, NoOtherEffectRestsOnAnOldRolloutEither) {
  const auto seen = observed();
  const domain::RevisionRef r2{"r2", seen.revisions.back().digest};
  somebody_changes_the_rollout();
  catch_up();
  for (const domain::Effect& effect :
       std::vector<domain::Effect>{domain::EnsureBundle{r2}, domain::EnsureDeployment{r2, 1},
                                   domain::EnsureService{"support-canary", r2.digest}, domain::EnsureRetired{r2.digest},
                                   domain::ReleaseFinalizer{}}) {
    EXPECT_EQ(refusal_of(seen, effect), ErrorKind::Conflict) << domain::describe(effect);
  }
  EXPECT_EQ(api->writes(), 0U);
}

TEST_F(Fence, WhatChangesOrRemovesAsksTheServerAndNotTheCopy) {
  const auto seen = observed();
  somebody_changes_the_rollout();
  for (const domain::Effect& effect : std::vector<domain::Effect>{
           domain::EnsureService{"support-canary", "d"}, domain::EnsureRetired{"d"}, domain::ReleaseFinalizer{}}) {
    EXPECT_EQ(refusal_of(seen, effect), ErrorKind::Conflict) << domain::describe(effect);
  }
  EXPECT_EQ(api->writes(), 0U);
}

TEST_F(Fence, AStatusIsRefusedWhenAnythingChangedSince) {
  const auto seen = observed();
  somebody_changes_the_rollout();
  const auto written = world.write_status(key, seen, decided(seen.status, "StepUp", "r2"));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::Conflict);
}

TEST_F(Fence, ACopyWithoutOurLastWriteIsNotRead) {
  const auto seen = observed();
  ASSERT_TRUE(world.write_status(key, seen, decided(seen.status, "StepUp", "r2")));
  const auto again = world.observe(key, clock->wall());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::Conflict);
  catch_up();
  EXPECT_EQ(observed().status.last_decision->what, "StepUp");
}

TEST_F(Fence, AfterALostAnswerTheCopyIsComparedWithTheServerUntilTheyAgree) {
  const auto seen = observed();
  api->lose_next_answer = true;
  const auto lost = world.write_status(key, seen, decided(seen.status, "StepUp", "r2"));
  ASSERT_FALSE(lost);
  ASSERT_EQ(lost.error().kind, ErrorKind::Unknown);
  for (int look = 0; look < 2; ++look) {
    const auto again = world.observe(key, clock->wall());
    ASSERT_FALSE(again) << "the write did happen, and the copy does not show it";
    EXPECT_EQ(again.error().kind, ErrorKind::Conflict);
  }
  catch_up();
  EXPECT_EQ(observed().status.decisions, 7);
}

TEST_F(Fence, ARouteIsNotMadeWithAShare) {
  const auto seen = observed();
  api->remove(res::kHttpRoutes, "shop", "support");
  catch_up();
  EXPECT_EQ(refusal_of(seen, EnsureShare{1000, 0}), ErrorKind::Conflict);
  EXPECT_EQ(api->count(res::kHttpRoutes, "shop"), 0U);
  ASSERT_TRUE(world.execute(key, seen, EnsureShare{0, 0}));
  EXPECT_EQ(live_share(), 0);
}

class Release : public WorldFixture {
 protected:
  domain::Observation being_deleted() {
    api->change(res::kAgentRollouts, "shop", "support",
                [](Json& o) { o["metadata"]["deletionTimestamp"] = "2026-11-24T03:00:00Z"; });
    catch_up();
    return observed();
  }
  bool gone() const { return !api->find(res::kAgentRollouts, "shop", "support"); }
};

TEST_F(Release, LetsGoWhenTheLiveShareIsZero) {
  const auto seen = being_deleted();
  ASSERT_TRUE(world.execute(key, seen, domain::ReleaseFinalizer{}));
  EXPECT_TRUE(gone());
}

TEST_F(Release, HoldsOnWhileTheLiveRouteHasAShareWhateverTheCopySays) {
  const auto seen = being_deleted();
  share_becomes(1000);
  EXPECT_EQ(refusal_of(seen, domain::ReleaseFinalizer{}), ErrorKind::Conflict);
  EXPECT_FALSE(gone());
}

TEST_F(Release, DoesNotWaitForARouteThatIsGoneOrNotOurs) {
  const auto seen = being_deleted();
  share_becomes(1000);
  api->change(res::kHttpRoutes, "shop", "support", [](Json& o) { o["metadata"]["labels"] = Json::object(); });
  ASSERT_TRUE(world.execute(key, seen, domain::ReleaseFinalizer{}));
  EXPECT_TRUE(gone());
}

TEST_F(Release, LeavesTheFinalizersOfOthers) {
  api->change(res::kAgentRollouts, "shop", "support",
              [](Json& o) { o["metadata"]["finalizers"] = {"other.dev/hold", kFinalizer}; });
  const auto seen = being_deleted();
  ASSERT_TRUE(world.execute(key, seen, domain::ReleaseFinalizer{}));
  EXPECT_EQ(live_meta(res::kAgentRollouts, "support")["finalizers"], Json::array({"other.dev/hold"}));
}

TEST_F(Fence, TheFirstStatusWaitsForTheFinalizerAndKeepsThoseOfOthers) {
  api->change(res::kAgentRollouts, "shop", "support",
              [](Json& o) { o["metadata"]["finalizers"] = {"other.dev/hold"}; });
  catch_up();
  const auto seen = observed();
  const auto written = world.write_status(key, seen, decided(seen.status, "Accepted", "r1"));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::Conflict);
  EXPECT_EQ(live_meta(res::kAgentRollouts, "support")["finalizers"], Json::array({"other.dev/hold", kFinalizer}));
}

}  // namespace
}  // namespace pawl::adapters

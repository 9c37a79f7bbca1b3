// When a kind may not be read every rollout says so; when it may be again every rollout has to look, or it says so
// for ever.
#include <gmock/gmock.h>

#include <utility>
#include <vector>

#include "unit/adapters/world_fixture.h"

namespace pawl::adapters {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

class AccessToAKind : public WorldFixture {
 protected:
  AccessToAKind() {
    fresh.on_change([this](const ports::RolloutKey& rollout) { woken.emplace_back(rollout.name, fresh.denied()); });
    fresh.rollouts.step();
    woken.clear();
  }
  void may_read_bundles(bool may) { api->unreadable = may ? "" : "/api/v1/configmaps"; }
  /// A list, or a watch until it has no more to say.
  void bundles_step() {
    const kube::InformerStep step = fresh.bundles.step();
    if (step.next > clock->boot()) clock->advance(step.next - clock->boot());
  }

  ClusterView fresh{api, *clock, "", 2};
  std::vector<std::pair<std::string, std::string>> woken;  ///< a rollout, and what it saw denied
};

TEST_F(AccessToAKind, ThatIsRefusedWakesEveryRolloutAndAgainWhenGrantedThoughNothingIsThere) {
  may_read_bundles(false);
  bundles_step();
  EXPECT_THAT(woken, ElementsAre(Pair("support", HasSubstr("cannot list configmaps"))));
  woken.clear();
  may_read_bundles(true);
  bundles_step();
  EXPECT_THAT(woken, ElementsAre(Pair("support", "")));
}

TEST_F(AccessToAKind, ThatIsGrantedIsSeenByTheLastWakeAfterAList) {
  may_read_bundles(false);
  bundles_step();
  woken.clear();
  Json bundle;
  bundle["metadata"]["labels"] = {{kManagedBy, "pawl"}, {kRolloutLabel, "support"}, {kRevisionLabel, "d1"}};
  api->put(res::kConfigMaps, "shop", "support-1", bundle);
  may_read_bundles(true);
  bundles_step();
  EXPECT_THAT(woken, ElementsAre(Pair("support", HasSubstr("cannot list")), Pair("support", "")))
      << "the bundle itself wakes it while the refusal is still seen";
}

TEST_F(AccessToAKind, ThatMayBeListedButNotWatchedIsSeenWhenTheWatchIsGranted) {
  bundles_step();
  may_read_bundles(false);
  bundles_step();
  EXPECT_THAT(woken, ElementsAre(Pair("support", HasSubstr("cannot watch configmaps"))));
  woken.clear();
  may_read_bundles(true);
  bundles_step();  // the list that follows a refused watch
  bundles_step();  // accepted, though no event comes
  EXPECT_THAT(woken, ElementsAre(Pair("support", "")));
}

}  // namespace
}  // namespace pawl::adapters

// The laws have teeth: each is broken here on purpose, and must notice.
#include <gtest/gtest.h>

#include "simulation/stories.h"

namespace pawl::simulation {
namespace {

/// The rollout has come so far that "one" has a tenth of the traffic.
struct AtATenth {
  AtATenth() {
    begin(sim);
    EXPECT_TRUE(sim.run_until([&] { return sim.cluster.truth.route.in_force == 1'000; })) << sim.report();
    EXPECT_TRUE(sim.laws.broken.empty()) << sim.report();
  }
  /// A status that somebody forced into the cluster.
  void force(const std::function<void(domain::RolloutStatus&)>& change) { change(sim.cluster.truth.rollout.status); }
  void reconciled(int times) {
    for (int i = 0; i < times; ++i) sim.laws.after_reconcile(true, *sim.evidence.front());
  }
  [[nodiscard]] bool noticed(const std::string& law) const {
    for (const std::string& one : sim.laws.broken) {
      if (one.find(law) != std::string::npos) return true;
    }
    return false;
  }
  Simulation sim{19};
};

TEST(LawsNotice, TwoRevisionsThatSayTheyAreStable) {
  AtATenth at;
  for (auto& r : at.sim.cluster.truth.revisions) r.phase = domain::RevisionPhase::Promoted;
  at.reconciled(1);
  EXPECT_TRUE(at.noticed("two revisions say that they are stable"));
}

TEST(LawsNotice, ABundleAndADeploymentThatNoStatusWanted) {
  AtATenth at;
  at.sim.laws.before_bundle(digest_of("smuggled"));
  at.sim.laws.before_scaling(digest_of("smuggled"), 1);
  EXPECT_TRUE(at.noticed("a bundle was made"));
  EXPECT_TRUE(at.noticed("a deployment was made"));
}

TEST(LawsNotice, ARollbackThatLeavesTheShare) {
  AtATenth at;
  at.force([](auto& status) { status.phase = domain::Phase::RollingBack; });
  at.reconciled(5);
  EXPECT_TRUE(at.noticed("a tripped candidate still has a share"));
}

TEST(LawsNotice, ACanaryPastItsDeadline) {
  AtATenth at;
  at.sim.cluster.truth.rollout.spec.analysis.max_duration = Duration{1};
  at.reconciled(5);
  EXPECT_TRUE(at.noticed("a candidate was judged past its deadline"));
}

TEST(LawsNotice, APromotionThatLeaksAndStays) {
  Simulation sim(20);
  begin(sim);
  ASSERT_TRUE(sim.run_until([&] { return sim.status().previous.has_value(); })) << sim.report();
  sim.prometheus.natures[digest_of("one")].leaks_after = Duration{0};
  domain::Observation seen;
  seen.status = sim.status();
  (void)sim.evidence.front()->judge({"agents", "support"}, seen, sim.cluster.now);
  for (int i = 0; i < 5; ++i) sim.laws.after_reconcile(true, *sim.evidence.front());
  ASSERT_FALSE(sim.laws.broken.empty());
  EXPECT_NE(sim.laws.broken.back().find("a promotion that leaks was not taken back"), std::string::npos);
}

}  // namespace
}  // namespace pawl::simulation

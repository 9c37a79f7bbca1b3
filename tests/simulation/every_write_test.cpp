// The stories again, once per write they make, with that one write struck. Exhaustive, not sampled.
#include <gtest/gtest.h>

#include <functional>

#include "simulation/stories.h"

namespace pawl::simulation {
namespace {

constexpr double kFresh = 1.0;
constexpr double kStale = 0.4;

int writes_of_the_story(const Nature& nature, double freshness) {
  Simulation reference(7);
  begin(reference, nature);
  EXPECT_TRUE(reference.run_until([&] { return ended(reference); }, 1'000, freshness)) << reference.report();
  EXPECT_GT(reference.cluster.writes, 20);
  return reference.cluster.writes;
}

void ends_well(Simulation& sim, const std::string& winner, double freshness) {
  ASSERT_TRUE(sim.run_until([&] { return ended(sim); }, 1'000, freshness)) << sim.report();
  EXPECT_EQ(sim.writes_after_settling(), 0) << sim.report();
  EXPECT_TRUE(sim.serves_alone(winner)) << sim.report();
  EXPECT_EQ(sim.status().rollouts, 1) << sim.report();
  EXPECT_TRUE(sim.laws.broken.empty()) << sim.report();
}

void survives_at_every_write(Strike strike, const Nature& nature, const std::string& winner) {
  for (const double freshness : {kFresh, kStale}) {
    const int writes = writes_of_the_story(nature, freshness);
    for (int k = 1; k <= writes && !testing::Test::HasFailure(); ++k) {
      SCOPED_TRACE("write " + std::to_string(k) + ", freshness " + std::to_string(freshness));
      Simulation sim(7);
      begin(sim, nature);
      sim.cluster.strike = strike;
      sim.cluster.strike_after = k;
      ends_well(sim, winner, freshness);
    }
  }
}

void survives_a_takeover_before_every_write(const Nature& nature, const std::string& winner) {
  const int writes = writes_of_the_story(nature, kFresh);
  for (int k = 1; k <= writes && !testing::Test::HasFailure(); ++k) {
    SCOPED_TRACE("takeover before write " + std::to_string(k));
    Simulation sim(7, 2);
    begin(sim, nature);
    int left = k;
    std::function<void()> takeover = [&] {
      if (--left > 0) sim.cluster.between = takeover;
      else sim.the_other_leads_for_a_while();
    };
    sim.cluster.between = takeover;
    ends_well(sim, winner, kFresh);
  }
}

/// Through the gate, which passes or rejects "one".
void survives_a_crash_at_the_gate(domain::GateVerdict verdict, const std::string& winner) {
  GateNature gate;
  gate.verdict = verdict;
  Simulation reference(7);
  begin_gated(reference, gate);
  ASSERT_TRUE(reference.run_until([&] { return ended(reference); }, 1'000)) << reference.report();
  for (int k = 1; k <= reference.cluster.writes && !testing::Test::HasFailure(); ++k) {
    SCOPED_TRACE("write " + std::to_string(k));
    Simulation sim(7);
    begin_gated(sim, gate);
    sim.cluster.strike = Strike::Crash;
    sim.cluster.strike_after = k;
    ends_well(sim, winner, kFresh);
  }
}

/// The process dies, and with it what it had seen; Prometheus cannot say it again for ten minutes.
void survives_a_crash_into_an_outage(const Nature& nature) {
  const int writes = writes_of_the_story(nature, kFresh);
  for (int k = 1; k <= writes && !testing::Test::HasFailure(); ++k) {
    SCOPED_TRACE("write " + std::to_string(k));
    Simulation sim(7);
    begin(sim, nature);
    sim.cluster.strike = Strike::Crash;
    sim.cluster.strike_after = k;
    ASSERT_TRUE(sim.run_until([&] { return sim.crashes > 0; })) << sim.report();
    sim.prometheus.outages.push_back({sim.cluster.now, sim.cluster.now + Duration{600'000}});
    ends_well(sim, "zero", kFresh);
  }
}

TEST(EveryWrite, AGuardrailRollbackSurvivesACrashIntoAnOutage) { survives_a_crash_into_an_outage(leaky()); }
TEST(EveryWrite, ARegressionRollbackSurvivesACrashIntoAnOutage) { survives_a_crash_into_an_outage(worse()); }

/// What else ends a rollout: something happens at its moment, and the story goes to its end. Struck once per write.
void survives_a_crash_in(const std::function<void(Simulation&)>& begins,
                         const std::function<void(Simulation&)>& goes_on,
                         const std::function<bool(const Simulation&)>& over) {
  const auto tell = [&](Simulation& sim) {
    begins(sim);
    goes_on(sim);
    EXPECT_TRUE(sim.run_until([&] { return over(sim); }, 1'000)) << sim.report();
  };
  Simulation reference(7);
  tell(reference);
  for (int k = 1; k <= reference.cluster.writes && !testing::Test::HasFailure(); ++k) {
    SCOPED_TRACE("write " + std::to_string(k));
    Simulation sim(7);
    sim.cluster.strike = Strike::Crash;
    sim.cluster.strike_after = k;
    tell(sim);
    EXPECT_EQ(sim.writes_after_settling(), 0) << sim.report();
    EXPECT_TRUE(!sim.cluster.truth.rollout.present || sim.serves_alone("zero")) << sim.report();
    EXPECT_EQ(sim.cluster.truth.route.canary, 0) << sim.report();
    EXPECT_TRUE(sim.laws.broken.empty()) << sim.report();
  }
}

bool ended_as(const Simulation& sim, domain::Outcome outcome) {
  return ended(sim) && sim.status().history.back().outcome == outcome;
}

bool has_a_tenth(const Simulation& sim) { return sim.cluster.truth.route.in_force == 1'000; }

TEST(EveryWrite, AnUndonePromotionSurvivesACrashAfterIt) {
  survives_a_crash_in([](Simulation& sim) { begin(sim); },
                      [](Simulation& sim) {
                        EXPECT_TRUE(sim.run_until([&] { return sim.status().previous.has_value(); })) << sim.report();
                        sim.prometheus.natures[digest_of("one")].leaks_after = Duration{0};
                      },
                      [](const Simulation& sim) { return ended_as(sim, domain::Outcome::RolledBack); });
}

TEST(EveryWrite, AnInconclusiveEndSurvivesACrashAfterIt) {
  survives_a_crash_in(
      [](Simulation& sim) {
        sim.cluster.truth.rollout.spec.analysis.max_duration = Duration{300'000};
        for (auto& world : sim.worlds) world->list_again();
        Nature never_proven;
        never_proven.proven_after = Duration{24 * 3'600'000};
        begin(sim, never_proven);
      },
      [](Simulation&) {}, [](const Simulation& sim) { return ended_as(sim, domain::Outcome::Inconclusive); });
}

TEST(EveryWrite, AWithdrawalSurvivesACrashAfterIt) {
  survives_a_crash_in([](Simulation& sim) { begin(sim); },
                      [](Simulation& sim) {
                        EXPECT_TRUE(sim.run_until([&] { return has_a_tenth(sim); })) << sim.report();
                        sim.cluster.change(Kind::Revisions, [](Objects& o) { o.revisions.pop_back(); });
                      },
                      [](const Simulation& sim) { return ended_as(sim, domain::Outcome::Withdrawn); });
}

TEST(EveryWrite, ADeletionSurvivesACrashAfterIt) {
  survives_a_crash_in([](Simulation& sim) { begin(sim); },
                      [](Simulation& sim) {
                        EXPECT_TRUE(sim.run_until([&] { return has_a_tenth(sim); })) << sim.report();
                        sim.cluster.user_deletes_rollout();
                      },
                      [](const Simulation& sim) { return !sim.cluster.truth.rollout.present; });
}

TEST(EveryWrite, AGatedPromotionSurvivesACrashAfterIt) {
  survives_a_crash_at_the_gate(domain::GateVerdict::Pass, "one");
}
TEST(EveryWrite, ARejectionSurvivesACrashAfterIt) { survives_a_crash_at_the_gate(domain::GateVerdict::Fail, "zero"); }

TEST(EveryWrite, APromotionSurvivesACrashAfterIt) { survives_at_every_write(Strike::Crash, {}, "one"); }
TEST(EveryWrite, APromotionSurvivesALostAnswer) { survives_at_every_write(Strike::AnswerLost, {}, "one"); }
TEST(EveryWrite, APromotionSurvivesAConflict) { survives_at_every_write(Strike::Conflict, {}, "one"); }
TEST(EveryWrite, APromotionSurvivesAFailure) { survives_at_every_write(Strike::Unavailable, {}, "one"); }
TEST(EveryWrite, APromotionSurvivesATakeoverBeforeIt) { survives_a_takeover_before_every_write({}, "one"); }

TEST(EveryWrite, AGuardrailRollbackSurvivesACrashAfterIt) { survives_at_every_write(Strike::Crash, leaky(), "zero"); }
TEST(EveryWrite, AGuardrailRollbackSurvivesALostAnswer) {
  survives_at_every_write(Strike::AnswerLost, leaky(), "zero");
}
TEST(EveryWrite, AGuardrailRollbackSurvivesAConflict) { survives_at_every_write(Strike::Conflict, leaky(), "zero"); }
TEST(EveryWrite, AGuardrailRollbackSurvivesAFailure) { survives_at_every_write(Strike::Unavailable, leaky(), "zero"); }
TEST(EveryWrite, AGuardrailRollbackSurvivesATakeoverBeforeIt) {
  survives_a_takeover_before_every_write(leaky(), "zero");
}

TEST(EveryWrite, ARegressionRollbackSurvivesACrashAfterIt) { survives_at_every_write(Strike::Crash, worse(), "zero"); }
TEST(EveryWrite, ARegressionRollbackSurvivesATakeoverBeforeIt) {
  survives_a_takeover_before_every_write(worse(), "zero");
}

}  // namespace
}  // namespace pawl::simulation

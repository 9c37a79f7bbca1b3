// The order of one reconcile: record, status, effects, revisions; and what a refusal on the way leaves undone.
#include "controllers/rollout_controller.h"

#include <gtest/gtest.h>

#include "support/rollout_builders.h"

namespace pawl::controllers {
namespace {

using Words = std::vector<std::string>;

/// Writes down what it was asked, and refuses what it was told to refuse.
class NotedWorld final : public ports::RolloutWorld {
 public:
  Result<std::optional<domain::Observation>> observe(const ports::RolloutKey&, Instant) override {
    if (auto done = note("observe"); !done) return fail(done.error());
    return seen;
  }
  Status write_record(const ports::RolloutKey&, const domain::Record& record) override {
    records.push_back(record);
    return note("record");
  }
  Status write_status(const ports::RolloutKey&, const domain::Observation&,
                      const domain::RolloutStatus& status) override {
    written = status;
    return note("status");
  }
  Status write_revisions(const ports::RolloutKey&, const domain::Observation&, const domain::RolloutStatus&,
                         const std::vector<domain::Refusal>&, Instant) override {
    return note("revisions");
  }
  Status execute(const ports::RolloutKey&, const domain::Observation&, const domain::Effect& effect) override {
    const std::string what = domain::describe(effect);
    return note(what.substr(0, what.find(' ')));
  }
  void announce(const ports::RolloutKey&, const domain::Observation&, const domain::Decision& decision) override {
    asked.emplace_back("announce");
    announced.push_back(decision.reason);
  }

  std::optional<domain::Observation> seen;
  std::string refuses;
  ErrorKind with = ErrorKind::Conflict;
  Words asked;
  Words announced;
  std::vector<domain::Record> records;
  std::optional<domain::RolloutStatus> written;

 private:
  Status note(const std::string& what) {
    asked.push_back(what);
    if (what == refuses) return fail(with, "refused");
    return {};
  }
};

class NotedEvidence final : public ports::EvidenceSource {
 public:
  explicit NotedEvidence(const NotedWorld& noted) : world(noted) {}
  domain::Judgement judge(const ports::RolloutKey&, const domain::Observation&, Instant) override { return judgement; }
  void share_decided(const ports::RolloutKey&, const domain::RolloutStatus& status) override {
    expected.push_back(status.weights.changes.back());
    EXPECT_FALSE(world.written) << "a sample that comes while the status is written would be booked on the old weights";
  }
  void forget(const ports::RolloutKey&) override { ++forgotten; }
  const NotedWorld& world;
  domain::Judgement judgement;
  std::vector<domain::ShareChange> expected;
  int forgotten = 0;
};

class Reconcile : public ::testing::Test {
 protected:
  Result<Reconciled> reconcile(const domain::Observation& seen) {
    world.seen = seen;
    return controller.reconcile({"shop", "support"}, testing::kStart + 6 * testing::kMinute);
  }
  /// A candidate at 50 % that has just been found worse.
  domain::Observation regressed() {
    evidence.judgement.kind = domain::Verdict::Kind::RollBackRegression;
    evidence.judgement.reason = "Regression";
    return testing::a_rollout().in_canary(2).build();
  }
  NotedWorld world;
  NotedEvidence evidence{world};
  RolloutController controller{world, evidence, "pawl-operator"};
};

TEST_F(Reconcile, ADecisionIsRecordedThenWrittenThenDoneThenTold) {
  const auto done = reconcile(regressed());
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_TRUE(done->wrote);
  EXPECT_EQ(world.asked, (Words{"observe", "record", "status", "EnsureShare", "announce", "revisions"}));
}

TEST_F(Reconcile, TheFoldKnowsAChangedShareBeforeTheStatusIsWritten) {
  ASSERT_TRUE(reconcile(regressed()));
  EXPECT_EQ(evidence.expected, (std::vector<domain::ShareChange>{{testing::kStart + 6 * testing::kMinute, 0}}));
  evidence.expected.clear();
  evidence.judgement = {};
  world.written.reset();
  ASSERT_TRUE(reconcile(testing::a_rollout().in_canary(2).build()));
  EXPECT_TRUE(evidence.expected.empty()) << "no share was changed";
}

TEST_F(Reconcile, ADecisionIsToldAlthoughItCouldNotBeDoneYet) {
  world.refuses = "EnsureShare";
  EXPECT_FALSE(reconcile(regressed()));
  EXPECT_EQ(world.asked, (Words{"observe", "record", "status", "EnsureShare", "announce"}));
}

TEST_F(Reconcile, ALossUnderARisingMeanIsToldOnceBesideTheDecision) {
  evidence.judgement.mean_up_skill_down = true;
  domain::ScoreRow lost;
  lost.capability = "privacy";
  lost.state = domain::CapabilityState::Lost;
  evidence.judgement.scoreboard = {lost};
  domain::Observation seen = regressed();
  ASSERT_TRUE(reconcile(seen));
  EXPECT_EQ(world.announced, (Words{"Regression", "MeanUpSkillDown"}));
  const domain::Condition* told = domain::find_condition(world.written->conditions, "MeanUpSkillDown");
  ASSERT_NE(told, nullptr);
  EXPECT_EQ(told->message, "r2: the mean score of the canary rose, and lost is privacy; propose an edit that keeps it");
  seen.status = *world.written;
  world.announced.clear();
  ASSERT_TRUE(reconcile(seen));
  EXPECT_EQ(world.announced, Words{});
}

TEST_F(Reconcile, T18TheStatusNamesTheRecordByItsHash) {
  ASSERT_TRUE(reconcile(regressed()));
  ASSERT_EQ(world.records.size(), 1U);
  EXPECT_EQ(world.written->last_decision->record_sha256,
            domain::record_sha256(domain::canonical_text(world.records[0])));
  EXPECT_EQ(world.records[0].actor, "pawl-operator");
}

TEST_F(Reconcile, T18WithoutItsRecordADecisionIsNotWritten) {
  world.refuses = "record";
  world.with = ErrorKind::Unavailable;
  const auto done = reconcile(regressed());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::Unavailable);
  EXPECT_EQ(world.asked, (Words{"observe", "record"}));
}

TEST_F(Reconcile, AfterAConflictOnTheStatusNothingIsDoneAndNobodyIsTold) {
  world.refuses = "status";
  const auto done = reconcile(regressed());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::Conflict);
  EXPECT_EQ(world.asked, (Words{"observe", "record", "status"}));
}

TEST_F(Reconcile, AStatusWhoseAnswerWasLostIsNotActedOn) {
  world.refuses = "status";
  world.with = ErrorKind::Unknown;
  ASSERT_FALSE(reconcile(regressed()));
  EXPECT_EQ(world.asked.back(), "status");
}

TEST_F(Reconcile, EffectsStopAtTheFirstError) {
  auto seen = testing::a_rollout().starting().build();
  seen.world.workloads.clear();
  seen.world.stable_service = {};
  world.refuses = "EnsureDeployment";
  world.with = ErrorKind::Denied;
  const auto done = reconcile(seen);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::Denied);
  EXPECT_NE(done.error().message.find("EnsureDeployment r1"), std::string::npos) << done.error().message;
  EXPECT_EQ(world.asked.back(), "EnsureDeployment") << "neither the Service nor the revisions";
}

TEST_F(Reconcile, ASteadyRolloutIsOnlyLookedAt) {
  auto seen = testing::a_rollout().serving().build();
  ASSERT_TRUE(reconcile(seen));
  seen.status = *world.written;  // conditions are there now
  world.asked.clear();
  const auto done = reconcile(seen);
  ASSERT_TRUE(done);
  EXPECT_FALSE(done->wrote);
  EXPECT_EQ(world.asked, (Words{"observe", "revisions"}));
}

TEST_F(Reconcile, AStatusWithoutADecisionNeedsNoRecord) {
  ASSERT_TRUE(reconcile(testing::a_rollout().serving().build()));
  EXPECT_EQ(world.asked, (Words{"observe", "status", "revisions"}));
}

TEST_F(Reconcile, AnOldCopyIsNotDecidedOn) {
  world.refuses = "observe";
  const auto done = reconcile(regressed());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::Conflict);
  EXPECT_EQ(world.asked, (Words{"observe"}));
}

TEST_F(Reconcile, TheEvidenceOfARolloutThatIsGoneIsForgotten) {
  world.seen.reset();
  ASSERT_TRUE(controller.reconcile({"shop", "support"}, testing::kStart));
  EXPECT_EQ(evidence.forgotten, 1);
}

TEST_F(Reconcile, TheMeasuredShareOfTheEvidenceIsPartOfWhatIsSeen) {
  auto seen = testing::a_rollout().rolling_back().with_share_accepted(0).build();
  evidence.judgement.share = {true, 300, false};
  ASSERT_TRUE(reconcile(seen));
  EXPECT_FALSE(world.written && world.written->drained_at) << "requests still reach the candidate";
  evidence.judgement.share = {true, 0, true};
  ASSERT_TRUE(reconcile(seen));
  EXPECT_TRUE(world.written && world.written->drained_at);
}

TEST_F(Reconcile, AWriteThatWasDeniedIsToldByTheNextLookAndForgottenWhenAllSucceeds) {
  world.refuses = "EnsureShare";
  world.with = ErrorKind::Denied;
  auto seen = testing::a_rollout().in_canary(1).with_share_accepted(100).build();
  ASSERT_FALSE(reconcile(seen));
  ASSERT_FALSE(reconcile(seen));
  const auto* ready = domain::find_condition(world.written->conditions, "Ready");
  EXPECT_EQ(ready->reason, "Forbidden");
  EXPECT_NE(ready->message.find("refused"), std::string::npos) << ready->message;
  EXPECT_EQ(world.written->phase, domain::Phase::Canary) << "it stays where it is";
  world.refuses.clear();
  const auto granted = reconcile(seen);
  ASSERT_TRUE(granted);
  EXPECT_TRUE(granted->wake_at) << "nobody else would tell that the condition is over";
  ASSERT_TRUE(reconcile(seen));
  EXPECT_NE(domain::find_condition(world.written->conditions, "Ready")->reason, "Forbidden");
}

}  // namespace
}  // namespace pawl::controllers

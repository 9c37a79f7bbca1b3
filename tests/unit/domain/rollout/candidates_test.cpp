#include "domain/rollout/candidates.h"

#include <gtest/gtest.h>

#include "support/rollout_builders.h"

namespace pawl::domain {
namespace {

using testing::a_rollout;
using testing::digest_of;

std::string next_of(const Observation& seen) {
  const RevisionView* next = next_candidate(seen);
  return next == nullptr ? "none" : next->name;
}

std::string only_refusal(const Observation& seen) {
  const auto all = refusals(seen);
  return all.size() == 1 ? all[0].revision + " " + all[0].reason : std::to_string(all.size()) + " refusals";
}

TEST(Candidates, TheFirstRevisionIsTheOldestWithoutAParentOrTheNamedOne) {
  const auto seen = a_rollout().with_revision("r2", "r1").with_revision("other", std::nullopt).build();
  EXPECT_EQ(initial_revision(seen)->name, "r1");
  auto named = seen;
  named.spec.initial_revision = "r2";
  EXPECT_EQ(initial_revision(named)->name, "r2");
}

TEST(Candidates, AQueueTakesTheOldest) {
  EXPECT_EQ(next_of(a_rollout().serving().with_revision("r2", "r1").with_revision("r3", "r1")), "r2");
}

TEST(Candidates, LatestTakesTheNewestAndSupersedesTheRest) {
  const auto seen = a_rollout()
                        .serving()
                        .with_revision("r2", "r1")
                        .with_revision("r3", "r1")
                        .but([](Observation& o) { o.spec.candidate_policy = CandidatePolicy::Latest; })
                        .build();
  EXPECT_EQ(next_of(seen), "r3");
  EXPECT_EQ(only_refusal(seen), "r2 Superseded");
}

TEST(Candidates, QuarantinedContentIsRefusedUnderAnyName) {
  const auto seen = a_rollout()
                        .serving()
                        .with_revision("r2-again", "r1")
                        .quarantined("r2")
                        .but([](Observation& o) { o.revisions.back().digest = digest_of("r2"); })
                        .build();
  EXPECT_EQ(next_of(seen), "none");
  EXPECT_EQ(only_refusal(seen), "r2-again Quarantined");
}

TEST(Candidates, WhatStableServesIsNotJudgedAgain) {
  const auto seen = a_rollout()
                        .serving()
                        .with_revision("same", "r1")
                        .but([](Observation& o) { o.revisions.back().digest = digest_of("r1"); })
                        .build();
  EXPECT_EQ(next_of(seen), "none");
  EXPECT_EQ(only_refusal(seen), "same SameContent");
}

TEST(Candidates, AnUnknownParentKeepsARevisionWaiting) {
  const auto seen = a_rollout().serving().with_revision("r3", "r2").build();
  EXPECT_EQ(next_of(seen), "none");
  EXPECT_EQ(only_refusal(seen), "r3 ParentMissing");
  EXPECT_EQ(refusals(seen)[0].phase, RevisionPhase::Pending);
}

TEST(Candidates, AFullQueueKeepsTheOldestAndAsksTheRestToWait) {
  const auto seen = a_rollout()
                        .serving()
                        .with_revision("r2", "r1")
                        .with_revision("r3", "r1")
                        .with_revision("r4", "r1")
                        .but([](Observation& o) { o.spec.max_pending = 2; })
                        .build();
  EXPECT_EQ(next_of(seen), "r2");
  EXPECT_EQ(only_refusal(seen), "r4 QueueFull");
  EXPECT_EQ(refusals(seen)[0].phase, RevisionPhase::Pending) << "it waits; it is not rejected";
}

TEST(Candidates, AQueueThatIsJustFullRefusesNobody) {
  const auto seen = a_rollout()
                        .serving()
                        .with_revision("r2", "r1")
                        .with_revision("r3", "r1")
                        .but([](Observation& o) { o.spec.max_pending = 2; })
                        .build();
  EXPECT_TRUE(refusals(seen).empty());
}

TEST(Candidates, AWithdrawnRevisionMayTryAgain) {
  EXPECT_EQ(next_of(a_rollout().serving().with_revision("r2", "r1").ended("r2", Outcome::Withdrawn, "InvalidSpec")),
            "r2");
}

TEST(Candidates, AJudgedRevisionDoesNotTryAgainBecauseItWasAlsoWithdrawn) {
  const auto seen = a_rollout()
                        .serving()
                        .with_revision("r2", "r1")
                        .ended("r2", Outcome::Inconclusive, "DeadlineExceeded")
                        .ended("r2", Outcome::Withdrawn, "InvalidSpec")
                        .build();
  EXPECT_EQ(next_of(seen), "none");
}

TEST(Candidates, ARevisionHasOneTurn) {
  EXPECT_EQ(
      next_of(a_rollout().serving().with_revision("r2", "r1").ended("r2", Outcome::Inconclusive, "DeadlineExceeded")),
      "none");
}

TEST(Candidates, FinishedAndParentlessRevisionsDoNotWait) {
  EXPECT_EQ(next_of(a_rollout().serving().with_revision("root", std::nullopt)), "none");
  EXPECT_EQ(next_of(a_rollout().serving().with_revision("r2", "r1").but([](Observation& o) {
              o.revisions.back().phase = RevisionPhase::RolledBack;
            })),
            "none");
  EXPECT_EQ(next_of(a_rollout().soaking()), "none") << "neither stable nor the warm previous waits";
}

}  // namespace
}  // namespace pawl::domain

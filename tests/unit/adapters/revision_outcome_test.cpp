// What an AgentRevision says of itself.
#include "adapters/revision_outcome.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support/rollout_builders.h"

namespace pawl::adapters {
namespace {

using domain::Outcome;
using domain::RevisionPhase;
using testing::a_rollout;

RevisionObject revision(const std::string& name, RevisionPhase phase = RevisionPhase::Pending) {
  RevisionObject out;
  out.generation = 1;
  out.view.name = name;
  out.view.digest = testing::digest_of(name);
  out.status.phase = phase;
  return out;
}

domain::RevisionStatus outcome(const std::string& name, const domain::RolloutStatus& status,
                               std::vector<domain::Refusal> refusals = {},
                               RevisionPhase before = RevisionPhase::Pending) {
  return revision_outcome(revision(name, before), name, {}, status, refusals, testing::kStart);
}

std::string ready_reason(const domain::RevisionStatus& status) {
  return domain::find_condition(status.conditions, "Ready")->reason;
}

struct Row {
  const char* story;
  domain::RolloutStatus status;
  const char* revision;
  RevisionPhase phase;
};

TEST(RevisionOutcome, FollowsTheRollout) {
  const auto ended = [](Outcome how) { return a_rollout().serving().ended("r2", how, "Why").build().status; };
  const std::vector<Row> table = {
      {"stable serves", a_rollout().serving().build().status, "r1", RevisionPhase::Promoted},
      {"deployed without traffic", a_rollout().preparing().build().status, "r2", RevisionPhase::Admitted},
      {"judged", a_rollout().in_canary(1).build().status, "r2", RevisionPhase::Canary},
      {"being taken back", a_rollout().rolling_back().build().status, "r2", RevisionPhase::RolledBack},
      {"taken back", ended(Outcome::RolledBack), "r2", RevisionPhase::RolledBack},
      {"no verdict", ended(Outcome::Inconclusive), "r2", RevisionPhase::Inconclusive},
      {"withdrawn: it waits again", ended(Outcome::Withdrawn), "r2", RevisionPhase::Pending},
      {"replaced by a later one", ended(Outcome::Promoted), "r2", RevisionPhase::Retired},
      {"rejected by the gate", ended(Outcome::Rejected), "r2", RevisionPhase::Rejected},
      {"never heard of", a_rollout().serving().build().status, "r9", RevisionPhase::Pending}};
  for (const Row& row : table) EXPECT_EQ(outcome(row.revision, row.status).phase, row.phase) << row.story;
}

TEST(RevisionOutcome, TellsOfTheGate) {
  domain::GateSpec gate;
  gate.suites = {"held-out"};
  const auto told = [&](const domain::RolloutStatus& status, const std::string& name) {
    RevisionObject object = revision(name);
    if (name != "r1") object.view.parent = "r1";
    return revision_outcome(object, name, gate, status, {}, testing::kStart);
  };
  const auto preparing = [] { return a_rollout().gated().preparing(); };
  EXPECT_EQ(told(preparing().build().status, "r2").phase, RevisionPhase::Gating) << "deployed for the gate";
  const auto waiting = told(preparing().at_gate(domain::GateState::Waiting).build().status, "r2");
  EXPECT_EQ(waiting.phase, RevisionPhase::Gating);
  EXPECT_EQ(ready_reason(waiting), "WaitingForGate");
  EXPECT_EQ(told(preparing().at_gate(domain::GateState::Passed).build().status, "r2").phase, RevisionPhase::Admitted);
  EXPECT_EQ(domain::find_condition(waiting.conditions, "Accepted")->message, "it must pass suite held-out");
  gate.initial = domain::InitialGate::RequireThresholds;
  const auto first = a_rollout().gated(gate.initial).starting().at_gate(domain::GateState::Waiting).build().status;
  EXPECT_EQ(told(first, "r1").phase, RevisionPhase::Gating);
  EXPECT_FALSE(domain::is_true(told(first, "r1").conditions, "Ready"));
}

TEST(RevisionOutcome, AFaultOfItsOwnComesFirst) {
  RevisionObject faulty = revision("r1");
  faulty.fault = "spec.files: empty";
  const auto status = revision_outcome(faulty, "r1", {}, a_rollout().serving().build().status, {}, testing::kStart);
  EXPECT_EQ(status.phase, RevisionPhase::Rejected);
  EXPECT_EQ(ready_reason(status), "InvalidSpec");
}

TEST(RevisionOutcome, ARefusalIsToldWithItsReason) {
  const auto status =
      outcome("r3", a_rollout().serving().build().status, {{"r3", RevisionPhase::Pending, "QueueFull", "wait"}});
  EXPECT_EQ(status.phase, RevisionPhase::Pending);
  EXPECT_EQ(ready_reason(status), "QueueFull");
}

TEST(RevisionOutcome, WhatEndedStaysEndedWhenTheHistoryHasForgottenIt) {
  const auto status = a_rollout().serving().build().status;
  EXPECT_EQ(outcome("r2", status, {}, RevisionPhase::RolledBack).phase, RevisionPhase::RolledBack);
  EXPECT_EQ(outcome("r2", status, {}, RevisionPhase::Promoted).phase, RevisionPhase::Retired);
}

TEST(RevisionOutcome, SaysTheSameTwice) {
  auto object = revision("r2");
  const auto status = a_rollout().in_canary(1).build().status;
  object.status = revision_outcome(object, "r2", {}, status, {}, testing::kStart);
  EXPECT_EQ(revision_outcome(object, "r2", {}, status, {}, testing::kStart + testing::kMinute), object.status);
}

TEST(Provenance, OnlyARollbackSaysWhatItWentBackTo) {
  auto status = a_rollout().rolling_back().build().status;
  EXPECT_EQ(provenance_of_decision("support", status).at(kRevertedToAnnotation), "r1");
  status.last_decision->what = "Promoted";
  EXPECT_FALSE(provenance_of_decision("support", status).contains(kRevertedToAnnotation));
}

TEST(Provenance, WithoutADecisionThereIsNothingToSay) { EXPECT_TRUE(provenance_of_decision("support", {}).empty()); }

TEST(Provenance, APatchNamesOnlyTheDifference) {
  EXPECT_TRUE(provenance_patch({{"a", "1"}}, {{"a", "1"}}).is_null());
  const Json patch = provenance_patch({{"a", "1"}, {"b", "2"}, {"gone", "3"}}, {{"a", "1"}, {"b", "9"}, {"new", "4"}});
  EXPECT_EQ(patch, (Json{{"metadata", {{"annotations", {{"b", "9"}, {"gone", nullptr}, {"new", "4"}}}}}}));
}

}  // namespace
}  // namespace pawl::adapters

#include "cli/rollout/status_screen.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/rollout/risk.h"
#include "unit/cli/pictures.h"

namespace pawl::cli {
namespace {

using testing::a_rollout;

TEST(StatusScreen, ShowsARollbackOnOneScreen) {
  const std::string screen = status_screen(a_rollback());
  EXPECT_EQ(screen, golden("status-rollback.txt"));
  EXPECT_LE(widest_line(screen), 100U);
}

TEST(StatusScreen, ShowsACanaryWithTheEvidenceOfItsLastRecord) {
  Picture p = picture_of(a_rollout().in_canary(1));
  domain::Record record;
  record.sequence = 3;
  record.revision = p.status.candidate->revision;
  record.canary_before = 100;
  record.canary_after = 1000;
  record.scoreboard = a_scoreboard();
  record.scoreboard.erase(record.scoreboard.begin());
  p.record = record;
  p.status.next = {testing::kStart + 5 * testing::kMinute, "step tenth soaks"};
  const std::string screen = status_screen(p);
  EXPECT_EQ(screen, golden("status-canary.txt"));
  EXPECT_LE(widest_line(screen), 100U);
}

TEST(StatusScreen, ShowsAQuietRollout) {
  EXPECT_EQ(status_screen(picture_of(a_rollout().serving())), golden("status-stable.txt"));
}

TEST(StatusScreen, ShowsWhatPromotionsHaveLostTogether) {
  Picture p = picture_of(a_rollout().serving());
  EXPECT_EQ(status_screen(p).find("LEDGER"), std::string::npos) << "nothing was lost";
  p.status.loss_ledger = {"r1", {{"refunds", 0.06, 0.01}, {"search", 0.12, 0}, {"tone", 0.01, 0}}};
  const std::string screen = status_screen(p);
  EXPECT_NE(
      screen.find("LEDGER  since r1: refunds lost 0.070 of 0.100, margin now 0.040; search lost 0.120 of 0.100, the\n"
                  "        next edit must be better; tone lost 0.010 of 0.100\n"),
      std::string::npos)
      << screen;
}

TEST(StatusScreen, ShowsWhatStandsInTheWayOfTheNextEdit) {
  Picture p = picture_of(a_rollout().serving());
  domain::set_condition(p.status.conditions,
                        {"StableDrifting", domain::ConditionStatus::True, "ScoresFell", "refunds scores 0.700", 1, {}},
                        p.now);
  EXPECT_NE(status_screen(p).find("Note    refunds scores 0.700\n"), std::string::npos);
}

TEST(StatusScreen, ShowsARolloutThatWasNeverLookedAt) {
  Picture p = picture_of(a_rollout());
  p.status = {};
  const std::string screen = status_screen(p);
  EXPECT_NE(screen.find("Users   NOT SERVED"), std::string::npos);
  EXPECT_NE(screen.find("has not looked at generation 1"), std::string::npos);
}

TEST(StatusScreen, PrintsNothingThatActsOnATerminal) {
  Picture p = a_rollback();
  p.edit->spec.author_name = "evil\x1b[2J\nUsers   NO";
  p.edit->spec.claim_rationale = "\xE2\x80\xAE reversed \xC2\x9B 1m";
  p.status.last_decision->message = "bell \a";
  const std::string screen = status_screen(p);
  EXPECT_EQ(screen.find('\x1b'), std::string::npos);
  EXPECT_EQ(screen.find('\a'), std::string::npos);
  EXPECT_EQ(screen.find("\xE2\x80\xAE"), std::string::npos);
  EXPECT_EQ(screen.find("\xC2\x9B"), std::string::npos);
  EXPECT_EQ(screen.find("\nUsers   NO"), std::string::npos);
}

TEST(StatusScreen, KeepsToItsWidthWithLongNames) {
  Picture p = a_rollback();
  p.status.stable->name = p.status.candidate->revision.name = p.status.last_decision->revision.name =
      std::string(253, 'r');
  p.edit->revision = std::string(253, 'r');
  for (domain::ScoreRow& row : p.status.scoreboard) row.capability = std::string(63, 'c');
  p.spec.traffic.route_name = std::string(253, 't');
  EXPECT_LE(widest_line(status_screen(p)), 100U);
}

TEST(StatusScreen, TellsHowItStandsAtTheGate) {
  Picture waiting = picture_of(a_rollout().gated().preparing().at_gate(domain::GateState::Waiting));
  waiting.now = testing::kStart + testing::kMinute;
  EXPECT_NE(status_screen(waiting).find("GATE    Waiting r2, asked 03:00:00Z (1m ago): as asked\n"), std::string::npos)
      << status_screen(waiting);
  waiting.gate_progress = domain::GateProgress{120, 2400};
  EXPECT_NE(status_screen(waiting).find(": as asked; the gate has asked 120 of 2400\n"), std::string::npos)
      << status_screen(waiting);
  EXPECT_EQ(status_json(waiting)["gateProgress"]["planned"], 2400);
  EXPECT_NE(
      status_screen(picture_of(a_rollout().gated().serving())).find("GATE    not asked yet; suites held-out, frozen\n"),
      std::string::npos);
  EXPECT_EQ(status_screen(picture_of(a_rollout().in_canary(0))).find("GATE"), std::string::npos)
      << "no suite is listed";
}

TEST(StatusScreen, SaysWhatAPersonMustDo) {
  Picture p = picture_of(a_rollout().in_canary(0));
  p.status.conditions = {
      {"Stalled", domain::ConditionStatus::True, "RouteContention", "argocd changes the weights", 1, {}}};
  EXPECT_NE(status_screen(p).find("You     NEEDED: RouteContention: argocd changes the weights"), std::string::npos);
}

TEST(StatusScreen, OffersToGoOnWhenPaused) {
  const std::string screen = status_screen(picture_of(a_rollout().in_canary(0).paused()));
  EXPECT_NE(screen.find(R"(kubectl -n shop patch aroll support --type merge -p '{"spec":{"paused":false}}')"),
            std::string::npos);
}

TEST(StatusJson, AnswersTheSameQuestions) {
  const nlohmann::json json = status_json(a_rollback());
  EXPECT_EQ(json["usersAtRisk"]["answer"], "fading");
  EXPECT_EQ(json["phase"], "RollingBack");
  EXPECT_EQ(json["edit"]["author"], "support-bot");
  EXPECT_EQ(json["edit"]["files"].size(), 3U);
}

TEST(UsersAtRisk, AreNoneWhileStableServesAlone) {
  EXPECT_EQ(users_at_risk(picture_of(a_rollout().serving())).risk, Risk::No);
  EXPECT_EQ(users_at_risk(picture_of(a_rollout().preparing())).risk, Risk::No);
}

TEST(UsersAtRisk, AreLimitedToTheShareWhileAnEditIsJudged) {
  const RiskAnswer answer = users_at_risk(picture_of(a_rollout().in_canary(1)));
  EXPECT_EQ(answer.risk, Risk::Limited);
  EXPECT_NE(answer.text.find("up to 10% of requests go to r2"), std::string::npos);
}

TEST(UsersAtRisk, AreThereUntilTheGatewayConfirmsARollback) {
  Picture p = picture_of(a_rollout().rolling_back());
  p.status.weights.changes = {{testing::kStart, 5000}, {testing::kStart, 0}};
  const RiskAnswer answer = users_at_risk(p);
  EXPECT_EQ(answer.risk, Risk::Yes);
  EXPECT_NE(answer.text.find("50%"), std::string::npos);
}

TEST(UsersAtRisk, FadeWhileOpenRequestsDrain) { EXPECT_EQ(users_at_risk(a_rollback()).risk, Risk::Fading); }

TEST(UsersAtRisk, FadeAfterAPromotionWasUndone) {
  Picture p = picture_of(a_rollout().soaking());
  p.status.quarantine = {{p.status.previous->digest, "r1", "GuardrailViolated", testing::kStart}};
  EXPECT_EQ(users_at_risk(p).risk, Risk::Fading);
}

TEST(UsersAtRisk, AreThereWhenSomebodyElseWritesTheWeights) {
  Picture p = picture_of(a_rollout().in_canary(0));
  p.status.conditions = {
      {"WeightsVerified", domain::ConditionStatus::False, "RouteContention", "argocd changes the weights", 1, {}}};
  EXPECT_EQ(users_at_risk(p).risk, Risk::Yes);
}

}  // namespace
}  // namespace pawl::cli

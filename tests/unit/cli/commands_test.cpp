#include "cli/commands.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "codec/status_codec.h"
#include "support/canned_transport.h"
#include "support/manual_clock.h"
#include "unit/cli/chains.h"
#include "unit/cli/pictures.h"

namespace pawl::cli {
namespace {

using nlohmann::json;

/// An API server with one rollout of three decisions, its candidate r2, and the records.
class Commands : public ::testing::Test {
 protected:
  Commands() {
    transport->otherwise([this](const kube::HttpRequest& request) { return answer(request.path); });
    picture.status.last_decision->record = "3";
    picture.status.last_decision->record_sha256 = records.back().claimed_sha256;
  }

  Result<kube::HttpResponse> answer(const std::string& path) const {
    if (status_code != 200)
      return kube::HttpResponse{
          status_code,
          R"({"kind":"Status","code":)" + std::to_string(status_code) + R"(,"message":"user cannot get it"})",
          {}};
    if (path.find("/agentrollouts/") != std::string::npos) {
      return ok({{"metadata", {{"generation", 1}}},
                 {"spec", json::object()},
                 {"status", codec::render_rollout_status(picture.status, picture.spec)}});
    }
    if (path.find("/configmaps") != std::string::npos) {
      return ok({{"metadata", json::object()}, {"items", config_maps()}});
    }
    return kube::HttpResponse{
        404, R"({"kind":"Status","reason":"NotFound","code":404,"message":"agentrevisions \"r2\" not found"})", {}};
  }
  static kube::HttpResponse ok(const json& body) { return {200, body.dump(), {}}; }
  json config_maps() const {
    json items = json::array();
    for (const FoundRecord& r : records) {
      items.push_back(
          {{"metadata", {{"name", r.config_map}, {"labels", {{"pawl.dev/record", std::to_string(r.label)}}}}},
           {"data", {{"record.json", r.text}, {"sha256", r.claimed_sha256}}}});
    }
    return items;
  }
  Session session() { return {client, clock, out, err, false}; }

  std::shared_ptr<test::CannedTransport> transport = std::make_shared<test::CannedTransport>();
  kube::Client client{transport};
  test::ManualClock clock;
  std::ostringstream out;
  std::ostringstream err;
  Picture picture = a_rollback();
  std::vector<FoundRecord> records = a_chain(3);
  int status_code = 200;
  const RolloutName which{"shop", "support"};
};

TEST_F(Commands, VerifyAnswersZeroWhenTheChainHolds) {
  EXPECT_EQ(run_verify(session(), which), 0);
  EXPECT_EQ(out.str(), "3 records, chain holds\n");
}

TEST_F(Commands, VerifyAnswersTwoWhenARecordWasChanged) {
  records[1].text += " ";
  EXPECT_EQ(run_verify(session(), which), 2);
  EXPECT_NE(out.str().find("chain BROKEN: record 2"), std::string::npos);
}

TEST_F(Commands, StatusAnswersZeroDuringARollback) {
  EXPECT_EQ(run_status(session(), which), 0);
  EXPECT_NE(out.str().find("ROLLING BACK"), std::string::npos);
  EXPECT_NE(out.str().find("weight 1% -> 10%"), std::string::npos);
  EXPECT_NE(out.str().find("AgentRevision r2 could not be read"), std::string::npos);
}

TEST_F(Commands, WhyShowsTheRuleOfTheRecord) {
  EXPECT_EQ(run_why(session(), which), 0);
  EXPECT_NE(out.str().find("Rule      step_up"), std::string::npos);
}

TEST_F(Commands, SayWhatIsWrongAndWhatToDo) {
  status_code = 403;
  EXPECT_EQ(run_status(session(), which), 1);
  EXPECT_NE(err.str().find("reading AgentRollout shop/support"), std::string::npos);
  EXPECT_NE(err.str().find("ask for get and list"), std::string::npos);
  EXPECT_EQ(out.str(), "");
}

TEST_F(Commands, WaitEndsWhenTheEditWasRolledBack) {
  const auto drained = [this](Duration) {
    picture.status.history.push_back(
        {testing::ref("r2"), domain::Outcome::RolledBack, "GuardrailViolated", testing::kStart});
    picture.status.candidate.reset();
    picture.status.phase = domain::Phase::Stable;
  };
  WaitOrder order;
  order.goal = Goal::Promoted;
  EXPECT_EQ(run_wait(session(), which, order, drained), 2);
  EXPECT_EQ(err.str(), "r2 was rolled back: GuardrailViolated\n");
}

TEST_F(Commands, WaitEndsWithThreeWhenTimeIsUp) {
  WaitOrder order;
  order.goal = Goal::Stable;
  EXPECT_EQ(run_wait(session(), which, order, [this](Duration span) { clock.advance(span * 30); }), 3);
  EXPECT_NE(err.str().find("still under way after 1m"), std::string::npos);
}

TEST(JudgeWait, DoesNotBelieveAStatusOfAnOlderSpec) {
  Picture p = picture_of(testing::a_rollout().serving());
  EXPECT_TRUE(judge_wait(p.status, 1, Goal::Stable, ""));
  EXPECT_FALSE(judge_wait(p.status, 2, Goal::Stable, ""));
}

TEST(JudgeWait, EndsForAnEditThatIsRefused) {
  domain::RevisionStatus status;
  EXPECT_FALSE(judge_refusal(status, "r3"));
  status.phase = domain::RevisionPhase::Rejected;
  status.conditions = {
      {"Ready", domain::ConditionStatus::False, "Quarantined", "the same content was rolled back before", 1, {}}};
  EXPECT_EQ(judge_refusal(status, "r3")->exit_code, 2);
  EXPECT_EQ(judge_refusal(status, "r3")->text, "r3 was rejected: Quarantined: the same content was rolled back before");
}

TEST(JudgeWait, AnswersForTheEditThatWasAskedFor) {
  Picture p = picture_of(testing::a_rollout().soaking());
  EXPECT_EQ(judge_wait(p.status, 1, Goal::Promoted, "r2")->exit_code, 0);
  EXPECT_EQ(judge_wait(p.status, 1, Goal::RolledBack, "r2")->exit_code, 1);
  EXPECT_FALSE(judge_wait(p.status, 1, Goal::Promoted, "r3"));
  p.status.history.push_back({testing::ref("r3"), domain::Outcome::Inconclusive, "DeadlineExceeded", testing::kStart});
  EXPECT_EQ(judge_wait(p.status, 1, Goal::Promoted, "r3")->exit_code, 5);
}

}  // namespace
}  // namespace pawl::cli

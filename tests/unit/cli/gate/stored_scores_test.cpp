// The report that the gate keeps in the cluster, as its owner reads it.
#include "cli/gate/stored_scores.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "codec/status_codec.h"
#include "domain/gate/ledger_step.h"
#include "report/gate_json.h"
#include "report/stored_report.h"
#include "support/manual_clock.h"
#include "support/memory_api.h"
#include "unit/cli/pictures.h"
#include "unit/domain/gate/encodings.h"
#include "unit/domain/gate/runs.h"

namespace pawl::cli {
namespace {

using nlohmann::json;

constexpr const char* kGateNs = "pawl-gate";
const kube::Resource kSecrets{"", "v1", "secrets"};

class StoredScores : public ::testing::Test {
 protected:
  StoredScores() {
    const Picture picture = picture_of(testing::a_rollout().gated().preparing().at_gate(domain::GateState::Failed));
    digest = picture.status.gate->candidate.digest;
    api->put(kube::resources::kAgentRollouts, "shop", "support",
             {{"metadata", {{"name", "support"}, {"namespace", "shop"}}},
              {"spec", json::object()},
              {"status", codec::render_rollout_status(picture.status, picture.spec)}});
    domain::GateReport report = domain::judge_candidate(domain::runs::input(domain::runs::good_blocks()), {});
    const domain::Ledger ledger{.generation = 1, .bits_spent = 6, .answers = 1, .promotions = 1, .cases = {}};
    report.steps.push_back(domain::ledger_step({{ledger, domain::LeakBudget{}, "held-out"}}));
    const std::string text = report::gate_json(report, report::Audience::Gate);
    const std::string name = report::stored_report_name("shop", "support", digest);
    api->put(kSecrets, kGateNs, name,
             {{"metadata", {{"name", name}, {"namespace", kGateNs}}},
              {"data", {{report::kReportKey, domain::base64(text)}}}});
  }
  int run(const StoredScoresOrder& order) {
    return run_stored_scores({client, clock, out, err, as_json}, {"shop", "support"}, order);
  }

  std::shared_ptr<test::MemoryApi> api = std::make_shared<test::MemoryApi>();
  kube::Client client{api};
  test::ManualClock clock;
  bool as_json = false;
  std::ostringstream out;
  std::ostringstream err;
  std::string digest;
};

TEST_F(StoredScores, AreThoseOfTheNewestEditThatTheGateWasAskedAbout) {
  EXPECT_EQ(run({kGateNs, ""}), 0) << err.str();
  EXPECT_NE(out.str().find("refunds"), std::string::npos) << out.str();
}

TEST_F(StoredScores, ShowWhatEachStepFoundAndWhatTheAnswerCost) {
  EXPECT_EQ(run({kGateNs, ""}), 0) << err.str();
  EXPECT_NE(out.str().find("\n  ledger           Pass          Charged\n    held-out: spent in generation 1: 1 of 20 "
                           "answers, 6 of 400 bits, 1 of 5 promotions\n"),
            std::string::npos)
      << out.str();
}

TEST_F(StoredScores, OfAnotherEditAreFoundByItsDigest) {
  api->put(kube::resources::kAgentRevisions, "shop", "old",
           {{"metadata", {{"name", "old"}, {"namespace", "shop"}}}, {"status", {{"digest", digest}}}});
  EXPECT_EQ(run({kGateNs, "old"}), 0) << err.str();
  EXPECT_NE(run({kGateNs, "unknown"}), 0);
}

TEST_F(StoredScores, AsJsonHaveTheNumbersOfEveryStep) {
  as_json = true;
  EXPECT_EQ(run({kGateNs, ""}), 0) << err.str();
  const json last = json::parse(out.str())["steps"].back();
  EXPECT_EQ(last["name"], "ledger");
  EXPECT_EQ(last["numbers"]["held-out: bits"], 6);
}

TEST_F(StoredScores, SayWhereTheyWereLookedFor) {
  EXPECT_EQ(run({"elsewhere", ""}), 1);
  EXPECT_NE(err.str().find("reading Secret elsewhere/pawl-report-"), std::string::npos) << err.str();
  EXPECT_NE(err.str().find("another --gate-namespace"), std::string::npos) << err.str();
}

}  // namespace
}  // namespace pawl::cli

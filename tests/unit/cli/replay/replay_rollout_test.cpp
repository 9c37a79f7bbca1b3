#include "cli/replay/replay_rollout.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "codec/status_codec.h"
#include "support/canned_transport.h"
#include "support/manual_clock.h"
#include "unit/cli/chains.h"
#include "unit/cli/pictures.h"
#include "unit/domain/evidence/fake_metrics.h"

namespace pawl::cli {
namespace {

using nlohmann::json;
namespace fake = domain::fake;

constexpr int kScrapes = 200;

/// What the canary's refunds do from the beginning.
std::vector<domain::Series> samples_at(double rate) {
  fake::Metrics metrics(9);
  std::vector<std::vector<domain::Series>> scrapes;
  for (int i = 0; i <= kScrapes; ++i) {
    scrapes.push_back(metrics.scrape(fake::kBegan + fake::kInterval * i));
    metrics.interact(fake::kStable, {{{"refunds", 0.9}, {"tone", 0.9}}}, 9);
    metrics.interact(fake::kCanary, {{{"refunds", rate}, {"tone", 0.9}}}, 3);
  }
  return fake::merged(scrapes);
}

domain::TrialRecord a_trial() {
  domain::TrialRecord trial;
  trial.cohort = "shop/support/1";
  trial.began = fake::kBegan;
  trial.canary = fake::kCanary;
  trial.stable = fake::kStable;
  trial.changes = {{fake::kBegan, 1000}};
  trial.evidence.prometheus = "http://prometheus:9090";
  trial.evidence.capabilities = {{"refunds", 0.04}, {"tone", {}}};
  trial.evidence.served = domain::ServedSpec{"requests", "backend", "a", "b"};
  trial.breakers = {{"pii", "pii", 0, false}, {"errors", {}, 0, true}};
  return trial;
}

/// A rollout whose last record is a rollback, and its samples.
class ReplayRollout : public ::testing::Test {
 protected:
  ReplayRollout() {
    domain::TrialReplay fold(trial, domain::policy_of(trial));
    fold.add(samples);
    decided = fake::kBegan + fake::kInterval * kScrapes;
    const domain::Verdict verdict = fold.verdict(decided);
    trial.verdict = to_string(verdict.kind);
    trial.reason = verdict.reason;
    trial.log_e = verdict.log_e_global;
    trial.newest_sample = verdict.newest_sample;
    transport->otherwise([this](const kube::HttpRequest& request) { return answer(request.path); });
    source.samples = [this](const SampleQuestion& question, const GiveSamples& give) {
      asked.push_back(question);
      if (!problem.empty()) return Status(fail(ErrorKind::Unavailable, problem));
      give(samples);
      return Status();
    };
    source.history = [this](const HistoryQuestion& question) {
      asked_history = question;
      return Result<domain::StableHistory>(history);
    };
    source.windows = [this](const HistoryQuestion& question) {
      EXPECT_EQ(question.before, trial.began);
      EXPECT_EQ(question.revision, fake::kStable);
      return Result<std::vector<domain::ScoreWindows>>(windows);
    };
    clock.jump_wall(decided + std::chrono::hours{1} - clock.wall());
  }

  void record(const std::string& what) {
    domain::Record one =
        a_record(static_cast<std::int64_t>(records.size()) + 1, records.empty() ? "" : records.back().claimed_sha256);
    one.what = what;
    one.at = decided;
    one.trial = trial;
    records.push_back(stored(one));
  }
  Result<kube::HttpResponse> answer(const std::string& path) {
    picture.status.last_decision->record = records.empty() ? "" : std::to_string(records.size());
    picture.status.last_decision->record_sha256 = records.empty() ? "" : records.back().claimed_sha256;
    if (path.find("/agentrollouts/") != std::string::npos) {
      return ok({{"metadata", {{"generation", 1}}},
                 {"spec", json::object()},
                 {"status", codec::render_rollout_status(picture.status, picture.spec)}});
    }
    if (path.find("/agentrollouts") != std::string::npos) {
      return ok({{"metadata", json::object()}, {"items", {{{"metadata", {{"name", "support"}}}}}}});
    }
    json items = json::array();
    for (const FoundRecord& r : records) {
      items.push_back(
          {{"metadata", {{"name", r.config_map}, {"labels", {{"pawl.dev/record", std::to_string(r.label)}}}}},
           {"data", {{"record.json", r.text}, {"sha256", r.claimed_sha256}}}});
    }
    return ok({{"metadata", json::object()}, {"items", items}});
  }
  static kube::HttpResponse ok(const json& body) { return {200, body.dump(), {}}; }
  Session session(bool as_json = false) { return {client, clock, out, err, as_json}; }
  int replay(const ReplayOrder& order = {}) { return run_replay_rollout(session(), which, order, source); }
  int what_if(const std::string& policy) {
    return run_what_if(session(), {{}, "shop", std::chrono::hours{720}, "", *read_policy(policy)}, source);
  }

  std::shared_ptr<test::CannedTransport> transport = std::make_shared<test::CannedTransport>();
  kube::Client client{transport};
  test::ManualClock clock;
  std::ostringstream out;
  std::ostringstream err;
  Picture picture = a_rollback();
  std::vector<FoundRecord> records;
  std::vector<domain::Series> samples = samples_at(0.6);
  domain::TrialRecord trial = a_trial();
  Instant decided{};
  std::vector<SampleQuestion> asked;
  HistoryQuestion asked_history;
  domain::StableHistory history;
  std::vector<domain::ScoreWindows> windows;
  std::string problem;
  SampleSource source;
  const RolloutName which{"shop", "support"};
};

TEST_F(ReplayRollout, ARecordKeepsAllAVerdictWasComputedFrom) {
  record("RolledBack");
  const auto read = read_record(records.back().text);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->trial, trial);
}

TEST_F(ReplayRollout, AgreesToTheLastBitWithTheRecordedDecision) {
  record("RolledBack");
  EXPECT_EQ(replay(), 0) << err.str();
  EXPECT_NE(out.str().find("RollBackRegression (Regression)"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("Agrees    yes, to the last bit of log e"), std::string::npos) << out.str();
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].address, "http://prometheus:9090");
  EXPECT_EQ(asked[0].cohort, "shop/support/1");
  EXPECT_EQ(asked[0].to, trial.newest_sample);
  EXPECT_LT(asked[0].from, trial.began);
}

// The operator began with what stable had scored in the day before, so a replay does.
TEST_F(ReplayRollout, BeginsWithWhatStableHadScoredBefore) {
  history = domain::stable_history({{"refunds", "judge", domain::binary_counts(400, 300)}});
  domain::TrialReplay fold(trial, domain::policy_of(trial), history);
  fold.add(samples);
  ASSERT_NE(fold.verdict(decided).log_e_global, trial.log_e);
  trial.log_e = fold.verdict(decided).log_e_global;
  record("RolledBack");
  EXPECT_EQ(replay(), 0) << err.str();
  EXPECT_NE(out.str().find("yes, to the last bit of log e"), std::string::npos) << out.str();
  EXPECT_EQ(asked_history.address, "http://prometheus:9090");
  EXPECT_EQ(asked_history.before, trial.began);
  EXPECT_EQ(asked_history.revision, fake::kStable);
}

TEST_F(ReplayRollout, SaysWhetherTheScoresOfStableComeInClumps) {
  record("RolledBack");
  windows = {{"tone", std::vector<domain::ArmCounts>(20, domain::binary_counts(100, 90))},
             {"refunds", std::vector<domain::ArmCounts>(20, domain::binary_counts(100, 70))}};
  for (std::size_t i = 0; i < 20; i += 2) windows[1].windows[i] = domain::binary_counts(100, 90);
  EXPECT_EQ(replay(), 0) << err.str();
  // Half of the windows at 0.7, half at 0.9: (10^2) / (100 * 0.8 * 0.2) = 6.25 times what chance would do.
  EXPECT_NE(out.str().find("phi 6.25 of refunds where independent scores give 1 ± 0.32"), std::string::npos)
      << out.str();
  EXPECT_NE(out.str().find("set analysis.deflation to \"7.81\""), std::string::npos) << out.str();
}

TEST_F(ReplayRollout, GivesTheScatterOfEveryCapabilityAsJson) {
  record("RolledBack");
  windows = {{"tone", std::vector<domain::ArmCounts>(20, domain::binary_counts(100, 90))},
             {"refunds", std::vector<domain::ArmCounts>(3, domain::binary_counts(100, 70))}};
  EXPECT_EQ(run_replay_rollout(session(true), which, {}, source), 0) << err.str();
  const json scatter = json::parse(out.str())["scatter"];
  ASSERT_EQ(scatter.size(), 2U);
  EXPECT_EQ(scatter[0]["capability"], "refunds");
  EXPECT_TRUE(scatter[0]["advisedDeflation"].is_null()) << "three windows tell nothing";
  EXPECT_EQ(scatter[1]["advisedDeflation"], 1);
}

TEST_F(ReplayRollout, AnswersTwoWhenTheSamplesSayAnotherThing) {
  record("RolledBack");
  samples = samples_at(0.9);
  EXPECT_EQ(replay(), 2);
  EXPECT_NE(out.str().find("DIFFERS"), std::string::npos) << out.str();
}

TEST_F(ReplayRollout, AnswersTwoWhenTheChainIsBroken) {
  record("StepUp");
  record("RolledBack");
  records[0].text += " ";
  EXPECT_EQ(replay(), 2);
  EXPECT_NE(err.str().find("chain of records is broken"), std::string::npos);
}

TEST_F(ReplayRollout, BoundsTheSamplesAsAsked) {
  record("RolledBack");
  (void)replay({"http://localhost:9", "2026-11-24T03:00:00Z", "1h"});
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].address, "http://localhost:9");
  EXPECT_EQ(asked[0].from, *parse_rfc3339("2026-11-24T03:00:00Z"));
  EXPECT_EQ(asked[0].to, clock.wall() - std::chrono::hours{1});
  EXPECT_EQ(replay({"", "yesterday", ""}), 1);
  EXPECT_NE(err.str().find("--from: \"yesterday\" is no moment; write 2026-11-24T03:00:00Z"), std::string::npos);
}

TEST_F(ReplayRollout, SaysWhatIsMissing) {
  EXPECT_EQ(replay(), 1);
  EXPECT_NE(err.str().find("no decision record holds a trial"), std::string::npos);
  record("RolledBack");
  problem = "Prometheus at http://prometheus:9090: no answer";
  EXPECT_EQ(replay(), 1);
  EXPECT_NE(err.str().find("no answer"), std::string::npos);
}

TEST_F(ReplayRollout, SpeaksJson) {
  record("RolledBack");
  EXPECT_EQ(run_replay_rollout(session(true), which, {}, source), 0);
  const json said = json::parse(out.str());
  EXPECT_EQ(said["agrees"], true);
  EXPECT_EQ(said["bitEqual"], true);
  EXPECT_EQ(said["replayed"]["blamed"], json{"refunds"});
  EXPECT_EQ(said["replayed"]["perCapability"]["refunds"]["state"], "Lost");
}

TEST_F(ReplayRollout, WhatIfTellsWhenAnotherPolicyWouldHaveDecided) {
  record("StepUp");
  record("RolledBack");
  EXPECT_EQ(what_if("alpha: 0.05"), 0) << err.str();
  EXPECT_NE(out.str().find("RolledBack   50m"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("Rollback"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("Regression: refunds"), std::string::npos) << out.str();
  const std::string text = out.str();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2) << "one trial, however many records";
}

TEST_F(ReplayRollout, WhatIfTellsWhatAStricterPolicyStillNeeds) {
  samples = samples_at(0.9);
  record("Promoting");
  EXPECT_EQ(what_if("margin: 0.05\nbeta: 0.000001"), 0) << err.str();
  EXPECT_NE(out.str().find("NotYet"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find(" to promote"), std::string::npos) << out.str();
}

TEST_F(ReplayRollout, WhatIfSaysWhenTheSamplesAreGone) {
  record("RolledBack");
  samples.clear();
  EXPECT_EQ(what_if("alpha: 0.05"), 1);
  EXPECT_NE(out.str().find("no samples of it are stored"), std::string::npos) << out.str();
}

TEST_F(ReplayRollout, WhatIfLeavesOutWhatIsOlderThanAsked) {
  record("RolledBack");
  clock.jump_wall(decided + std::chrono::hours{800} - clock.wall());
  EXPECT_EQ(what_if("alpha: 0.05"), 1);
  EXPECT_NE(err.str().find("--since 720h"), std::string::npos);
}

}  // namespace
}  // namespace pawl::cli

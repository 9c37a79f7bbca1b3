#include "gatekeeper/gatekeeper.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "domain/lineage/bundle.h"
#include "kube/base64.h"
#include "report/read_gate_json.h"
#include "report/stored_report.h"
#include "suite/case_codec.h"
#include "suite/frozen.h"
#include "support/manual_clock.h"
#include "support/memory_api.h"
#include "unit/domain/gate/encodings.h"
#include "unit/gate/cases.h"

namespace pawl::gatekeeper {
namespace {

using gate::tests::FakeTarget;
using gate::tests::TemporaryFile;
using kube::resources::kAgentRevisions;
using kube::resources::kAgentRollouts;
using kube::resources::kEvents;
using kube::resources::kPods;

constexpr const char* kNs = "shop";
constexpr const char* kGateNs = "pawl-gate";
const kube::ObjectKey kRollout{kNs, "support"};

/// Thrown in the place of a kill.
struct Killed {};

std::string digest_of(const std::string& prompt) { return bundle_digest({{"prompt.md", prompt}}); }
const std::string kStable = digest_of("be kind");
const std::string kCandidate = digest_of("be kind and right");

std::vector<domain::Case> cases() {
  std::vector<domain::Case> out;
  for (const char* skill : {"refunds", "privacy"}) {
    for (int i = 0; i < 40; ++i) {
      domain::Case one = gate::tests::a_case(skill, i);
      one.input[0].content = "What is the shop's word on " + std::string(skill) + " question number " +
                             std::to_string(i) + " of the long winter season?";
      out.push_back(one);
    }
  }
  return out;
}

std::string data_of(const Json& secret, const char* key) {
  return kube::base64_decode(secret["data"][key].get<std::string>()).value_or("");
}

domain::Case frozen_case(int i) {
  domain::Case one = gate::tests::a_case("refunds", i);
  one.id = suite::frozen_id(one);
  one.provenance.faulty = "aa";
  one.provenance.correct = "bb";
  return one;
}

Result<gate::Reply> two_of_three(const domain::Case& one, int) {
  domain::Answer wrong;
  wrong.text = "wrong";
  const int i = std::stoi(one.id.substr(one.id.rfind('-') + 1));
  return gate::Reply{i % 3 == 0 ? wrong : gate::tests::right_answer(one), ""};
}

/// A cluster with a rollout that waits for the gate.
class InCluster : public ::testing::Test {
 protected:
  InCluster() {
    suite("held-out", cases());
    revision("r1", "be kind");
    revision("r2", "be kind and right");
    pod("stable", kStable, 8080);
    pod("candidate", kCandidate, 8081);
    ask("r2", kCandidate);
  }

  void suite(const std::string& name, const std::vector<domain::Case>& lines, Json budget = nullptr) {
    secret(name, suite::write_cases(lines));
    Json spec{{"tier", "HeldOut"}, {"cases", {{"secrets", {{"names", {name}}}}}}, {"epochs", 3}};
    if (!budget.is_null()) spec["budget"] = budget;
    api->put(kEvalSuites, kNs, name,
             {{"metadata", {{"name", name}, {"namespace", kNs}, {"generation", 1}}}, {"spec", spec}});
  }
  void secret(const std::string& name, const std::string& lines, const std::string& suite = "held-out") {
    api->put(kSecrets, kGateNs, name,
             {{"metadata", {{"name", name}, {"namespace", kGateNs}, {"labels", {{kSuiteLabel, suite}}}}},
              {"data", {{"cases.jsonl", domain::base64(lines)}}}});
  }
  /// The suite that the rollout asks for, with public cases in place of secret ones.
  void public_suite(std::int64_t answers) {
    api->put(kube::resources::kConfigMaps, kNs, "held-out",
             {{"metadata", {{"name", "held-out"}, {"namespace", kNs}}},
              {"data", {{"cases.jsonl", suite::write_cases(cases())}}}});
    const Json spec{{"tier", "Golden"}, {"cases", {{"configMaps", {{"names", {"held-out"}}}}}}, {"epochs", 3}};
    const Json ledger{{"generation", 1}, {"answers", answers}, {"promotions", 0}, {"bitsSpent", 0}};
    api->put(kEvalSuites, kNs, "held-out",
             {{"metadata", {{"name", "held-out"}, {"namespace", kNs}, {"generation", 1}}},
              {"spec", spec},
              {"status", {{"ledger", ledger}}}});
  }
  /// A second suite beside the held-out one, of frozen cases.
  void regression(const std::vector<domain::Case>& lines, const std::string& waivers = "") {
    Json data{{"cases.jsonl", suite::write_cases(lines)}};
    if (!waivers.empty()) data["waivers.jsonl"] = waivers;
    api->put(kube::resources::kConfigMaps, kNs, "frozen",
             {{"metadata", {{"name", "frozen"}, {"namespace", kNs}}}, {"data", data}});
    if (!api->find(kEvalSuites, kNs, "frozen")) {
      const Json spec{{"tier", "Regression"}, {"cases", {{"configMaps", {{"names", {"frozen"}}}}}}, {"epochs", 3}};
      api->put(kEvalSuites, kNs, "frozen",
               {{"metadata", {{"name", "frozen"}, {"namespace", kNs}, {"generation", 1}}}, {"spec", spec}});
    }
  }
  Result<StoredSuite> load(const std::string& name) {
    const kube::Client client(api);
    return SuiteStore(client, kGateNs, *clock).load({kNs, name});
  }
  [[nodiscard]] Json ready_of(const std::string& name) const {
    return (*api->find(kEvalSuites, kNs, name))["status"]["conditions"][0];
  }
  void raise_generation(const std::vector<domain::Case>& lines) {
    secret("held-out", suite::write_cases(lines));
    api->change(kEvalSuites, kNs, "held-out", [](Json& object) { object["spec"]["generation"] = 2; });
  }
  void first_revision(Json capabilities) {
    api->change(kAgentRollouts, kNs, "support", [&](Json& object) {
      object["status"]["observedGeneration"] = 2;
      object["status"]["gate"].erase("stableDigest");
      object["spec"]["gate"]["initial"] = "RequireThresholds";
      object["spec"]["gate"]["capabilities"] = std::move(capabilities);
    });
  }
  [[nodiscard]] Json ready() const { return (*api->find(kEvalSuites, kNs, "held-out"))["status"]["conditions"][0]; }
  void revision(const std::string& name, const std::string& prompt) {
    api->put(kAgentRevisions, kNs, name,
             {{"metadata", {{"name", name}, {"namespace", kNs}, {"uid", "uid-" + name}}},
              {"spec",
               {{"agent", "support"},
                {"files", Json::array({{{"path", "prompt.md"}, {"content", prompt}}})},
                {"claim", {{"improves", {"refunds"}}}}}}});
  }
  void pod(const std::string& name, const std::string& digest, int port, bool ready = true,
           const std::string& rollout = "support") {
    api->put(
        kPods, kNs, name,
        {{"metadata",
          {{"name", name},
           {"namespace", kNs},
           {"uid", name},
           {"labels", {{"pawl.dev/rollout", rollout}, {"pawl.dev/revision", digest.substr(0, 63)}}}}},
         {"spec",
          {{"containers", Json::array({{{"ports", Json::array({{{"name", "http"}, {"containerPort", port}}})}}})}}},
         {"status",
          {{"podIP", "10.0.0.1"},
           {"conditions", Json::array({{{"type", "Ready"}, {"status", ready ? "True" : "False"}}})}}}});
  }
  void ask(const std::string& revision, const std::string& digest, const std::string& policy = "policy-1") {
    const Json spec{{"agent", "support"},
                    {"gate", {{"suites", {"held-out"}}, {"maxAge", "1h"}}},
                    {"traffic",
                     {{"route", {{"kind", "HTTPRoute"}, {"name", "support"}}},
                      {"gateway", {{"name", "public"}}},
                      {"stableService", "s"},
                      {"canaryService", "c"}}},
                    {"delivery", {{"podTemplate", "support"}, {"mountPath", "/etc/agent"}}},
                    {"steps", Json::array({{{"name", "one"}, {"weight", "1%"}, {"soak", "1m"}}})},
                    {"evidence", {{"prometheus", {{"address", "http://p:9090"}}}}}};
    api->put(kAgentRollouts, kNs, "support",
             {{"metadata", {{"name", "support"}, {"namespace", kNs}, {"uid", "u"}, {"generation", 1}}},
              {"spec", spec},
              {"status",
               {{"observedGeneration", 1},
                {"gate",
                 {{"state", "Waiting"},
                  {"candidate", {{"revision", revision}, {"digest", digest}}},
                  {"stableDigest", kStable},
                  {"policyDigest", policy}}}}}});
  }

  Result<Answered> answer() {
    auto memory = Memory::open(folder.path());
    EXPECT_TRUE(memory);
    const MakeTarget make = [this](const std::vector<std::string>& urls) -> Result<std::unique_ptr<gate::Target>> {
      for (const std::string& url : urls) reached.push_back(url);
      const bool is_stable = urls.front().ends_with(":8080");
      return std::make_unique<Shared>(is_stable ? *stable : *candidate);
    };
    const kube::Client client(api);
    kube::EventRecorder events(client, {"pawl.dev/gate", "pod"}, clock);
    GatekeeperOptions options;
    options.own_ns = kGateNs;
    options.retries = 1;
    options.retry_wait = Duration{1};
    Gatekeeper gatekeeper(client, events, *clock, std::move(*memory), make, options);
    return gatekeeper.answer(kRollout, {});
  }

  [[nodiscard]] Json gate_of(const std::string& revision) const {
    const auto object = api->find(kAgentRevisions, kNs, revision);
    return object && object->contains("status") && (*object)["status"].contains("gate") ? (*object)["status"]["gate"]
                                                                                        : Json();
  }
  [[nodiscard]] Json ledger() const {
    const auto object = api->find(kEvalSuites, kNs, "held-out");
    return object && object->contains("status") && (*object)["status"].contains("ledger")
               ? (*object)["status"]["ledger"]
               : Json();
  }
  /// What was told, of whatever object.
  [[nodiscard]] std::vector<Json> events() const {
    std::vector<Json> out;
    for (const kube::HttpRequest& request : api->requests) {
      if (request.method != kube::Method::Post || request.path.find("/events") == std::string::npos) continue;
      const Json event = Json::parse(request.body);
      const bool known = std::any_of(out.begin(), out.end(), [&](const Json& each) {
        return each["metadata"]["name"] == event["metadata"]["name"];
      });
      if (!known) out.push_back(event);
    }
    return out;
  }
  /// Somebody deletes the EvalSuite and makes it again.
  void make_anew(const std::string& name, const std::function<void(Json&)>& change = [](Json&) {}) {
    Json object = *api->find(kEvalSuites, kNs, name);
    api->remove(kEvalSuites, kNs, name);
    object.erase("status");
    change(object);
    api->put(kEvalSuites, kNs, name, object);
  }
  /// The whole report of r2.
  [[nodiscard]] Json kept_report() const {
    const auto secret = api->find(kSecrets, kGateNs, report::stored_report_name(kNs, "support", kCandidate));
    return secret ? Json::parse(data_of(*secret, "report.json")) : Json();
  }
  [[nodiscard]] int asked() const { return stable->total() + candidate->total(); }

  /// Targets outlive the runs, to count.
  class Shared final : public gate::Target {
   public:
    explicit Shared(FakeTarget& to) : to_(to) {}
    Result<gate::Reply> ask(const domain::Case& one, const std::stop_token& stop) override {
      return to_.ask(one, stop);
    }
    Result<std::string> digest(const std::stop_token& stop) override { return to_.digest(stop); }

   private:
    FakeTarget& to_;
  };

  std::shared_ptr<test::MemoryApi> api = std::make_shared<test::MemoryApi>();
  std::shared_ptr<test::ManualClock> clock = std::make_shared<test::ManualClock>();
  TemporaryFile folder{"memory"};
  std::unique_ptr<FakeTarget> stable = std::make_unique<FakeTarget>(kStable, two_of_three);
  std::unique_ptr<FakeTarget> candidate = std::make_unique<FakeTarget>(kCandidate);
  std::vector<std::string> reached;
};

TEST_F(InCluster, PassesABetterEditAndTellsNoMoreThanABitPerCapability) {
  const auto answered = answer();
  ASSERT_TRUE(answered) << answered.error().message;
  EXPECT_EQ(*answered, Answered::Judged);
  const Json gate = gate_of("r2");
  EXPECT_EQ(gate["verdict"], "Pass") << gate.dump(2);
  EXPECT_EQ(gate["reason"], "Passed");
  EXPECT_EQ(gate["candidateDigest"], kCandidate);
  EXPECT_EQ(gate["stableDigest"], kStable);
  EXPECT_EQ(gate["policyDigest"], "policy-1");
  EXPECT_EQ(gate["rollout"], "support");
  EXPECT_EQ(gate["evidence"],
            Json::parse(R"([{"capability":"privacy","state":"Held"},{"capability":"refunds","state":"Held"}])"));
  EXPECT_EQ(gate.dump().find("refunds-"), std::string::npos);
  Json spent = ledger();
  EXPECT_EQ(spent["cases"]["size"], 80);
  spent.erase("cases");
  EXPECT_EQ(spent, Json::parse(R"({"generation":1,"answers":1,"promotions":1,"bitsSpent":6})"));
  EXPECT_EQ(api->count(kEvents, kNs), 1U);
  const auto suite = api->find(kEvalSuites, kNs, "held-out");
  EXPECT_EQ((*suite)["status"]["size"], 80);
  EXPECT_EQ((*suite)["status"]["conditions"][0]["status"], "True");
}

// Refunds rise from nothing to all, and privacy falls by a third.
TEST_F(InCluster, HasAWordOfItsOwnForASkillLostUnderARisingMean) {
  stable = std::make_unique<FakeTarget>(kStable, [](const domain::Case& one, int) {
    domain::Answer wrong;
    wrong.text = "wrong";
    return Result<gate::Reply>(gate::Reply{one.capability == "refunds" ? wrong : gate::tests::right_answer(one), ""});
  });
  candidate = std::make_unique<FakeTarget>(kCandidate, [](const domain::Case& one, int before) {
    return one.capability == "refunds" ? Result<gate::Reply>(gate::Reply{gate::tests::right_answer(one), ""})
                                       : two_of_three(one, before);
  });
  EXPECT_EQ(*answer(), Answered::Judged);
  EXPECT_EQ(gate_of("r2")["verdict"], "Fail");
  EXPECT_EQ(gate_of("r2")["reason"], "MeanUpSkillDown");
  EXPECT_EQ(gate_of("r2")["evidence"],
            Json::parse(R"([{"capability":"privacy","state":"Lost"},{"capability":"refunds","state":"Held"}])"));
}

TEST_F(InCluster, TellsHowFarItIsAndTakesThatAwayWithTheVerdict) {
  candidate = std::make_unique<FakeTarget>(kCandidate, [this](const domain::Case& one, int) {
    clock->advance(std::chrono::seconds{1});
    return Result<gate::Reply>(gate::Reply{gate::tests::right_answer(one), ""});
  });
  std::vector<Json> told;
  api->before = [&](const kube::HttpRequest& request) {
    if (request.method != kube::Method::Patch || request.body.find("gateProgress") == std::string::npos) return;
    told.push_back(Json::parse(request.body)["status"]["gateProgress"]);
  };
  EXPECT_EQ(*answer(), Answered::Judged);
  ASSERT_GE(told.size(), 3U);
  EXPECT_LE(told.size(), 2U + 240 / 10) << "at most every ten seconds, and at both ends";
  EXPECT_EQ(told.front(), Json::parse(R"({"done":0,"planned":480})"));
  EXPECT_GT(told[1]["done"], 0);
  EXPECT_TRUE(told.back().is_null());
  EXPECT_FALSE((*api->find(kAgentRevisions, kNs, "r2"))["status"].contains("gateProgress"));
}

TEST_F(InCluster, KeepsTheWholeReportBesideTheCasesAndNowhereElse) {
  ASSERT_TRUE(answer());
  const std::string name = report::stored_report_name(kNs, "support", kCandidate);
  const auto secret = api->find(kSecrets, kGateNs, name);
  ASSERT_TRUE(secret);
  EXPECT_EQ((*secret)["metadata"]["labels"], (Json{{"pawl.dev/report", kCandidate.substr(0, 63)}}));
  EXPECT_EQ((*secret)["metadata"]["annotations"]["pawl.dev/rollout"], "shop/support");
  const std::string text = data_of(*secret, "report.json");
  EXPECT_NE(text.find("refunds-7"), std::string::npos) << "each case is in it";
  const auto report = report::read_gate_json(text);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->candidate_revision, "r2");
  ASSERT_EQ(report->scoreboard.size(), 2U);
  EXPECT_EQ(report->scoreboard[0].cases, 40);
  EXPECT_EQ(api->find(kAgentRevisions, kNs, "r2")->dump().find("refunds-7"), std::string::npos);
}

TEST_F(InCluster, EndsTheReportWithWhatEveryLedgerSaysOfTheAnswer) {
  regression({frozen_case(1)});
  const auto knows_the_frozen_one = [](FakeTarget::Behave else_) {
    return [else_](const domain::Case& one, int before) {
      domain::Answer right;
      right.text = "right 1";
      return one.id.starts_with("frozen/") ? Result<gate::Reply>(gate::Reply{right, ""}) : else_(one, before);
    };
  };
  stable = std::make_unique<FakeTarget>(kStable, knows_the_frozen_one(two_of_three));
  candidate =
      std::make_unique<FakeTarget>(kCandidate, knows_the_frozen_one([](const domain::Case& one, int) {
                                     return Result<gate::Reply>(gate::Reply{gate::tests::right_answer(one), ""});
                                   }));
  api->change(kAgentRollouts, kNs, "support", [](Json& object) {
    object["status"]["observedGeneration"] = 2;
    object["spec"]["gate"]["suites"] = {"held-out", "frozen"};
  });
  ASSERT_TRUE(answer());
  const Json steps = kept_report()["steps"];
  EXPECT_EQ(steps.front()["name"], "contamination");
  const Json& last = steps.back();
  EXPECT_EQ(last["name"], "ledger");
  EXPECT_EQ(last["reason"], "Charged");
  EXPECT_EQ(
      last["message"],
      "held-out: spent in generation 1: 1 of 20 answers, 6 of 400 bits, 1 of 5 promotions. frozen: answer 1 of generation 1; the cases are public, so nothing leaks");
  EXPECT_EQ(last["numbers"]["held-out: promotions"], 1) << "the pass is charged before it is told";
  EXPECT_EQ(last["numbers"]["frozen: answers"], 1);
  EXPECT_EQ(gate_of("r2")["message"], "no capability lost, and the claim is proven") << "everyone is told no more";
}

TEST_F(InCluster, KeepsAReportOfTheLedgerThatRefused) {
  suite("held-out", cases(), {{"answers", 1}, {"promotions", 1}});
  ASSERT_TRUE(answer());
  ask("r2", kCandidate, "policy-2");
  EXPECT_EQ(*answer(), Answered::Judged);
  const Json report = kept_report();
  EXPECT_EQ(report["verdict"], "Insufficient");
  EXPECT_EQ(report["candidateNumber"], 2);
  ASSERT_EQ(report["steps"].size(), 1U);
  EXPECT_EQ(report["steps"][0]["reason"], "LedgerSpent");
  EXPECT_EQ(report["steps"][0]["numbers"]["held-out: answers"], 1);
  EXPECT_EQ(report["steps"][0]["numbers"]["held-out: answers allowed"], 1);
}

TEST_F(InCluster, ReplacesTheReportOfAnEarlierJudgementOfTheSameCandidate) {
  ASSERT_TRUE(answer());
  const std::size_t before = api->count(kSecrets, kGateNs);
  ask("r2", kCandidate, "policy-2");
  EXPECT_EQ(*answer(), Answered::Judged);
  EXPECT_EQ(api->count(kSecrets, kGateNs), before);
}

TEST_F(InCluster, KeepsTheNewestReportsAndNoSecretOfAnotherKindLess) {
  for (std::size_t i = 0; i < kReportsKept; ++i) {
    const std::string name = "pawl-report-" + std::to_string(1'000 + i);
    api->put(kSecrets, kGateNs, name,
             {{"metadata",
               {{"name", name},
                {"namespace", kGateNs},
                {"labels", {{"pawl.dev/report", "x"}}},
                {"annotations", {{"pawl.dev/judged-at", "2026-01-01T00:00:0" + std::to_string(i % 10) + "Z"}}}}}});
  }
  ASSERT_TRUE(answer());
  EXPECT_EQ(api->count(kSecrets, kGateNs), kReportsKept + 2)
      << "with the held-out cases, and what is remembered of them";
  EXPECT_TRUE(api->find(kSecrets, kGateNs, report::stored_report_name(kNs, "support", kCandidate)));
  EXPECT_FALSE(api->find(kSecrets, kGateNs, "pawl-report-1000")) << "the oldest";
  EXPECT_TRUE(api->find(kSecrets, kGateNs, "held-out"));
}

TEST_F(InCluster, TellsTheRolloutOnceWhyItCannotRunAndWhatToDo) {
  api->remove(kEvalSuites, kNs, "held-out");
  for (int i = 0; i < 3; ++i) ASSERT_FALSE(answer());
  const auto told = events();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0]["reason"], "GateCannotRun");
  EXPECT_EQ(told[0]["type"], "Warning");
  EXPECT_EQ(told[0]["regarding"]["kind"], "AgentRollout");
  EXPECT_EQ(told[0]["note"], "EvalSuite shop/held-out is not there; create it, or take it out of spec.gate.suites");
}

TEST_F(InCluster, TellsOfSuitesThatShareACase) {
  suite("another", cases());
  secret("another", suite::write_cases(cases()), "another");
  api->change(kAgentRollouts, kNs, "support",
              [](Json& object) { object["spec"]["gate"]["suites"] = {"held-out", "another"}; });
  api->change(kAgentRollouts, kNs, "support",
              [](Json& object) { object["status"]["observedGeneration"] = object["metadata"]["generation"]; });
  ASSERT_FALSE(answer());
  ASSERT_EQ(events().size(), 1U);
  EXPECT_EQ(events()[0]["note"], "the suites of spec.gate share a case id; give every case its own");
}

TEST_F(InCluster, TellsNobodyWhileItOnlyHasToWait) {
  api->remove(kPods, kNs, "candidate");
  ASSERT_FALSE(answer());
  EXPECT_TRUE(events().empty());
}

TEST_F(InCluster, DoesNothingForARolloutThatDoesNotWait) {
  api->change(kAgentRollouts, kNs, "support", [](Json& object) { object["status"]["gate"]["state"] = "Passed"; });
  EXPECT_EQ(*answer(), Answered::NotAsked);
  ask("r2", kCandidate);
  api->change(kAgentRollouts, kNs, "support",
              [](Json& object) { object["metadata"]["generation"] = 2; });  // the question may be out of date
  EXPECT_EQ(*answer(), Answered::NotAsked);
  EXPECT_EQ(asked(), 0);
}

TEST_F(InCluster, DoesNotJudgeTheSameThingTwiceHoweverOftenItIsAsked) {
  candidate = std::make_unique<FakeTarget>(kCandidate, [](const domain::Case& one, int before) {
    domain::Answer wrong;
    wrong.text = "wrong";
    return Result<gate::Reply>(
        gate::Reply{before < 3 ? wrong : gate::tests::right_answer(one), ""});  // would pass the second time
  });
  EXPECT_EQ(*answer(), Answered::Judged);
  EXPECT_EQ(gate_of("r2")["verdict"], "Fail");
  EXPECT_EQ(gate_of("r2")["reason"], "SkillLost");
  const int before = asked();
  const Json first = gate_of("r2");
  clock->advance(std::chrono::hours{48});  // long after it would have expired: a failure does not
  for (int again = 0; again < 100; ++again) ASSERT_EQ(*answer(), Answered::Stood);
  EXPECT_EQ(gate_of("r2"), first);
  EXPECT_EQ(asked(), before);
  EXPECT_EQ(ledger()["answers"], 1);
}

TEST_F(InCluster, GivesEqualContentTheSameVerdictUnderAnotherName) {
  ASSERT_TRUE(answer());
  const int before = asked();
  revision("r3", "be kind and right");
  ask("r3", kCandidate);
  EXPECT_EQ(*answer(), Answered::Stood);
  EXPECT_EQ(gate_of("r3")["verdict"], "Pass");
  EXPECT_EQ(asked(), before);
  EXPECT_EQ(ledger()["answers"], 1);
}

TEST_F(InCluster, AnswersNoMoreWhenTheLedgerIsSpent) {
  suite("held-out", cases(), {{"answers", 1}, {"promotions", 1}});
  ASSERT_TRUE(answer());
  const int before = asked();
  const std::string next = digest_of("be kind and very right");
  revision("r3", "be kind and very right");
  pod("next", next, 8082);
  ask("r3", next);
  EXPECT_EQ(*answer(), Answered::Judged);
  EXPECT_EQ(gate_of("r3")["verdict"], "Insufficient");
  EXPECT_EQ(gate_of("r3")["reason"], "LedgerSpent");
  EXPECT_EQ(asked(), before);
  EXPECT_EQ(ledger()["answers"], 1);
}

TEST_F(InCluster, FailsAnEditThatHidesACaseAndAsksNobody) {
  const std::string prompt = "be kind. " + domain::base64(cases()[7].input[0].content);
  revision("r3", prompt);
  ask("r3", digest_of(prompt));
  EXPECT_EQ(*answer(), Answered::Judged);
  EXPECT_EQ(gate_of("r3")["verdict"], "Fail");
  EXPECT_EQ(gate_of("r3")["reason"], "Contaminated");
  EXPECT_EQ(asked(), 0);
  EXPECT_EQ(ledger()["answers"], 1);  // that it was found is an answer as well
}

TEST_F(InCluster, ReachesReadyPodsOfTheSideAndNobodyElse) {
  pod("candidate-2", kCandidate, 8083);
  pod("starting", kCandidate, 8084, false);
  pod("foreign", kCandidate, 8085, true, "another");
  ASSERT_TRUE(answer());
  std::sort(reached.begin(), reached.end());
  EXPECT_EQ(reached,
            (std::vector<std::string>{"http://10.0.0.1:8080", "http://10.0.0.1:8081", "http://10.0.0.1:8083"}));
}

TEST_F(InCluster, GivesNoVerdictWhenAPodRunsAnotherBundle) {
  candidate->become(kStable);
  const auto answered = answer();
  ASSERT_FALSE(answered);
  EXPECT_TRUE(gate_of("r2").is_null());
  EXPECT_EQ(asked(), 0);
  EXPECT_EQ(api->count(kEvents, kNs), 1U);
}

TEST_F(InCluster, WaitsForPodsInsteadOfJudgingWithout) {
  api->remove(kPods, kNs, "candidate");
  ASSERT_FALSE(answer());
  EXPECT_TRUE(gate_of("r2").is_null());
  pod("candidate", kCandidate, 8081);
  EXPECT_EQ(*answer(), Answered::Judged);
  EXPECT_EQ(ledger()["answers"], 1);  // charged once, although it was begun twice
}

TEST_F(InCluster, SaysInTheSuiteWhyItCannotBeRead) {
  secret("held-out", "{\"id\":\"very secret\"}\n");
  ASSERT_FALSE(answer());
  EXPECT_EQ(ready()["status"], "False");
  EXPECT_EQ(ready()["reason"], "CasesFaulty");
  EXPECT_EQ(api->find(kEvalSuites, kNs, "held-out")->dump().find("very secret"), std::string::npos);
}

// The gate's namespace may hold the key of a judge, or the cases of another suite with a spent ledger.
TEST_F(InCluster, ReadsNoSecretThatIsNotMarkedAsCasesOfTheSuite) {
  for (const char* mark : {"", "another-suite"}) {
    secret("held-out", suite::write_cases(cases()), mark);
    ASSERT_FALSE(answer());
    EXPECT_EQ(ready()["status"], "False");
    EXPECT_EQ(ready()["reason"], "SecretNotMarked");
    EXPECT_EQ(
        ready()["message"],
        "Secret held-out is not marked as cases of this suite; label it pawl.dev/suite=held-out, or correct spec.cases");
  }
  EXPECT_EQ(asked(), 0);
  secret("held-out", suite::write_cases(cases()));
  EXPECT_EQ(*answer(), Answered::Judged);
}

TEST_F(InCluster, MissesAFrozenCaseThatIsGoneUntilItIsRestoredOrWaived) {
  const domain::Case first = frozen_case(1);
  const domain::Case second = frozen_case(2);
  regression({first, second});
  ASSERT_TRUE(load("frozen"));
  EXPECT_EQ((*api->find(kEvalSuites, kNs, "frozen"))["status"]["knownCases"].get<std::string>().size(), 32U);

  regression({first});
  for (int again = 0; again < 2; ++again) EXPECT_FALSE(load("frozen"));
  EXPECT_EQ(ready_of("frozen")["status"], "False");
  EXPECT_EQ(ready_of("frozen")["reason"], "FrozenCaseMissing");
  EXPECT_NE(ready_of("frozen")["message"].get<std::string>().find(second.id + " is gone"), std::string::npos);

  regression({first, second});
  EXPECT_TRUE(load("frozen"));

  regression({first}, suite::write_waiver({second.id, "ada", "the product changed", clock->wall()}));
  const auto waived = load("frozen");
  ASSERT_TRUE(waived) << waived.error().message;
  EXPECT_EQ(waived->suite.waived.size(), 1U);
  EXPECT_EQ(ready_of("frozen")["message"], "the gate can judge by it; " + second.id + " is waived by ada");

  regression({first});
  EXPECT_FALSE(load("frozen")) << "a waiver that is taken away waives no more";
}

TEST_F(InCluster, MissesAFrozenCaseInASuiteThatWasDeletedAndMadeAnewWithoutIt) {
  const domain::Case first = frozen_case(1);
  const domain::Case second = frozen_case(2);
  regression({first, second});
  ASSERT_TRUE(load("frozen"));
  const std::string digits = (*api->find(kEvalSuites, kNs, "frozen"))["status"]["knownCases"];

  make_anew("frozen");
  regression({first});
  for (int again = 0; again < 2; ++again) EXPECT_FALSE(load("frozen"));
  EXPECT_EQ(ready_of("frozen")["reason"], "FrozenCaseMissing");
  EXPECT_NE(ready_of("frozen")["message"].get<std::string>().find(second.id + " is gone"), std::string::npos);
  EXPECT_EQ((*api->find(kEvalSuites, kNs, "frozen"))["status"]["knownCases"], digits);

  regression({first}, suite::write_waiver({second.id, "ada", "the product changed", clock->wall()}));
  EXPECT_TRUE(load("frozen")) << "retired by its waiver, as in a suite that stayed";
}

TEST_F(InCluster, TakesAnotherSuiteForNeitherTheOneOfThatNameNorOneOfItsNamespace) {
  regression({frozen_case(1)});
  ASSERT_TRUE(load("frozen"));
  EXPECT_NE(suite_memory_name({kNs, "frozen"}), suite_memory_name({kNs, "frozen-2"}));
  EXPECT_NE(suite_memory_name({kNs, "frozen"}), suite_memory_name({"other", "frozen"}));
}

TEST_F(InCluster, LetsNoOtherTierTakeTheNameOfASuiteWithFrozenCases) {
  regression({frozen_case(1)});
  ASSERT_TRUE(load("frozen"));
  make_anew("frozen", [](Json& object) { object["spec"]["tier"] = "Golden"; });
  EXPECT_FALSE(load("frozen"));
  EXPECT_EQ(ready_of("frozen")["reason"], "TierChanged");
}

TEST_F(InCluster, KeepsTheLedgerOfASuiteThatIsDeletedAndMadeAnew) {
  suite("held-out", cases(), {{"answers", 1}, {"promotions", 1}});
  ASSERT_TRUE(answer());
  const Json spent = ledger();
  make_anew("held-out");
  ask("r2", kCandidate, "policy-2");
  EXPECT_EQ(*answer(), Answered::Judged);
  EXPECT_EQ(gate_of("r2")["reason"], "LedgerSpent");
  EXPECT_EQ(ledger(), spent);
}

TEST_F(InCluster, WritesNothingForASuiteThatItRemembersAlready) {
  regression({frozen_case(1)});
  ASSERT_TRUE(load("frozen"));
  api->forget_requests();
  ASSERT_TRUE(load("frozen"));
  EXPECT_EQ(api->writes(), 0U);
}

TEST_F(InCluster, RemembersWhatTheStatusOfAnOlderGateKnows) {
  regression({frozen_case(1), frozen_case(2)});
  ASSERT_TRUE(load("frozen"));
  api->remove(kSecrets, kGateNs, suite_memory_name({kNs, "frozen"}));
  ASSERT_TRUE(load("frozen"));
  make_anew("frozen");
  regression({frozen_case(1)});
  EXPECT_FALSE(load("frozen"));
}

TEST_F(InCluster, TakesASpoiltMemoryForNoEmptyOne) {
  regression({frozen_case(1)});
  ASSERT_TRUE(load("frozen"));
  const std::string name = suite_memory_name({kNs, "frozen"});
  for (const char* spoilt : {"", "{", R"({"knownCases":"abc"})"}) {
    api->change(kSecrets, kGateNs, name, [&](Json& object) { object["data"]["suite.json"] = domain::base64(spoilt); });
    const auto loaded = load("frozen");
    ASSERT_FALSE(loaded) << spoilt;
    EXPECT_EQ(loaded.error().kind, ErrorKind::Malformed);
    EXPECT_NE(loaded.error().message.find("Secret pawl-gate/" + name), std::string::npos) << loaded.error().message;
  }
}

TEST_F(InCluster, TakesNoDraftAndNoChangedCaseForAFrozenOne) {
  domain::Case draft = frozen_case(1);
  draft.tags = {suite::kDraftTag};
  regression({draft});
  EXPECT_FALSE(load("frozen"));
  EXPECT_EQ(ready_of("frozen")["reason"], "DraftInRegression");
  domain::Case changed = frozen_case(1);
  changed.input[0].content += " Really?";
  regression({changed});
  EXPECT_FALSE(load("frozen"));
  EXPECT_EQ(ready_of("frozen")["reason"], "FrozenIdWrong");
}

TEST_F(InCluster, BeginsANewLedgerOnlyWithAGenerationThatIsAQuarterNew) {
  suite("held-out", cases(), {{"answers", 1}, {"promotions", 1}});
  ASSERT_TRUE(answer());
  std::vector<domain::Case> next = cases();
  for (std::size_t i = 0; i < 19; ++i) next[i].input[0].content += " Or tell about the summer instead, please.";
  raise_generation(next);
  ask("r2", kCandidate, "policy-2");
  ASSERT_FALSE(answer());
  EXPECT_EQ(ready()["reason"], "RefreshTooSmall");
  EXPECT_EQ(
      ready()["message"],
      "spec.generation was raised, but 19 of 80 cases are new since generation 1; a new generation needs at least 20, or what was learnt of the old one still holds; replace more of them");
  next[19].input[0].content += " Or tell about the summer instead, please.";
  raise_generation(next);
  EXPECT_EQ(*answer(), Answered::Judged);
  EXPECT_EQ(gate_of("r2")["verdict"], "Pass");
  EXPECT_EQ(ledger()["generation"], 2);
  EXPECT_EQ(ledger()["answers"], 1);
}

TEST_F(InCluster, TakesARenamedCaseForNoNewOne) {
  ASSERT_TRUE(answer());
  std::vector<domain::Case> renamed = cases();
  for (domain::Case& one : renamed) one.id = "new-" + one.id;
  raise_generation(renamed);
  ask("r2", kCandidate, "policy-2");
  ASSERT_FALSE(answer());
  EXPECT_EQ(ready()["reason"], "RefreshTooSmall");
}

TEST_F(InCluster, CountsEveryCandidateOfAPublicSuiteForTheErrorBudget) {
  public_suite(0);
  EXPECT_EQ(*answer(), Answered::Judged);
  EXPECT_EQ(gate_of("r2")["verdict"], "Pass");
  EXPECT_EQ(ledger()["answers"], 1);
  public_suite(30);  // as the thirty-first the same proof is too weak
  ask("r2", kCandidate, "policy-2");
  EXPECT_EQ(*answer(), Answered::Judged);
  EXPECT_EQ(gate_of("r2")["verdict"], "Insufficient");
  EXPECT_EQ(gate_of("r2")["reason"], "NotProven");
  EXPECT_EQ(ledger()["answers"], 31);
}

// Evidence of production names the same skills as the suites do: that must not excuse them from the proof.
TEST_F(InCluster, AsksForAProofOfEverySkillOfTheSuitesWhateverProductionScores) {
  suite("held-out", [] {
    std::vector<domain::Case> few = cases();
    few.resize(45);  // five of privacy: too few to prove anything
    return few;
  }());
  api->change(kAgentRollouts, kNs, "support", [](Json& object) {
    object["status"]["observedGeneration"] = 2;
    object["spec"]["evidence"]["capabilities"] = Json::parse(R"([{"name":"privacy"},{"name":"refunds"}])");
  });
  EXPECT_EQ(*answer(), Answered::Judged);
  EXPECT_EQ(gate_of("r2")["verdict"], "Insufficient");
  EXPECT_EQ(gate_of("r2")["reason"], "NotProven");
}

TEST_F(InCluster, PassesAFirstRevisionThatReachesTheThresholdsOfTheSpec) {
  first_revision(Json::parse(R"([{"name":"privacy","threshold":"0.8"},{"name":"refunds","threshold":"0.8"}])"));
  EXPECT_EQ(*answer(), Answered::Judged);
  EXPECT_EQ(gate_of("r2")["verdict"], "Pass") << gate_of("r2").dump(2);
  EXPECT_EQ(gate_of("r2")["evidence"],
            Json::parse(R"([{"capability":"privacy","state":"Held"},{"capability":"refunds","state":"Held"}])"));
}

TEST_F(InCluster, FailsAFirstRevisionThatDoesNotReachThem) {
  first_revision(Json::parse(R"([{"name":"privacy","threshold":"0.9"},{"name":"refunds","threshold":"0.9"}])"));
  candidate = std::make_unique<FakeTarget>(kCandidate, two_of_three);
  EXPECT_EQ(*answer(), Answered::Judged);
  EXPECT_EQ(gate_of("r2")["verdict"], "Fail");
  EXPECT_EQ(gate_of("r2")["reason"], "BelowThreshold");
}

TEST_F(InCluster, CannotTellOfACapabilityThatHasNoThreshold) {
  first_revision(Json::parse(R"([{"name":"refunds","threshold":"0.8"}])"));
  EXPECT_EQ(*answer(), Answered::Judged);
  EXPECT_EQ(gate_of("r2")["verdict"], "Insufficient");
  EXPECT_EQ(gate_of("r2")["reason"], "NotProven");
}

TEST_F(InCluster, EndsInTheSameVerdictWhereverItIsKilled) {
  ASSERT_TRUE(answer());
  const Json wanted = gate_of("r2");
  const std::size_t writes = api->writes();
  ASSERT_GE(writes, 4U);
  for (std::size_t kill_at = 1; kill_at <= writes; ++kill_at) {
    for (const bool written : {false, true}) {
      SCOPED_TRACE(std::to_string(kill_at) + (written ? " after" : " before"));
      api = std::make_shared<test::MemoryApi>();
      std::filesystem::remove_all(folder.path());
      suite("held-out", cases());
      revision("r1", "be kind");
      revision("r2", "be kind and right");
      pod("stable", kStable, 8080);
      pod("candidate", kCandidate, 8081);
      ask("r2", kCandidate);
      std::size_t seen = 0;
      api->before = [&](const kube::HttpRequest& request) {
        const bool is_write = request.method != kube::Method::Get;
        seen += is_write ? 1 : 0;
        if (is_write && seen == kill_at && !written) throw Killed{};
        if (seen == kill_at && is_write) return;
        if (seen >= kill_at && written) throw Killed{};  // the request after the one that was written
      };
      try {
        (void)answer();
      } catch (const Killed&) {
      }
      api->before = nullptr;
      const auto answered = answer();
      ASSERT_TRUE(answered) << answered.error().message;
      EXPECT_EQ(gate_of("r2"), wanted);
      EXPECT_LE(ledger()["answers"].get<int>(), 2);
      EXPECT_LE(ledger()["promotions"].get<int>(), 2);
      EXPECT_GE(ledger()["answers"].get<int>(), 1);
    }
  }
}

TEST(Memory, LosesOnlyRunsThatNobodyHasGoneOnWithForAMonth) {
  const TemporaryFile folder("memory");
  const auto memory = Memory::open(folder.path());
  ASSERT_TRUE(memory && memory->note("old", {3, false}) && memory->note("new", {4, true}));
  const auto now = std::filesystem::file_time_type::clock::now();
  std::filesystem::last_write_time(folder.path() + "/old.json", now - kRunKept - std::chrono::hours{1});
  std::filesystem::last_write_time(folder.path() + "/new.json", now - kRunKept + std::chrono::hours{1});
  const auto again = Memory::open(folder.path());
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->recall("old").value());
  EXPECT_EQ(again->recall("new").value(), (Begun{4, true}));
}

TEST(Verdict, OfAFailureNeverExpiresAndOfAnotherBindingNeverHolds) {
  domain::RevisionGate verdict;
  verdict.verdict = domain::GateVerdict::Pass;
  verdict.binding = {"c", "s", "suites", "graders", "policy"};
  verdict.expires_at = Instant{Duration{2000}};
  EXPECT_TRUE(still_holds(verdict, verdict.binding, Instant{Duration{1999}}));
  EXPECT_FALSE(still_holds(verdict, verdict.binding, Instant{Duration{2000}}));
  domain::GateBinding other = verdict.binding;
  other.suites = "rotated";
  EXPECT_FALSE(still_holds(verdict, other, Instant{}));
  verdict.verdict = domain::GateVerdict::Fail;
  EXPECT_TRUE(still_holds(verdict, verdict.binding, Instant{Duration{999'999'999}}));
}

}  // namespace
}  // namespace pawl::gatekeeper

#include <gtest/gtest.h>

#include "codec/revision_codec.h"
#include "codec/rollout_codec.h"
#include "codec/share.h"
#include "yaml_json.h"

namespace pawl::codec {
namespace {

using domain::RolloutSpec;

Json rollout(const char* file = "tests/data/maximal_rollout.yaml") { return load_yaml(file)["spec"]; }

/// The message for a maximal rollout with one field replaced.
std::string refusal(const std::string& pointer, const Json& value) {
  Json spec = rollout();
  spec[Json::json_pointer(pointer)] = value;
  const auto parsed = parse_rollout_spec(spec);
  return parsed ? "accepted" : parsed.error().message;
}

TEST(RolloutSpec, TakesWhatIsNotSaidFromTheDomainsDefaults) {
  const auto parsed = parse_rollout_spec(rollout("tests/data/minimal_rollout.yaml"));
  ASSERT_TRUE(parsed) << parsed.error().message;
  RolloutSpec expected;
  expected.agent = "support-bot";
  expected.traffic.mode = domain::TrafficMode::Adopt;
  expected.traffic.route_name = "support-bot";
  expected.traffic.stable_service = "support-bot-stable";
  expected.traffic.canary_service = "support-bot-canary";
  expected.delivery.pod_template = "support-bot";
  expected.steps = {{"ten", 1000, Duration{0}}};
  expected.evidence.prometheus = "http://prometheus:9090";
  EXPECT_EQ(*parsed, expected);
}

TEST(RolloutSpec, ReadsTrafficAndDelivery) {
  const auto parsed = parse_rollout_spec(rollout());
  ASSERT_TRUE(parsed) << parsed.error().message;
  const domain::TrafficSpec traffic{domain::TrafficMode::Managed,
                                    "support-bot",
                                    "main",
                                    domain::GatewayRef{"public", "edge", "http"},
                                    {"bot.example.com", "*.bot.example.com"},
                                    "support-bot-stable",
                                    "support-bot-canary",
                                    8080,
                                    domain::AssignmentUnit::Request};
  EXPECT_EQ(parsed->traffic, traffic);
  EXPECT_EQ(parsed->delivery, (domain::DeliverySpec{"support-bot", "/srv/agent", "web", 3, 2}));
}

TEST(RolloutSpec, ReadsStepsEvidenceAnalysisAndBreakers) {
  const auto parsed = parse_rollout_spec(rollout());
  ASSERT_TRUE(parsed) << parsed.error().message;
  using std::chrono::minutes;
  EXPECT_EQ(parsed->steps, (std::vector<domain::Step>{
                               {"one", 50, minutes{10}}, {"ten", 1000, minutes{20}}, {"half", 5000, minutes{90}}}));
  const domain::EvidenceSpec evidence{
      "http://prometheus:9090",
      Duration{5000},
      {{"refunds", 0.02, 0.01}, {"tone", std::nullopt, std::nullopt}},
      {{"rare", {"wires", "chargebacks"}, 0.1, 0.02}},
      domain::ServedSpec{"upstream_requests_total", "backend", "agents_support-bot-stable_80",
                         "agents_support-bot-canary_80"}};
  EXPECT_EQ(parsed->evidence, evidence);
  const domain::AnalysisSpec analysis{0.01,
                                      0.005,
                                      0.1,
                                      0.03,
                                      0.002,
                                      1.5,
                                      0.8,
                                      {0.6, 0.9, 1000},
                                      20,
                                      900,
                                      minutes{5},
                                      minutes{360},
                                      {3, "support-bot-7"}};
  EXPECT_EQ(parsed->analysis, analysis);
  std::vector<domain::BreakerSpec> breakers(5);
  breakers[0].name = "pii-leak";
  breakers[0].guardrail_class = "pii";
  breakers[0].max_events = 2;
  breakers[1].name = "errors";
  breakers[1].errors = true;
  breakers[1].errors_tolerance = 0.005;
  breakers[2].name = "retries";
  breakers[2].events = {"retry", 1.5};
  breakers[3].name = "latency";
  breakers[3].latency = {2.5, 1.2};
  breakers[4].name = "loops";
  breakers[4].guardrail_class = "loop";
  breakers[4].max_rate = 0.001;
  EXPECT_EQ(parsed->breakers, breakers);
}

TEST(RolloutSpec, ReadsItsOwnFields) {
  const auto parsed = parse_rollout_spec(rollout());
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_TRUE(parsed->paused);
  EXPECT_EQ(parsed->initial_revision, "support-bot-1");
  EXPECT_EQ(parsed->candidate_policy, domain::CandidatePolicy::Latest);
  EXPECT_EQ(parsed->max_pending, 7);
  EXPECT_EQ(parsed->stable_soak, Duration{90'000});
  EXPECT_EQ(parsed->drain, Duration{3000});
  EXPECT_EQ(parsed->enforcement, domain::Enforcement::Observe);
}

TEST(RolloutSpec, NamesTheFieldAndTheBoundOfEachFault) {
  EXPECT_EQ(refusal("/steps/2/weight", "140%"), "spec.steps[2].weight: 140% is above 100%");
  EXPECT_EQ(refusal("/steps/0/weight", "0.00%"), "spec.steps[0].weight: 0.00% is below 0.01%");
  EXPECT_EQ(refusal("/steps/0/weight", 5), "spec.steps[0].weight: must be a string, not a number");
  EXPECT_EQ(refusal("/steps/1/name", "one"), "spec.steps[1].name: \"one\" appears twice; names must differ");
  EXPECT_EQ(refusal("/analysis/alpha", "1.5"), "spec.analysis.alpha: 1.5 must be above 0 and below 1");
  EXPECT_EQ(refusal("/analysis/tolerance", "-0.1"), "spec.analysis.tolerance: -0.1 must be at least 0 and below 1");
  EXPECT_EQ(refusal("/analysis/deflation", "0.5"), "spec.analysis.deflation: 0.5 must be at least 1 and below 100");
  EXPECT_EQ(refusal("/breakers/2/events/tolerance", "0.9"),
            "spec.breakers[2].events.tolerance: 0.9 must be at least 1 and below 1000");
  EXPECT_EQ(refusal("/breakers/3/latency", Json::object()), "spec.breakers[3].latency.le: is required");
  EXPECT_EQ(refusal("/evidence/interval", "1h"), "spec.evidence.interval: 1h is above 10m");
  EXPECT_EQ(refusal("/traffic/mode", "Delegate"), "spec.traffic.mode: \"Delegate\" is not one of Managed, Adopt");
  EXPECT_EQ(refusal("/traffic/route/kind", "TCPRoute"),
            "spec.traffic.route.kind: \"TCPRoute\" is not one of HTTPRoute");
  EXPECT_EQ(refusal("/traffic/port", 0), "spec.traffic.port: 0 is below 1");
  EXPECT_EQ(refusal("/traffic/gateway", Json::object()), "spec.traffic.gateway.name: is required");
  EXPECT_EQ(refusal("/evidence/served", {{"stable", "a"}}), "spec.evidence.served.canary: is required");
}

// As the patterns of the CRD have it.
TEST(RolloutSpec, TakesDecimalsOfAsManyDigitsAsTheServerDoes) {
  EXPECT_EQ(
      refusal("/analysis/alpha", "0.0000001"),
      "spec.analysis.alpha: \"0.0000001\" must be written with 0 to 1 digits before the point and at most 6 after it");
  for (const char* text : {"1.123456", "01.5000", "1.12345", "001"}) {
    const std::string told = refusal("/analysis/deflation", text);
    EXPECT_EQ(told == "accepted", std::string(text) == "01.5000") << text << ": " << told;
  }
  for (const char* text : {".05", "0.05", "0.000001"}) EXPECT_EQ(refusal("/analysis/alpha", text), "accepted") << text;
  EXPECT_NE(refusal("/analysis/alpha", "00.05"), "accepted");
  EXPECT_NE(refusal("/analysis/tolerance", "-0"), "accepted");
  EXPECT_EQ(refusal("/analysis/tolerance", "0"), "accepted");
  EXPECT_NE(refusal("/breakers/3/latency/le", ".5"), "accepted");
  EXPECT_EQ(refusal("/breakers/3/latency/le", "0.5"), "accepted");
}

TEST(RolloutSpec, PutsEveryFaultIntoOneMessage) {
  const auto parsed = parse_rollout_spec(Json::object());
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().kind, ErrorKind::Invalid);
  for (const char* field :
       {"spec.agent", "spec.traffic.route.name", "spec.traffic.stableService", "spec.traffic.canaryService",
        "spec.delivery.podTemplate", "spec.steps", "spec.evidence.prometheus.address"}) {
    EXPECT_NE(parsed.error().message.find(std::string(field) + ": is required"), std::string::npos) << field;
  }
}

TEST(RolloutSpec, LeavesFieldsAloneThatItDoesNotKnow) { EXPECT_EQ(refusal("/approval", "Automatic"), "accepted"); }

TEST(RolloutSpec, IsNotThereWhenTheSpecIsNull) { EXPECT_FALSE(parse_rollout_spec(nullptr)); }

TEST(RevisionSpec, ReadsEveryField) {
  const auto parsed = parse_revision_spec(load_yaml("tests/data/maximal_revision.yaml")["spec"]);
  ASSERT_TRUE(parsed) << parsed.error().message;
  const domain::RevisionSpec expected{"support-bot",
                                      "support-bot-1",
                                      {{"prompts/system.md", "You answer politely.\n"}, {"tools.json", "{}"}},
                                      domain::AuthorKind::Optimizer,
                                      "gepa",
                                      "run-17",
                                      {"refunds", "tone"},
                                      "Shorter answers were preferred."};
  EXPECT_EQ(*parsed, expected);
}

TEST(RevisionSpec, RefusesTwoFilesOfOnePath) {
  Json spec = load_yaml("tests/data/maximal_revision.yaml")["spec"];
  spec["files"][1]["path"] = spec["files"][0]["path"];
  const auto parsed = parse_revision_spec(spec);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message, "spec.files[1].path: \"prompts/system.md\" appears twice; names must differ");
}

TEST(RevisionSpec, NeedsAnAgentAndAtLeastOneFile) {
  const auto parsed = parse_revision_spec({{"files", Json::array()}});
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message, "spec.agent: is required; spec.files: must not be empty");
}

TEST(Share, ReadsWhatItWritesForEveryBasisPoint) {
  for (int share = 0; share <= domain::kWholeShare; ++share) ASSERT_EQ(parse_share(format_share(share)), share);
}

TEST(Share, IsAPercentageWithAtMostTwoDecimals) {
  EXPECT_EQ(parse_share("0.5%"), 50);
  EXPECT_EQ(parse_share("0.05%"), 5);
  EXPECT_EQ(parse_share("100%"), 10'000);
  EXPECT_EQ(parse_share("10.00%"), 1000);
  EXPECT_EQ(format_share(1225), "12.25%");
  EXPECT_EQ(format_share(5), "0.05%");
  for (const char* text : {"", "%", "10", "10 %", ".5%", "1.%", "1.234%", "-1%", "+1%", "1000%", "10%%", "1e1%"}) {
    EXPECT_FALSE(parse_share(text)) << text;
  }
}

}  // namespace
}  // namespace pawl::codec

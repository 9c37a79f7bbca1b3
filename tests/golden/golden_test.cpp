// Runs every tests/golden/<case>.in.yaml through advance and converge and compares with <case>.out.yaml.
// PAWL_UPDATE_GOLDEN=1 rewrites the answers; read the diff before committing it.
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "domain/rollout/candidates.h"
#include "domain/rollout/converge.h"
#include "support/rollout_builders.h"

namespace pawl::domain {
namespace {

using testing::kStart;
using testing::RolloutBuilder;

template <typename T>
using Names = std::vector<std::pair<const char*, T>>;

const Names<PromotionStage> kStages = {{"None", PromotionStage::None},
                                       {"ShiftToCanary", PromotionStage::ShiftToCanary},
                                       {"Repoint", PromotionStage::Repoint},
                                       {"ShiftBack", PromotionStage::ShiftBack}};
const Names<Phase> kPhases = {{"Pending", Phase::Pending},        {"Starting", Phase::Starting},
                              {"Stable", Phase::Stable},          {"Preparing", Phase::Preparing},
                              {"Canary", Phase::Canary},          {"Promoting", Phase::Promoting},
                              {"RollingBack", Phase::RollingBack}};
const Names<Verdict::Kind> kKinds = {{"None", Verdict::Kind::None},
                                     {"RollBackGuardrail", Verdict::Kind::RollBackGuardrail},
                                     {"RollBackRegression", Verdict::Kind::RollBackRegression},
                                     {"Hold", Verdict::Kind::Hold},
                                     {"Yellow", Verdict::Kind::Yellow},
                                     {"Promote", Verdict::Kind::Promote},
                                     {"Inconclusive", Verdict::Kind::Inconclusive},
                                     {"GoOn", Verdict::Kind::GoOn}};

template <typename T>
T value_of(const Names<T>& names, const std::string& name) {
  for (const auto& [word, value] : names) {
    if (word == name) return value;
  }
  throw std::invalid_argument("unknown word: " + name);
}

template <typename T>
std::string name_of(const Names<T>& names, T value) {
  for (const auto& [word, named] : names) {
    if (named == value) return word;
  }
  return "?";
}

void set_the_scene(RolloutBuilder& builder, const YAML::Node& in) {
  const auto scene = in["scene"].as<std::string>();
  if (scene == "new") return;
  if (scene == "starting") builder.starting();
  else if (scene == "serving") builder.serving();
  else if (scene == "preparing") builder.preparing();
  else if (scene == "canary") builder.in_canary(in["step"].as<int>());
  else if (scene == "promoting") builder.promoting(value_of(kStages, in["stage"].as<std::string>()));
  else if (scene == "soaking") builder.soaking();
  else if (scene == "rollingBack") builder.rolling_back();
  else throw std::invalid_argument("unknown scene: " + scene);
}

const Names<GateVerdict> kAnswers = {{"Pass", GateVerdict::Pass},
                                     {"Fail", GateVerdict::Fail},
                                     {"Insufficient", GateVerdict::Insufficient},
                                     {"NoBaseline", GateVerdict::NoBaseline}};
const Names<GateState> kGateStates = {{"Waiting", GateState::Waiting}, {"Passed", GateState::Passed},
                                      {"Failed", GateState::Failed},   {"Insufficient", GateState::Insufficient},
                                      {"Expired", GateState::Expired}, {"Skipped", GateState::Skipped}};

/// gate: suites are listed. required, initial: of the spec. state: of the request. verdict of `of`, `age` old.
/// otherStable: the verdict compared with another revision. meanUpSkillDown: lost while the mean rose.
void set_the_gate(RolloutBuilder& builder, const YAML::Node& gate) {
  if (!gate) return;
  builder.gated(gate["initial"].as<std::string>("Accept") == "Accept" ? InitialPolicy::Accept
                                                                      : InitialPolicy::RequireThresholds);
  builder.but([&](Observation& o) { o.spec.gate.required = gate["required"].as<bool>(true); });
  const auto of = gate["of"].as<std::string>("r2");
  if (gate["verdict"]) {
    builder.answered_by_gate(value_of(kAnswers, gate["verdict"].as<std::string>()),
                             kStart - parse_duration(gate["age"].as<std::string>("0s")).value(), of);
  }
  if (gate["meanUpSkillDown"]) {
    builder.but([&](Observation& o) {
      o.revisions.back().gate->reason = kMeanUpSkillDown;
      o.revisions.back().gate->evidence = {{gate["meanUpSkillDown"].as<std::string>(), SkillState::Lost}};
    });
  }
  if (gate["otherStable"].as<bool>(false)) {
    builder.but([](Observation& o) { o.revisions.back().gate->binding.stable = testing::digest_of("r0"); });
  }
  if (gate["state"]) builder.at_gate(value_of(kGateStates, gate["state"].as<std::string>()));
}

void set_the_route(Observation& seen, const YAML::Node& route) {
  if (!route) return;
  RouteView& view = seen.world.route;
  view.present = route["present"].as<bool>(view.present);
  view.canary = route["canary"].as<int>(view.canary);
  view.stable = route["stable"].as<int>(kWholeShare - view.canary);
  view.accepted = route["accepted"].as<bool>(view.accepted);
  view.not_accepted_because = route["because"].as<std::string>("");
  view.contender = route["contender"].as<std::string>("");
  view.fought_over = route["foughtOver"].as<bool>(false);
}

Observation observation_of(const YAML::Node& in) {
  RolloutBuilder builder;
  set_the_scene(builder, in);
  for (const YAML::Node& r : in["revisions"]) {
    builder.with_revision(r["name"].as<std::string>(), r["parent"].as<std::string>());
  }
  for (const YAML::Node& name : in["quarantined"]) builder.quarantined(name.as<std::string>());
  for (const YAML::Node& name : in["rejected"]) {
    builder.quarantined(name.as<std::string>()).but([](Observation& o) {
      o.status.quarantine.back().reason = kRejectedByGate;
    });
  }
  set_the_gate(builder, in["gate"]);
  if (in["candidateReady"]) builder.with_candidate_ready(in["candidateReady"].as<int>());
  if (in["stableServiceOn"]) builder.with_stable_service_on(in["stableServiceOn"].as<std::string>(), 4);
  if (const YAML::Node j = in["judgement"]) {
    builder
        .judged(value_of(kKinds, j["kind"].as<std::string>()), j["reason"].as<std::string>(""),
                j["message"].as<std::string>(""))
        .but([&](Observation& o) { o.judgement.detail = j["detail"].as<std::string>(""); });
  }
  if (const YAML::Node fault = in["fault"]) {
    builder.with_fault(fault["path"].as<std::string>(), fault["message"].as<std::string>());
  }
  builder.paused(in["paused"].as<bool>(false)).deleting(in["deleting"].as<bool>(false));
  return builder.but([&](Observation& o) { set_the_route(o, in["route"]); }).build();
}

void write_conditions(YAML::Emitter& out, const std::vector<Condition>& conditions) {
  out << YAML::Key << "conditions" << YAML::Value << YAML::BeginMap;
  for (const Condition& c : conditions) {
    const char* status = c.status == ConditionStatus::True ? "True" : "False";
    out << YAML::Key << c.type << YAML::Value << std::string(status) + " " + c.reason;
  }
  out << YAML::EndMap;
}

template <typename List, typename Text>
void write_list(YAML::Emitter& out, const char* key, const List& list, Text text) {
  if (list.empty()) return;
  out << YAML::Key << key << YAML::Value << YAML::BeginSeq;
  for (const auto& item : list) out << text(item);
  out << YAML::EndSeq;
}

void write(YAML::Emitter& out, const char* key, const std::string& value) {
  out << YAML::Key << key << YAML::Value << value;
}

std::string answer_of(const Observation& seen, Instant now) {
  const Advance answer = testing::decide(seen, now);
  const RolloutStatus& s = answer.status;
  YAML::Emitter out;
  out << YAML::BeginMap;
  write(out, "phase", name_of(kPhases, s.phase));
  if (s.phase == Phase::Promoting) write(out, "stage", name_of(kStages, s.promotion));
  if (s.step >= 0) out << YAML::Key << "step" << YAML::Value << s.step;
  out << YAML::Key << "desired" << YAML::Value << s.weights.desired;
  write(out, "stable", s.stable ? s.stable->name : "none");
  if (s.previous) write(out, "previous", s.previous->name + " until " + format_rfc3339(*s.previous_until));
  if (s.candidate) write(out, "candidate", s.candidate->revision.name);
  if (s.gate) write(out, "gate", name_of(kGateStates, s.gate->state) + " " + s.gate->candidate.name);
  write(out, "rule", answer.why.rule);
  write(out, "reason", answer.why.word);
  write(out, "message", answer.why.message);
  write(out, "next", s.next.at ? format_rfc3339(*s.next.at) : "when something changes");
  if (answer.decided) write(out, "decision", s.last_decision->what + " " + s.last_decision->revision.name);
  write_list(out, "quarantine", s.quarantine, [](const QuarantineEntry& q) { return q.revision + " " + q.reason; });
  write_list(out, "refused", refusals(seen), [](const Refusal& r) { return r.revision + " " + r.reason; });
  write_conditions(out, s.conditions);
  write_list(out, "effects", converge(seen.spec, s, seen.world, seen.deleting),
             [](const Effect& e) { return describe(e); });
  out << YAML::EndMap;
  return std::string(out.c_str()) + "\n";
}

const std::filesystem::path kFolder = std::filesystem::path(PAWL_SOURCE_DIR) / "tests/golden";

std::string text_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::vector<std::string> cases() {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".in.yaml")) out.push_back(name.substr(0, name.size() - 8));
  }
  std::sort(out.begin(), out.end());
  return out;
}

class Golden : public ::testing::TestWithParam<std::string> {};

TEST_P(Golden, AnswersAsWritten) {
  const YAML::Node in = YAML::LoadFile((kFolder / (GetParam() + ".in.yaml")).string());
  const auto age = parse_duration(in["now"].as<std::string>());
  ASSERT_TRUE(age) << "now: a duration since the candidate began, as 5m";
  const std::string answer = answer_of(observation_of(in), kStart + *age);
  const auto path = kFolder / (GetParam() + ".out.yaml");
  if (std::getenv("PAWL_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << answer;
  EXPECT_EQ(text_of(path), answer) << in["story"].as<std::string>("");
}

INSTANTIATE_TEST_SUITE_P(Story, Golden, ::testing::ValuesIn(cases()), [](const auto& named) {
  std::string name = named.param;
  std::replace_if(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
});

TEST(GoldenFolder, EveryAnswerHasItsQuestion) {
  int answers = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (!entry.path().string().ends_with(".out.yaml")) continue;
    std::string question = entry.path().string();
    question.replace(question.size() - 9, 9, ".in.yaml");
    EXPECT_TRUE(std::filesystem::exists(question)) << question;
    ++answers;
  }
  EXPECT_GE(answers, 14);
}

}  // namespace
}  // namespace pawl::domain

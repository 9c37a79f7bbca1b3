// Replays from files: policies, streams, vectors.
#include "cli/replay/replay_files.h"

#include "cli/files.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/goal.h"
#include "cli/replay/replay_stream.h"
#include "cli/replay/replay_vectors.h"
#include "cli/rollout_policy_file.h"

namespace pawl::cli {
namespace {

using nlohmann::json;

const std::string kHead = std::string(domain::kStreamHeader) + "\n";

// --- policies

TEST(PolicyFile, ReadsAnAnalysisAlone) {
  const auto policy = read_policy("alpha: 0.01\nmargin: \"0.03\"\nminSamples: 80\nmaxDuration: 12h\n");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_FALSE(policy->whole);
  EXPECT_EQ(policy->spec.analysis.alpha, 0.01);
  EXPECT_EQ(policy->spec.analysis.margin, 0.03);
  EXPECT_EQ(policy->spec.analysis.min_samples, 80);
  EXPECT_EQ(policy->spec.analysis.max_duration, std::chrono::hours{12});
}

TEST(PolicyFile, ReadsJsonAndAnythingAroundTheAnalysis) {
  for (const char* text :
       {R"({"alpha": 0.01})", R"({"analysis": {"alpha": "0.01"}})", "spec: {analysis: {alpha: \"0.01\"}}"}) {
    const auto policy = read_policy(text);
    ASSERT_TRUE(policy) << text << ": " << policy.error().message;
    EXPECT_EQ(policy->spec.analysis.alpha, 0.01) << text;
  }
}

TEST(PolicyFile, ReadsAWholeRolloutWithItsCapabilities) {
  const auto text = read_file(PAWL_SOURCE_DIR "/tests/data/minimal_rollout.yaml");
  ASSERT_TRUE(text);
  const auto policy = read_policy(*text);
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_TRUE(policy->whole);
}

TEST(PolicyFile, AnEmptyFileIsEveryDefault) {
  const auto policy = read_policy("");
  ASSERT_TRUE(policy);
  EXPECT_EQ(policy->spec.analysis, domain::AnalysisSpec{});
}

std::string fault(const std::string& text) {
  const auto policy = read_policy(text);
  return policy ? std::string("none") : policy.error().message;
}

std::string maximal_rollout() { return read_file(PAWL_SOURCE_DIR "/tests/data/maximal_rollout.yaml").value(); }

std::string with(std::string text, const std::string& old, const std::string& fresh) {
  const auto at = text.find(old);
  EXPECT_NE(at, std::string::npos) << old;
  return at == std::string::npos ? text : text.replace(at, old.size(), fresh);
}

TEST(PolicyFile, HoldsAnAnalysisAloneToTheRulesAcrossItsFields) {
  EXPECT_NE(fault("minSamples: 5000\nmaxSamples: 10").find("spec.analysis.minSamples: must not be above maxSamples"),
            std::string::npos);
  EXPECT_NE(fault("tolerance: 0.05\nmargin: 0.05").find("spec.analysis.tolerance: must be below margin"),
            std::string::npos);
  EXPECT_NE(fault("minAge: 48h").find("spec.analysis.minAge: must not be above maxDuration"), std::string::npos);
}

TEST(PolicyFile, RefusesAFieldThatNobodyKnowsAtAnyDepth) {
  EXPECT_NE(fault("bets: {memoryy: 500}").find("spec.analysis.bets.memoryy: is no field of spec.analysis.bets"),
            std::string::npos);
  EXPECT_NE(fault("analysis: {alpha: 0.01}\nbreakers: []").find("breakers: is not read here"), std::string::npos);
  const std::string whole = maximal_rollout();
  ASSERT_EQ(fault(whole), "none");
  EXPECT_NE(fault(with(whole, "    alpha:", "    alphaa:")).find("spec.analysis.alphaa: is no field"),
            std::string::npos);
  EXPECT_NE(fault(with(whole, "{name: rare, capa", "{name: rare, size: 3, capa"))
                .find("spec.evidence.groups[].size: is no field"),
            std::string::npos);
}

TEST(PolicyFile, RefusesAKeyThatIsWrittenTwiceAndAliasesThatExplode) {
  EXPECT_NE(fault("alpha: 0.01\nalpha: 0.2").find("line 2, column 1: \"alpha\" is written twice"), std::string::npos);
  std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
  for (char name = 'b'; name < 'k'; ++name) {
    bomb += std::string(1, name) + ": &" + name + " [";
    for (int i = 0; i < 9; ++i) bomb += std::string("*") + static_cast<char>(name - 1) + ", ";
    bomb += std::string("*") + static_cast<char>(name - 1) + "]\n";
  }
  EXPECT_NE(fault(bomb).find("made too large by aliases"), std::string::npos);
  EXPECT_NE(fault("alpha: " + std::string(40, '[') + std::string(40, ']')).find("nested too deep"), std::string::npos);
}

TEST(PolicyFile, NamesThePathOfEachFault) {
  EXPECT_NE(fault("alhpa: 0.01").find("spec.analysis.alhpa: is no field of spec.analysis"), std::string::npos);
  EXPECT_NE(fault("alpha: 2").find("spec.analysis.alpha"), std::string::npos);
  EXPECT_NE(fault("minAge: soon\nbeta: x").find("spec.analysis.minAge"), std::string::npos);
  EXPECT_NE(fault("spec: {agent: a}").find("spec.traffic"), std::string::npos);
  EXPECT_NE(fault("- 1").find("spec.analysis: must be an object"), std::string::npos);
  EXPECT_NE(fault("a: [1").find("line "), std::string::npos);
}

TEST(PolicyFile, ThatIsNotThereSaysWhatToDo) {
  std::ostringstream out, err;
  EXPECT_EQ(run_replay_stream({.stream = "-", .policy = "/nowhere/policy.yaml"}, out, err), kFailed);
  EXPECT_NE(err.str().find("/nowhere/policy.yaml: cannot be opened (No such file or directory); check the path"),
            std::string::npos);
}

// --- streams

std::string replayed(const std::string& text, std::string* fault = nullptr) {
  std::istringstream in(text);
  std::ostringstream out;
  const Status status = replay_stream(in, {}, out);
  if (fault != nullptr) *fault = status ? "" : status.error().message;
  return out.str();
}

TEST(ReplayStream, WritesOneLineOfJsonPerRunWithItsKeysInOrder) {
  const std::string out = replayed(kHead + "0,0,refunds,1,1,9,8\n0,1,refunds,2,1,9,8\n4,0,refunds,1,1,9,8\n");
  std::istringstream lines(out);
  std::string line;
  std::vector<std::int64_t> runs;
  while (std::getline(lines, line)) {
    EXPECT_TRUE(line.starts_with(R"({"run":)")) << line;
    const auto ordered = nlohmann::ordered_json::parse(line);
    std::vector<std::string> keys;
    for (const auto& [key, value] : ordered.items()) keys.push_back(key);
    EXPECT_EQ(keys, (std::vector<std::string>{"run", "decision", "reason", "blamed", "t", "canary_interactions",
                                              "log_e", "per_capability"}));
    runs.push_back(ordered.at("run"));
  }
  EXPECT_EQ(runs, (std::vector<std::int64_t>{0, 4}));
}

TEST(ReplayStream, TellsTheLastStateOfARunThatEndsUndecided) {
  const json line =
      json::parse(replayed(kHead + "0,-1,refunds,0,0,200,180\n0,0,refunds,1,1,9,8\n0,1,refunds,2,1,9,8\n"));
  EXPECT_EQ(line["decision"], "GoOn");
  EXPECT_EQ(line["reason"], "CollectingEvidence");
  EXPECT_EQ(line["blamed"], json::array());
  EXPECT_EQ(line["t"], 1);
  EXPECT_EQ(line["canary_interactions"], 3);
  const json row = line["per_capability"]["refunds"];
  EXPECT_EQ(row["n_canary"], 3);
  EXPECT_EQ(row["n_stable"], 18);
  EXPECT_DOUBLE_EQ(row["mean_canary"], 2.0 / 3);
  EXPECT_EQ(row["state"], "Insufficient");
  EXPECT_FALSE(line["per_capability"].contains("aggregate"));
}

TEST(ReplayStream, SaysRollbackAndWhom) {
  std::string text = kHead;
  for (int t = 0; t < 60; ++t) {
    text += "0," + std::to_string(t) + ",refunds,4,1,40,36\n0," + std::to_string(t) + ",tone,4,4,40,36\n";
  }
  const json line = json::parse(replayed(text));
  EXPECT_EQ(line["decision"], "Rollback");
  EXPECT_EQ(line["reason"], "Regression");
  EXPECT_EQ(line["blamed"], json{"refunds"});
  EXPECT_EQ(line["per_capability"]["refunds"]["state"], "Lost");
  EXPECT_LT(line["t"].get<int>(), 20);
  EXPECT_GE(line["log_e"].get<double>(), std::log(20.0));
}

TEST(ReplayStream, KeepsWhatWasDecidedBeforeAFault) {
  std::string fault;
  const std::string out = replayed(kHead + "0,0,a,1,1,9,8\n1,0,a,1,1,9,8\n1,1,a,1,2,9,8\n", &fault);
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 1);
  EXPECT_NE(fault.find("line 4: pass_canary"), std::string::npos);
}

TEST(ReplayStream, RefusesAHeaderWithoutRows) {
  std::string fault;
  EXPECT_EQ(replayed(kHead, &fault), "");
  EXPECT_NE(fault.find("no rows follow the header"), std::string::npos);
}

TEST(ReplayStream, RefusesACapabilityThatIsCalledLikeALineOfItsOwn) {
  for (const std::string name : {"aggregate", "errors", "coverage"}) {
    std::string fault;
    EXPECT_EQ(replayed(kHead + "0,0,refunds,1,1,9,8\n0,0," + name + ",1,1,9,8\n", &fault), "");
    EXPECT_NE(fault.find("a capability is called " + name + ", up to line 3"), std::string::npos) << fault;
    EXPECT_NE(fault.find("rename it"), std::string::npos);
  }
}

TEST(ReplayStream, ReadsAcrossItsPieces) {
  std::string text = kHead;
  for (int run = 0; run < 40; ++run) {
    for (int t = 0; t < 300; ++t) text += std::to_string(run) + "," + std::to_string(t) + ",refunds,1,1,9,8\n";
  }
  const std::string out = replayed(text);
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 40);
}

TEST(ReplayStream, RefusesALineWithoutAnEnd) {
  std::string fault;
  replayed(kHead + std::string(400'000, '7'), &fault);
  EXPECT_NE(fault.find("a line is longer than 4096 bytes"), std::string::npos);
}

TEST(ReplayStream, AnswersOneForAFileThatIsNotThere) {
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(run_replay_stream({"/nowhere/stream.csv", ""}, out, err), 1);
  EXPECT_NE(err.str().find("/nowhere/stream.csv cannot be opened"), std::string::npos);
}

// --- vectors

const json& reference() {
  static const json document = [] {
    std::ifstream file(PAWL_SOURCE_DIR "/tests/data/vectors.json");
    return json::parse(file);
  }();
  return document;
}

/// The report on one vector of a formula, after it was changed.
template <class Change>
VectorsReport changed(const std::string& formula, Change change) {
  json one;
  for (const json& vector : reference()["vectors"]) {
    if (vector["formula"] == formula) one = vector;
  }
  change(one);
  const auto report = check_vectors(json{{"vectors", {one}}}.dump());
  EXPECT_TRUE(report) << report.error().message;
  return *report;
}

TEST(ReplayVectors, RefusesAListOfNone) {
  const auto report = check_vectors(R"({"vectors": []})");
  ASSERT_FALSE(report);
  EXPECT_NE(report.error().message.find("is empty"), std::string::npos);
}

TEST(ReplayVectors, AllReferenceVectorsPass) {
  const auto report = check_vectors(reference().dump());
  ASSERT_TRUE(report);
  EXPECT_EQ(vectors_text(*report), std::to_string(reference()["vectors"].size()) + " passed, 0 failed\n");
}

TEST(ReplayVectors, EveryFormulaOfTheFileIsKnown) {
  for (const auto& [formula, text] : reference()["meta"]["formulas"].items()) {
    const auto report = check_vectors(
        json{{"vectors", {{{"id", "x"}, {"formula", formula}, {"input", json::object()}, {"expect", {{"y", 1}}}}}}}
            .dump());
    ASSERT_TRUE(report);
    ASSERT_EQ(report->misses.size(), 1U) << formula;
    EXPECT_EQ(report->misses[0].what.find("does not know the formula"), std::string::npos) << formula;
  }
}

TEST(ReplayVectors, ANumberBeyondItsToleranceIsAMissWithBothValues) {
  const auto report =
      changed("fisher_block", [](json& v) { v["expect"]["log_e"] = v["expect"]["log_e"].get<double>() + 1e-6; });
  EXPECT_EQ(report.passed, 0U);
  EXPECT_NE(report.misses.at(0).what.find("log_e is "), std::string::npos);
  EXPECT_NE(vectors_text(report).find("0 passed, 1 failed\n"), std::string::npos);
}

TEST(ReplayVectors, TheLargerToleranceCounts) {
  EXPECT_EQ(
      changed("guard", [](json& v) { v["expect"]["logE"] = v["expect"]["logE"].get<double>() * (1 + 1e-10); }).passed,
      1U);
  EXPECT_EQ(changed("guard",
                    [](json& v) {
                      v["tol"] = "abs 0.5";
                      v["expect"]["logE"] = v["expect"]["logE"].get<double>() + 0.4;
                    })
                .passed,
            1U);
  EXPECT_EQ(changed("guard", [](json& v) { v["tol"] = "roughly"; }).misses.at(0).what.substr(0, 22),
            "tol is not understood;");
}

TEST(ReplayVectors, WhatIsNotKnownIsAMissAndNeverSkipped) {
  EXPECT_EQ(changed("phi", [](json& v) { v["formula"] = "psi"; }).misses.at(0).what,
            "this build does not know the formula");
  EXPECT_EQ(changed("phi", [](json& v) { v["expect"]["psi"] = 1; }).misses.at(0).what,
            "expect.psi is no result of this formula");
  EXPECT_EQ(changed("phi", [](json& v) { v["input"].erase("windows_n_k"); }).misses.at(0).what,
            "input.windows_n_k must be a list of lists");
  EXPECT_EQ(changed("guard", [](json& v) { v["input"]["k"] = "7"; }).misses.at(0).what, "input.k must be a number");
  EXPECT_EQ(changed("guard", [](json& v) { v["expect"] = json::object(); }).misses.size(), 1U);
}

TEST(ReplayVectors, AShortPathIsAMiss) {
  const auto report = changed("mb2_stream", [](json& v) { v["expect"]["logE"].erase(0); });
  EXPECT_NE(report.misses.at(0).what.find("values, expected"), std::string::npos);
}

TEST(ReplayVectors, OtherMultiplesAreUsed) {
  const auto report = changed("guard", [](json& v) { v["input"]["mult"] = {3}; });
  EXPECT_EQ(report.misses.size(), 1U);
}

TEST(ReplayVectors, AFileOfAnotherFormIsAnError) {
  EXPECT_FALSE(check_vectors("{"));
  EXPECT_NE(check_vectors("{}").error().message.find("no list \"vectors\""), std::string::npos);
  EXPECT_FALSE(check_vectors("[]"));
  EXPECT_FALSE(check_vectors(R"({"vectors": [1]})"));
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(run_replay_vectors("/nowhere", out, err), 1);
}

TEST(ReplayVectors, EveryReferenceValueIsReachedToNineDigits) {
  for (const auto& [name, count] :
       {std::pair{"vectors.json", "64 passed, 0 failed\n"}, std::pair{"more_vectors.json", "190 passed, 0 failed\n"}}) {
    std::ostringstream out;
    std::ostringstream err;
    EXPECT_EQ(run_replay_vectors(std::string(PAWL_SOURCE_DIR "/tests/data/") + name, out, err), 0) << err.str();
    EXPECT_EQ(out.str(), count) << name;
  }
}

}  // namespace
}  // namespace pawl::cli

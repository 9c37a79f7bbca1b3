// The demo's claims about its bundles, measured with the built-in model and the demo's own graders.
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <iterator>

#include "agent/bundle_dir.h"
#include "load/requests.h"
#include "measure.h"
#include "model/small_model.h"
#include "proposer/edits.h"

namespace pawl::demo {
namespace {

const std::string kDemo = std::string(PAWL_SOURCE_DIR) + "/hack/demo/";

std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<Request> requests(int count, std::uint64_t seed) {
  Random chance(seed);
  std::vector<Request> out;
  for (int i = 0; i < count; ++i) out.push_back(draw_request(chance));
  return out;
}

std::vector<std::string> texts(const std::vector<Request>& list) {
  std::vector<std::string> out;
  for (const Request& r : list) out.push_back(r.text);
  return out;
}

scorer::Grading graders() { return scorer::Grading::from_yaml(read_text(kDemo + "scorer.yaml")).value(); }

Behaviour behaviour(const std::string& name) {
  return read_behaviour(read_bundle_dir(kDemo + "bundles/" + name).value()).value();
}

const Measured& measured(const std::string& name) {
  static std::map<std::string, Measured> known;
  auto it = known.find(name);
  if (it == known.end()) {
    it = known.emplace(name, measure(behaviour(name), SmallModel(), graders(), texts(requests(600, 7)))).first;
  }
  return it->second;
}

double mean(const std::string& bundle, const std::string& capability) {
  return measured(bundle).capabilities.at(capability).value();
}

std::vector<std::string> capabilities() {
  std::vector<std::string> out;
  const auto g = graders();
  for (const auto& capability : g.capabilities()) out.push_back(capability.name);
  return out;
}

void expect_not_worse(const std::string& edit, const std::string& parent, double margin) {
  for (const std::string& capability : capabilities()) {
    EXPECT_GE(mean(edit, capability), mean(parent, capability) - margin) << edit << " " << capability;
  }
}

TEST(DemoBundles, TheTable) {
  for (const char* name : {"r1", "r2", "r3", "r4", "r5", "r6"}) {
    std::printf("%-4s overall %.3f pii %d ungraded %d", name, measured(name).overall.value(),
                measured(name).violations.contains("pii") ? measured(name).violations.at("pii") : 0,
                measured(name).ungraded);
    for (const auto& [capability, m] : measured(name).capabilities) {
      std::printf("  %s %.3f (%d)", capability.c_str(), m.value(), m.count);
    }
    std::printf("\n");
  }
  EXPECT_EQ(measured("r1").capabilities.size(), 6U);
}

TEST(DemoBundles, TheGradersAgreeWithTheTemplatesAboutWhatIsAsked) {
  const auto g = graders();
  for (const Request& request : requests(600, 7)) {
    scorer::Interaction it;
    it.input = request.text;
    EXPECT_EQ(g.grade(it).capability, request.capability) << request.text;
  }
}

TEST(DemoBundles, TheFirstImprovementHelpsAtLeastTwoSkillsAndHurtsNone) {
  int better = 0;
  for (const std::string& capability : capabilities()) {
    if (mean("r2", capability) > mean("r1", capability) + 0.15) ++better;
  }
  EXPECT_GE(better, 2);
  expect_not_worse("r2", "r1", 0.02);
}

TEST(DemoBundles, TheGreedyEditRaisesTheMeanAndBreaksExactlyOneSkill) {
  EXPECT_GT(measured("r3").overall.value(), measured("r2").overall.value() + 0.01);
  int broken = 0;
  for (const std::string& capability : capabilities()) {
    const double drop = mean("r2", capability) - mean("r3", capability);
    if (drop >= 0.25) ++broken;
    else EXPECT_LE(drop, 0.03) << capability;
  }
  EXPECT_EQ(broken, 1);
}

TEST(DemoBundles, OneEditLeaksPersonalDataOnRareRequestsAndTheOthersNever) {
  ASSERT_TRUE(measured("r4").violations.contains("pii"));
  EXPECT_LE(measured("r4").violations.at("pii"), 20);
  for (const char* name : {"r1", "r2", "r3", "r5", "r6"}) EXPECT_TRUE(measured(name).violations.empty()) << name;
}

TEST(DemoBundles, TheHonestEditsLoseNothing) {
  expect_not_worse("r5", "r2", 0.02);
  expect_not_worse("r6", "r5", 0.02);
}

std::vector<std::string> failing(const Behaviour& b, std::uint64_t seed) {
  std::vector<std::string> out;
  const auto g = graders();
  for (const Request& request : requests(400, seed)) {
    if (!try_request(b, SmallModel(), g, request.text).failed.empty()) out.push_back(request.text);
  }
  return out;
}

TEST(DemoProposer, FindsTheFirstImprovementFromTheFailuresItSaw) {
  const auto seen = failing(behaviour("r1"), 11);
  Behaviour edited = behaviour("r1");
  for (int i = 0; i < 2; ++i) {
    edited = with_sentence(edited, greedy_edit(edited, SmallModel(), graders(), seen).sentence);
  }
  EXPECT_EQ(edited.prompt, behaviour("r2").prompt);
}

TEST(DemoProposer, GoesTooFarWithTheNextEditBecauseItTriesItOnFailuresOnly) {
  const auto seen = failing(behaviour("r2"), 13);
  const Edit edit = greedy_edit(behaviour("r2"), SmallModel(), graders(), seen);
  EXPECT_GT(edit.fixed, 0);
  EXPECT_EQ(with_sentence(behaviour("r2"), edit.sentence).prompt, behaviour("r3").prompt);
}

TEST(DemoBundles, TheSpoofClaimsToBeTheFirstImprovement) {
  EXPECT_EQ(behaviour("spoof").reporting.report_as, behaviour("r2").digest);
  EXPECT_NE(behaviour("spoof").digest, behaviour("r2").digest);
}

TEST(DemoBundles, TheSilentOneIsWorseAndKeepsQuietAboutIt) {
  EXPECT_FALSE(behaviour("silent").reporting.report_failures);
  EXPECT_LT(mean("silent", "policy-questions"), mean("r2", "policy-questions") - 0.25);
}

TEST(DemoBundles, GiveTheSameAnswersEveryTime) {
  const auto again = measure(behaviour("r3"), SmallModel(), graders(), texts(requests(600, 7)));
  EXPECT_EQ(again.overall.sum, measured("r3").overall.sum);
}

}  // namespace
}  // namespace pawl::demo

#include "cli/rollout/why_screen.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/rollout/provenance_screen.h"
#include "unit/cli/chains.h"
#include "unit/cli/pictures.h"

namespace pawl::cli {
namespace {

Picture decided_by(const std::vector<FoundRecord>& found) {
  Picture p = picture_of(testing::a_rollout().in_canary(1));
  p.status.last_decision->record = std::to_string(found.back().label);
  p.status.last_decision->record_sha256 = found.back().claimed_sha256;
  p.status.last_decision->what = "StepUp";
  p.status.conditions = {{"Ready", domain::ConditionStatus::False, "Soaking", "step tenth soaks", 1, {}}};
  return p;
}

TEST(WhyScreen, ShowsTheDecisionItsEvidenceAndItsPlaceInTheChain) {
  const auto found = a_chain(3);
  const std::string screen = why_screen(decided_by(found), walk_chain(found, head_of(found), "shop/support"));
  EXPECT_EQ(screen, golden("why.txt"));
  EXPECT_LE(widest_line(screen), 100U);
}

TEST(WhyScreen, SaysWhenTheRecordIsNotThere) {
  const auto found = a_chain(3);
  const std::string screen = why_screen(decided_by(found), walk_chain({}, head_of(found), "shop/support"));
  EXPECT_NE(screen.find("not found or changed"), std::string::npos);
  EXPECT_NE(screen.find("BROKEN: head: record 3"), std::string::npos);
}

TEST(WhyScreen, HasNothingToSayBeforeTheFirstDecision) {
  Picture p = picture_of(testing::a_rollout());
  EXPECT_NE(why_screen(p, {}).find("nothing was decided yet"), std::string::npos);
}

TEST(WhyJson, CarriesTheRecordAsStored) {
  const auto found = a_chain(2);
  const nlohmann::json json = why_json(decided_by(found), walk_chain(found, head_of(found), "shop/support"));
  EXPECT_EQ(json["chainHolds"], true);
  EXPECT_EQ(json["record"]["rule"], "step_up");
}

TEST(ProvenanceScreen, ShowsADecisionALine) {
  const auto found = a_chain(3);
  const std::string screen = decisions_table(walk_chain(found, head_of(found), "shop/support"));
  EXPECT_EQ(screen, golden("provenance.txt"));
  EXPECT_LE(widest_line(screen), 100U);
}

}  // namespace
}  // namespace pawl::cli

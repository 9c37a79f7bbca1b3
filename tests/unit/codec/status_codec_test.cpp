#include "codec/status_codec.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "codec/display.h"
#include "codec/gate_codec.h"
#include "random_status.h"
#include "support/seeds.h"

namespace pawl::codec {
namespace {

using domain::RolloutStatus;

constexpr std::uint64_t kSeeds = 500;

/// Through the text that is stored, not only through the tree.
Json stored(const Json& json) { return Json::parse(json.dump()); }

TEST(RolloutStatus, ReadsWhatItWrote) {
  test::for_each_seed(kSeeds, [](std::uint64_t seed) {
    Random random(seed);
    const RolloutStatus status = random_rollout_status(random);
    std::vector<json::Fault> faults;
    const RolloutStatus read = parse_rollout_status(stored(render_rollout_status(status, {})), &faults);
    ASSERT_EQ(read, status) << json::describe(faults);
    ASSERT_TRUE(faults.empty()) << json::describe(faults);
  });
}

TEST(RevisionStatus, ReadsWhatItWrote) {
  test::for_each_seed(kSeeds, [](std::uint64_t seed) {
    Random random(seed);
    const domain::RevisionStatus status = random_revision_status(random);
    std::vector<json::Fault> faults;
    ASSERT_EQ(parse_revision_status(stored(render_revision_status(status)), &faults), status);
    ASSERT_TRUE(faults.empty()) << json::describe(faults);
  });
}

TEST(RevisionGate, ReadsWhatItWrote) {
  test::for_each_seed(kSeeds, [](std::uint64_t seed) {
    Random random(seed);
    const domain::RevisionGate gate = random_revision_gate(random);
    ASSERT_EQ(parse_revision_gate(stored(Json{{"gate", render_revision_gate(gate)}})), gate);
  });
}

TEST(RevisionGate, HalfAVerdictIsNone) {
  const Json whole = render_revision_gate(full_revision_gate());
  for (const char* field : {"verdict", "reason", "candidateDigest", "policyDigest", "decidedAt", "expiresAt"}) {
    Json part = whole;
    part.erase(field);
    EXPECT_FALSE(parse_revision_gate(Json{{"gate", part}})) << field;
    part[field] = "corrupt";
    const bool any_text = std::string_view(field).ends_with("Digest") || std::string_view(field) == "reason";
    EXPECT_EQ(parse_revision_gate(Json{{"gate", part}}).has_value(), any_text) << field;
  }
  EXPECT_FALSE(parse_revision_gate(nullptr));
  EXPECT_FALSE(parse_revision_gate(Json::object()));
}

TEST(RolloutStatus, OfAnObjectNeverSeenBeforeIsTheDefault) {
  std::vector<json::Fault> faults;
  EXPECT_EQ(parse_rollout_status(nullptr, &faults), RolloutStatus{});
  EXPECT_EQ(parse_rollout_status(Json::object(), &faults), RolloutStatus{});
  EXPECT_TRUE(faults.empty());
}

TEST(RolloutStatus, SurvivesEveryFieldBeingCorruptAndReportsIt) {
  const Json sound = render_rollout_status(full_rollout_status(), {});
  for (const auto& [key, value] : sound.items()) {
    if (key == "display") continue;  // nothing reads it back
    Json corrupt = sound;
    corrupt[key] = value.is_string() ? Json(17) : Json("corrupt");
    std::vector<json::Fault> faults;
    (void)parse_rollout_status(corrupt, &faults);
    ASSERT_EQ(faults.size(), 1U) << key;
    EXPECT_EQ(faults[0].path, "status." + key);
  }
}

TEST(RolloutStatus, KeepsTheSoundItemsOfAListWithACorruptOne) {
  Json json = render_rollout_status(full_rollout_status(), {});
  const RolloutStatus sound = parse_rollout_status(json);
  json["history"][3]["outcome"] = "Exploded";
  json["quarantine"][0].erase("digest");
  std::vector<json::Fault> faults;
  const RolloutStatus read = parse_rollout_status(json, &faults);
  EXPECT_EQ(read.history.size(), sound.history.size() - 1);
  EXPECT_EQ(read.quarantine.size(), sound.quarantine.size() - 1);
  EXPECT_EQ(read.history[3], sound.history[4]);
  ASSERT_EQ(faults.size(), 2U);
  EXPECT_EQ(faults[0].path, "status.quarantine[0].digest");
  EXPECT_EQ(faults[1].path, "status.history[3].outcome");
}

TEST(RolloutStatus, ForgetsAReferenceItCannotTrust) {
  Json json = render_rollout_status(full_rollout_status(), {});
  json["candidate"]["stepStartedAt"] = "noon";
  const RolloutStatus read = parse_rollout_status(json);
  EXPECT_FALSE(read.candidate);
  EXPECT_TRUE(read.stable);
}

TEST(RolloutStatus, KeepsTheNewestHistoryWhenThereIsTooMuch) {
  RolloutStatus status;
  for (int i = 0; i < 13; ++i) {
    status.history.push_back({{"r" + std::to_string(i), ""}, domain::Outcome::Promoted, "", {}});
  }
  const Json json = render_rollout_status(status, {});
  ASSERT_EQ(json["history"].size(), 10U);
  EXPECT_EQ(json["history"][0]["revision"], "r3");
  EXPECT_EQ(json["history"][9]["revision"], "r12");
}

TEST(RolloutStatus, CutsALongMessageAndMendsBrokenText) {
  RolloutStatus status;
  status.conditions.push_back({"Ready", domain::ConditionStatus::False, "Broken", std::string(5000, 'x'), 1, {}});
  status.next.what = "bad \xFF byte";
  const Json json = render_rollout_status(status, {});
  EXPECT_EQ(json["conditions"][0]["message"].get<std::string>().size(), 1024U);
  EXPECT_EQ(json["nextAction"]["what"], "bad ? byte");
  EXPECT_NO_THROW((void)json.dump());
}

TEST(RolloutStatus, OfASteadyWorldIsWrittenTheSameEachTime) {
  const RolloutStatus status = full_rollout_status();
  EXPECT_EQ(render_rollout_status(status, {}).dump(), render_rollout_status(status, {}).dump());
}

TEST(Display, ShowsStepWeightRevisionsAndTheWorstCapability) {
  domain::RolloutSpec spec;
  spec.steps.resize(3);
  RolloutStatus status;
  status.step = 1;
  status.weights.desired = 1000;
  status.weights.measured = 997;
  status.stable = domain::RevisionRef{"bot-1", ""};
  status.candidate = domain::CandidateStatus{{"bot-2", ""}, "", {}, {}};
  status.scoreboard = {{"tone", 0.5, 0.6, 9, 9, domain::CapabilityState::Held},
                       {"refunds", 0.9, 0.78, 9, 9, domain::CapabilityState::Lost},
                       {"unseen", 1, 0, 9, 0, domain::CapabilityState::Insufficient}};
  status.next = {Instant{Duration{1000}}, "soak ends"};
  status.conditions.push_back({"Ready", domain::ConditionStatus::True, "Canary", "judging bot-2", 1, {}});
  const Json expected{{"step", "2/3"},
                      {"weight", "10%"},
                      {"measured", "9.97%"},
                      {"stable", "bot-1"},
                      {"candidate", "bot-2"},
                      {"worst", "refunds -0.12"},
                      {"next", "soak ends at 1970-01-01T00:00:01Z"},
                      {"message", "judging bot-2"}};
  EXPECT_EQ(render_display(status, spec), expected);
}

TEST(Display, LeavesColumnsOutThatHaveNothingToSay) {
  EXPECT_EQ(render_display(RolloutStatus{}, {}), (Json{{"weight", "0%"}}));
}

TEST(RevisionStatus, CarriesTheShortDigestForItsColumn) {
  domain::RevisionStatus status;
  status.digest = "0123456789abcdef0123";
  EXPECT_EQ(render_revision_status(status)["shortDigest"], "0123456789ab");
}

}  // namespace
}  // namespace pawl::codec

#include "suite/freeze.h"

#include <gtest/gtest.h>

#include "suite/plain_graders.h"

namespace pawl::suite {
namespace {

constexpr const char* kRecord =
    R"({"gen_ai.agent.name": "support-bot", "agent.revision": "4f1c", "interaction.id": "i-17", "start_time": "2026-11-24T00:00:00Z", "end_time": "2026-11-24T00:00:02Z",
  "capability": "refunds", "input": "Where is my money?", "output": "I do not know.", "tool_calls": [], "usage": {"input_tokens": 3}})";

TEST(Freeze, MakesADraftThatTheOldAnswerFails) {
  const auto draft = draft_from_record(kRecord, {.capability = "", .incident = "INC-4", .reviewer = "ada"});
  ASSERT_TRUE(draft) << draft.error().message;
  EXPECT_EQ(draft->capability, "refunds");
  EXPECT_EQ(draft->provenance, (domain::Provenance{"frozen", "i-17", "4f1c", "INC-4", "ada", "2026-11-24T00:00:02Z"}));
  EXPECT_EQ(draft->tags, std::vector<std::string>{kDraftTag});
  EXPECT_EQ(passes_plainly(*draft, "I do not know."), false);
  EXPECT_EQ(passes_plainly(*draft, "In five days."), true);
  EXPECT_TRUE(read_cases(write_case(*draft)).faults.empty());
}

TEST(Freeze, NamesACaseByItsContent) {
  const auto once = draft_from_record(kRecord, {.capability = "", .incident = "INC-4", .reviewer = ""}).value();
  const auto again = draft_from_record(kRecord, {.capability = "", .incident = "INC-5", .reviewer = ""}).value();
  EXPECT_EQ(once.id, again.id);
  EXPECT_NE(once.id, draft_from_record(kRecord, {.capability = "tone", .incident = "", .reviewer = ""})->id);
}

TEST(Freeze, SaysWhatARecordLacks) {
  EXPECT_EQ(draft_from_record(R"({"output": "x"})", {}).error().message,
            "capability: is missing; name it with --capability; input: is required");
}

TEST(Admission, WantsRedOnTheFaultyRevisionAndGreenOnTheCorrectOne) {
  const auto draft = draft_from_record(kRecord, {}).value();
  const auto admitted = admit(draft, {.on_faulty = {false, false, true}, .on_correct = {true, true, false}});
  ASSERT_TRUE(admitted) << admitted.error().message;
  EXPECT_TRUE(admitted->tags.empty());
  EXPECT_EQ(admitted->id, draft.id);
  EXPECT_EQ(
      admit(draft, {.on_faulty = {true, true, false}, .on_correct = {true}}).error().message,
      "not red: the case passed 2 of 3 times on the faulty revision; sharpen the expectation until it fails there");
  EXPECT_EQ(admit(draft, {.on_faulty = {false}, .on_correct = {true, false, false}}).error().message,
            "not green: the case passed 1 of 3 times on the correct revision; two of three are needed");
  EXPECT_FALSE(admit(draft, {.on_faulty = {}, .on_correct = {true}}));
}

TEST(Waiver, NeedsAnOwnerAReasonAndADate) {
  const WaiverFile file = read_waivers(R"({"case": "frozen/1"})");
  ASSERT_EQ(file.faults.size(), 3U);
  EXPECT_EQ(describe(file.faults[0]), "line 1: owner: is required");
}

TEST(Waiver, SetsItsCaseAsideAndIsMissedIfThereIsNone) {
  const Waiver waiver{"a", "ada", "the product changed", parse_rfc3339("2026-11-24T00:00:00Z").value()};
  EXPECT_EQ(read_waivers(write_waiver(waiver)).waivers, std::vector<Waiver>{waiver});
  domain::Case a;
  a.id = "a";
  domain::Case b;
  b.id = "b";
  const Waived out = apply_waivers({a, b}, {waiver, {"gone", "ada", "x", {}}});
  EXPECT_EQ(out.cases, std::vector<domain::Case>{b});
  EXPECT_EQ(out.unused, std::vector<std::string>{"gone"});
}

}  // namespace
}  // namespace pawl::suite

#include "suite/freeze.h"

#include <gtest/gtest.h>

#include "suite/case_codec.h"

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
  ASSERT_EQ(draft->expect.size(), 1U);
  EXPECT_EQ(draft->expect[0].grader, "exact");
  EXPECT_EQ(draft->expect[0].parameters, R"({"values":["I do not know."]})");
  EXPECT_TRUE(draft->expect[0].negate);
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

TEST(Freeze, MakesOneDraftOfEachRecordAndNamesTheLineThatGivesNone) {
  const CaseFile alone = drafts_from_records(kRecord, {});
  EXPECT_EQ(alone.cases.size(), 1U) << "one record in any layout";
  const std::string line = R"({"capability": "refunds", "input": "Where?", "output": "No."})";
  const CaseFile many = drafts_from_records(line + "\n\n" + line + "\n" + R"({"output": "x"})" + "\n" +
                                                R"({"capability": "tone", "input": "Where?", "output": "No."})",
                                            {});
  EXPECT_EQ(many.cases.size(), 2U) << "the same record twice is one draft";
  ASSERT_EQ(many.faults.size(), 1U);
  EXPECT_EQ(many.faults[0].line, 4U);
}

TEST(Admission, WantsRedOnTheFaultyRevisionAndGreenOnTheCorrectOne) {
  const auto draft = draft_from_record(kRecord, {}).value();
  const auto admitted = admit(draft, {.on_faulty = {false, false, true},
                                      .on_correct = {true, true, false},
                                      .faulty_digest = "aa",
                                      .correct_digest = "bb"});
  ASSERT_TRUE(admitted) << admitted.error().message;
  EXPECT_TRUE(admitted->tags.empty());
  EXPECT_EQ(admitted->id, draft.id);
  EXPECT_EQ(admitted->provenance.faulty, "aa");
  EXPECT_EQ(admitted->provenance.correct, "bb");
  EXPECT_EQ(read_cases(write_case(*admitted)).cases, std::vector<domain::Case>{*admitted});
  EXPECT_EQ(
      admit(draft, {.on_faulty = {true, true, false}, .on_correct = {true}}).error().message,
      "not red: the case passed 2 of 3 times on the faulty revision; sharpen the expectation until it fails there");
  EXPECT_EQ(admit(draft, {.on_faulty = {false}, .on_correct = {true, false, false}}).error().message,
            "not green: the case passed 1 of 3 times on the correct revision; two of three are needed");
  EXPECT_FALSE(admit(draft, {.on_faulty = {}, .on_correct = {true}}));
}

}  // namespace
}  // namespace pawl::suite

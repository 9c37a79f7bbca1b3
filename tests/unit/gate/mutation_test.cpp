// Whatever the gate reads of others, broken on purpose: it may complain, but it must come back.
#include <gtest/gtest.h>

#include "gate/chat.h"
#include "gate/gate_policy_file.h"
#include "gate/journal.h"
#include "gate/judge_order.h"
#include "grading/judge.h"
#include "support/seeds.h"
#include "unit/gate/cases.h"
#include "unit/suite/mutate.h"

namespace pawl::gate {
namespace {

const std::vector<std::string> kSeeds = {
    "epochs: 3\nalpha: 0.05\nmargin: 0.05\nunclaimed: NoWorse\ninitial: Accept\ncapabilities:\n- {name: refunds, margin: 0.02, threshold: 0.8}\n- {name: jokes, required: false}\nceilings: {p95Ms: 5000}\n",
    R"({"criteria":[{"criterion":"polite","mayGate":true,"tpr":0.96}],"fingerprint":"0123456789012345678901234567890123456789012345678901234567890123"})",
    R"({"choices":[{"finish_reason":"stop","message":{"content":"hello","tool_calls":[{"function":{"name":"f","arguments":"{\"a\":1}"}}]}}],"usage":{"prompt_tokens":3}})",
    R"({"model":"judge-1","choices":[{"finish_reason":"stop","message":{"content":"{\"reason\":\"r\",\"verdict\":\"pass\"}"}}]})",
};

TEST(Mutations, NeverMakeTheGateFailAtReading) {
  const AgentShape plain;
  AgentShape pointed;
  pointed.answer = "/choices/0/message/content";
  test::for_each_seed(4'000, [&](std::uint64_t seed) {
    Random random(seed);
    const std::string text = pawl::tests::mutated(kSeeds, random);
    if (const auto policy = read_policy(text)) {
      ASSERT_GE(policy->epochs, 1) << text;
      ASSERT_TRUE(policy->alpha > 0 && policy->alpha < 1) << text;
    }
    (void)read_calibration(text);
    (void)grading::read_judgement(text);
    for (const AgentShape& shape : {plain, pointed}) (void)read_answer(shape, 200, text);
  });
}

TEST(Mutations, NeverMakeAJournalFailAtReading) {
  const tests::TemporaryFile whole("journal");
  {
    const auto journal = Journal::open(whole.path(), "run");
    ASSERT_TRUE(journal) << journal.error().message;
    const domain::Case one = tests::a_case("refunds", 1);
    for (int epoch = 0; epoch < 2; ++epoch) {
      ASSERT_TRUE((*journal)->answered(domain::Side::Stable, one.id, epoch, tests::right_answer(one)));
    }
    domain::JudgedAnswer judged;
    judged.case_id = one.id;
    judged.score = 1;
    ASSERT_TRUE((*journal)->judged(domain::Side::Stable, judged));
  }
  test::for_each_seed(300, [&](std::uint64_t seed) {
    Random random(seed);
    const tests::TemporaryFile file("journal");
    file.write(pawl::tests::mutated({whole.text()}, random));
    if (const auto journal = Journal::open(file.path(), "run")) (void)(*journal)->take_finished();
  });
}

}  // namespace
}  // namespace pawl::gate

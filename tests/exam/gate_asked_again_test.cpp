// Asking again never turns a failed verdict into a pass (T9), and every answer is counted.
#include "exam/gate_exam.h"

#include <atomic>

namespace pawl::cli {
namespace {

TEST_F(GateExam, T9GivesTheSameReportFromTheJournalHoweverOftenItIsAskedAgain) {
  std::atomic<int> answered{0};
  // Gets better with every question: whoever asks again until it passes would be had.
  const Agent candidate("candidate-bundle", [&](const std::string& question) {
    return ++answered > kCapabilities * kCases * 3 ? better_says(question) : Said{"no"};
  });
  const TemporaryFile journal("journal");
  GateRunOrder asked_for = order(candidate);
  asked_for.journal = journal.path();
  const Ran first = run(asked_for);
  EXPECT_EQ(first.code, kGateFailed);
  for (int again = 0; again < 5; ++again) {
    const Ran ran = run(asked_for);
    EXPECT_EQ(ran.code, kGateFailed);
    EXPECT_EQ(ran.report, first.report);
  }
  EXPECT_EQ(answered, kCapabilities * kCases * 3);
}

TEST_F(GateExam, T9KeepsAFailedVerdictInTheLedgerThroughAThousandPolls) {
  std::atomic<int> answered{0};
  const Agent candidate("candidate-bundle", [&](const std::string& question) {
    return ++answered > kCapabilities * kCases * 3 ? better_says(question) : Said{"no"};
  });
  const TemporaryFile ledger("ledger.json");
  GateRunOrder asked_for = order(candidate);
  asked_for.ledger = ledger.path();
  EXPECT_EQ(run(asked_for).code, kGateFailed);
  const std::string kept = ledger.text();
  for (int again = 0; again < 1000; ++again) {
    asked_for.seed = static_cast<std::uint64_t>(again + 2);
    asked_for.claims = {capability(again % kCapabilities)};
    const Ran ran = run(asked_for);
    ASSERT_EQ(ran.code, kGateFailed) << ran.out << ran.err;
    EXPECT_EQ(ran.report["reason"], "SkillLost");
    EXPECT_EQ(ran.report["steps"].back()["name"], "ledger");
    EXPECT_EQ(ran.report["scoreboard"].size(), static_cast<std::size_t>(kCapabilities));
  }
  EXPECT_EQ(answered, kCapabilities * kCases * 3);
  EXPECT_EQ(ledger.text(), kept) << "what stands costs nothing";
}

TEST_F(GateExam, CountsCandidatesInTheLedgerAndRefusesOnOverdraft) {
  const Agent better("candidate-bundle", better_says);
  const Agent another("another-bundle", better_says);
  const TemporaryFile ledger("ledger.json");
  ledger.write(json{{"kind", "GateLedger"},
                    {"budget", {{"answers", 2}, {"promotions", 1}, {"bits", 400}}},
                    {"ledger", {{"bitsSpent", 0}, {"answers", 0}, {"promotions", 0}}}}
                   .dump());
  GateRunOrder asked_for = order(better);
  asked_for.epochs = 1;
  asked_for.ledger = ledger.path();
  const Ran first = run(asked_for);
  EXPECT_EQ(first.code, kGatePassed) << first.out << first.err;
  EXPECT_EQ(first.report["steps"].back()["numbers"]["promotions"], 1);
  EXPECT_EQ(first.report["candidateNumber"], 1);
  EXPECT_EQ(json::parse(ledger.text())["candidates"][0]["bits"], first.report["steps"].back()["numbers"]["bits"]);

  asked_for.candidate = another.url();
  const Ran refused = run(asked_for);
  EXPECT_EQ(refused.code, kGateInsufficient) << refused.out << refused.err;
  EXPECT_EQ(refused.report["reason"], "LedgerSpent");
  EXPECT_EQ(another.asked(), 0);
  EXPECT_NE(refused.out.find("promotions"), std::string::npos) << refused.out;

  asked_for.generation = 2;
  EXPECT_EQ(run(asked_for).code, kFailed) << "the same cases are no new generation";
  asked_for.suites[0] += "=golden";
  asked_for.generation.reset();
  const Ran open = run(asked_for);
  EXPECT_EQ(open.report["reason"], "BudgetNeedsMore")
      << "public cases leak nothing, and the second candidate needs more";
  EXPECT_EQ(open.report["candidateNumber"], 2);
}

}  // namespace
}  // namespace pawl::cli

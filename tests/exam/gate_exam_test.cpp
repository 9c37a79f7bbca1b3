// The gate's own exam: an edit passes for being better, and for nothing else.
#include "exam/gate_exam.h"

#include <atomic>
#include <chrono>
#include <functional>

namespace pawl::cli {
namespace {

TEST_F(GateExam, PassesAnEditThatIsBetterAndLosesNothing) {
  const Agent candidate("candidate-bundle", better_says);
  const Ran ran = run(order(candidate));
  EXPECT_EQ(ran.code, kGatePassed) << ran.out << ran.err;
  EXPECT_EQ(ran.report["verdict"], "Pass");
  EXPECT_EQ(ran.report["candidate"]["digest"], "candidate-bundle");
  EXPECT_EQ(candidate.asked(), kCapabilities * kCases * 3);
  EXPECT_NE(ran.out.find("PASS"), std::string::npos);
  EXPECT_NE(ran.err.find("100 %"), std::string::npos);
}

TEST_F(GateExam, FailsAnAgentThatSaysNothing) {
  const Agent candidate("candidate-bundle", [](const std::string&) { return Said{""}; });
  const Ran ran = run(order(candidate));
  EXPECT_EQ(ran.code, kGateFailed) << ran.out << ran.err;
  EXPECT_EQ(ran.report["reason"], "SkillLost");
}

TEST_F(GateExam, DoesNotPassAFirstRevisionThatSaysNothing) {
  const Agent candidate("candidate-bundle", [](const std::string&) { return Said{""}; });
  GateRunOrder first = order(candidate);
  first.stable.clear();
  const Ran ran = run(first);
  EXPECT_NE(ran.code, kGatePassed) << ran.out;
  EXPECT_NE(ran.code, kFailed) << ran.err;
}

TEST_F(GateExam, FailsAnAgentThatEchoesTheQuestion) {
  const Agent candidate("candidate-bundle",
                        [](const std::string& question) { return Said{question + " the answer is " + question}; });
  EXPECT_EQ(run(order(candidate)).code, kGateFailed);
}

TEST_F(GateExam, FailsAnEditThatLosesOneOfTwelveCapabilitiesUnderARisingMean) {
  const Agent worse("candidate-bundle", [](const std::string& question) {
    const Asked q = asked(question);
    return q.skill == 7 ? Said{"I do not know"} : right(q);
  });
  const Ran lost = run(order(worse));
  EXPECT_EQ(lost.code, kGateFailed) << lost.out;
  EXPECT_EQ(lost.report["reason"], "MeanUpSkillDown");
  EXPECT_NE(lost.report["message"].get<std::string>().find("skill-h"), std::string::npos);
}

TEST_F(GateExam, DoesNotPassAnEditThatTradesCasesWithinACapability) {
  const Agent candidate("candidate-bundle", [](const std::string& question) {
    const Asked q = asked(question);
    return q.skill == 7 && q.i % 3 == 1 ? Said{"I do not know"} : right(q);
  });
  EXPECT_EQ(run(order(candidate)).code,
            kGateInsufficient);  // as good as before on average, which does not prove that nothing was lost
}

TEST_F(GateExam, CallsResultsThatAreMissingInsufficient) {
  const Agent candidate("candidate-bundle", [](const std::string& question) {
    const Asked q = asked(question);
    Said said = right(q);
    said.cut = q.skill == 3 && q.i == 5;  // crashes where it would be wrong
    return said;
  });
  const Ran ran = run(order(candidate));
  EXPECT_EQ(ran.code, kGateInsufficient) << ran.out << ran.err;
  EXPECT_EQ(ran.report["reason"], "Incomplete");
}

TEST_F(GateExam, CallsACandidateThatDiesHalfWayInsufficientAndDoesNotWaitForItForEver) {
  std::atomic<int> answered{0};
  Agent* dying = nullptr;
  Agent candidate("candidate-bundle", [&](const std::string& question) {
    if (++answered == 300) dying->die();
    return better_says(question);
  });
  dying = &candidate;
  const auto began = std::chrono::steady_clock::now();
  const Ran ran = run(order(candidate));
  EXPECT_EQ(ran.code, kGateInsufficient) << ran.out << ran.err;
  EXPECT_EQ(ran.report["reason"], "Incomplete");
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds{60});
}

TEST_F(GateExam, StopsAtAFrozenCaseThatFails) {
  const TemporaryFile frozen("frozen.jsonl");
  domain::Case one = exam_case(0, 4);
  one.input[0].content = "frozen question";
  one.expect[0].parameters = R"({"values":["the answer is 0"],"ignoreCase":true})";
  one.expect[0].negate = true;
  one.id = suite::frozen_id(one);
  one.provenance.faulty = "a-faulty-bundle";
  one.provenance.correct = "a-correct-bundle";
  frozen.write(suite::write_cases({one}));
  const Agent candidate("candidate-bundle", better_says);
  GateRunOrder asked_for = order(candidate);
  asked_for.suites.push_back(frozen.path() + "=regression");
  const Ran ran = run(asked_for);
  EXPECT_EQ(ran.code, kGateFailed) << ran.out;
  EXPECT_EQ(ran.report["reason"], "FrozenCaseFails");
}

TEST_F(GateExam, RefusesAWrongOrderBeforeAnybodyIsAsked) {
  const Agent candidate("candidate-bundle", better_says);
  const auto refused = [&](const std::function<void(GateRunOrder&)>& change, const std::string& because) {
    GateRunOrder asked_for = order(candidate);
    change(asked_for);
    const Ran ran = run(asked_for);
    EXPECT_EQ(ran.code, kFailed);
    EXPECT_NE(ran.err.find(because), std::string::npos) << ran.err;
  };
  refused([](GateRunOrder& o) { o.suites = {"/nowhere.jsonl"}; }, "cannot be opened");
  refused([](GateRunOrder& o) { o.suites[0] += "=secret"; }, "no tier");
  refused([](GateRunOrder& o) { o.suites.push_back(o.suites[0]); }, "was used already");
  refused([](GateRunOrder& o) { o.reports = {"pdf=x"}; }, "write json=FILE");
  refused([](GateRunOrder& o) { o.reports = {"sarif=x"}; }, "--edit");
  refused([](GateRunOrder& o) { o.candidate = "ftp://x"; }, "--candidate");
  refused([](GateRunOrder& o) { o.claims = {"skil-a"}; }, "claim one of: skill-a, skill-b");
  refused([](GateRunOrder& o) { o.generation = 2; }, "--ledger");
  refused(
      [](GateRunOrder& o) {
        o.candidate_number = 2;
        o.ledger = "/nowhere";
      },
      "the ledger counts");
  refused([](GateRunOrder& o) { o.answer = "x"; }, "JSON pointer");
  EXPECT_EQ(candidate.asked() + stable.asked(), 0);
}

TEST_F(GateExam, CannotJudgeAnAgentThatDoesNotSayWhichBundleItRuns) {
  const Agent candidate("", better_says);
  const Ran ran = run(order(candidate));
  EXPECT_EQ(ran.code, kFailed);
  EXPECT_NE(ran.err.find("/revision"), std::string::npos);
  EXPECT_TRUE(ran.report.is_null());
}

TEST_F(GateExam, ShowsTheScoreboardOfAReport) {
  const Agent candidate("candidate-bundle", better_says);
  const TemporaryFile report("report.json");
  GateRunOrder asked_for = order(candidate);
  asked_for.epochs = 1;
  asked_for.reports = {"json=" + report.path()};
  run(asked_for);
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(run_scores({out, err, false, false}, report.path()), 0) << err.str();
  EXPECT_NE(out.str().find("SCOREBOARD"), std::string::npos);
  EXPECT_NE(out.str().find("skill-l"), std::string::npos);
  EXPECT_EQ(run_scores({out, err, true, false}, report.path()), 0);
  EXPECT_EQ(run_scores({out, err, false, false}, suite.path()), kFailed);
}

}  // namespace
}  // namespace pawl::cli

#include "gate/run.h"

#include <gtest/gtest.h>

#include <atomic>

#include "domain/gate/judge_calibration.h"
#include "gate/judge_order.h"
#include "unit/gate/cases.h"

namespace pawl::gate {
namespace {

using namespace tests;
using domain::Case;

int passes(const domain::ArmRun& arm) {
  int count = 0;
  for (const auto& answer : arm.answers) count += answer.score && answer.passed ? 1 : 0;
  return count;
}

Result<Reply> unreachable() { return fail(ErrorKind::Unavailable, "connection refused"); }
Result<Reply> wrong() {
  domain::Answer answer;
  answer.text = "wrong";
  return Reply{answer, ""};
}

TEST(Run, JudgesEveryAnswerOfBothSides) {
  FakeTarget candidate("c");
  FakeTarget stable("s", [](const Case&, int) { return wrong(); });
  const auto ran = run(an_order(some_cases(10), candidate, &stable));
  ASSERT_TRUE(ran) << ran.error().message;
  EXPECT_EQ(ran->input.candidate.answers.size(), 20U);
  EXPECT_EQ(passes(ran->input.candidate), 20);
  EXPECT_EQ(ran->input.stable->answers.size(), 20U);
  EXPECT_EQ(passes(*ran->input.stable), 0);
  EXPECT_EQ(ran->input.candidate.digest, "c");
  EXPECT_EQ(ran->input.stable->digest, "s");
  EXPECT_EQ(ran->asked, 40U);
}

TEST(Run, AsksAgainWhenTheTransportFailed) {
  FakeTarget candidate("c", [](const Case& one, int before) {
    return before % 3 < 2 ? unreachable() : Result<Reply>(Reply{right_answer(one), ""});
  });
  RunOrder order = an_order(some_cases(1), candidate, nullptr);
  order.epochs = 1;
  const auto ran = run(order);
  ASSERT_TRUE(ran) << ran.error().message;
  EXPECT_EQ(passes(ran->input.candidate), 1);
  EXPECT_EQ(candidate.total(), 3);
}

TEST(Run, NeverAsksAgainForAnAnswer) {
  FakeTarget candidate("c", [](const Case& one, int before) {
    domain::Answer answer;
    answer.error = "answered 503";
    return before == 0 ? Reply{answer, ""} : Reply{right_answer(one), ""};
  });
  RunOrder order = an_order(some_cases(5), candidate, nullptr);
  order.epochs = 1;
  const auto ran = run(order);
  ASSERT_TRUE(ran) << ran.error().message;
  EXPECT_EQ(candidate.total(), 5);
  EXPECT_EQ(passes(ran->input.candidate), 0);
  EXPECT_EQ(*ran->input.candidate.answers.front().score, 0);
}

TEST(Run, GivesASideUpThatIsGoneAndLeavesItsAnswersOut) {
  std::atomic<int> answered{0};
  FakeTarget candidate("c", [&](const Case& one, int) {
    return ++answered > 10 ? unreachable() : Result<Reply>(Reply{right_answer(one), ""});
  });
  FakeTarget stable("s");
  const auto ran = run(an_order(some_cases(50), candidate, &stable));
  ASSERT_TRUE(ran) << ran.error().message;
  EXPECT_EQ(ran->input.candidate.answers.size(), 10U);
  EXPECT_EQ(ran->input.stable->answers.size(), 100U);
  EXPECT_LT(candidate.total(),
            10 + 4 * 10);  // what was under way, with its retries; nobody waited for the other ninety
}

TEST(Run, IsVoidWhenASideDoesNotServeWhatItShould) {
  FakeTarget candidate("c");
  FakeTarget stable("s");
  RunOrder order = an_order(some_cases(3), candidate, &stable);
  order.candidate.digest = "another";
  const auto ran = run(order);
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().kind, ErrorKind::Conflict);
  EXPECT_NE(ran.error().message.find("candidate runs the bundle c and should run another"), std::string::npos);
  EXPECT_EQ(candidate.total(), 0);
}

TEST(Run, IsVoidWhenBothAddressesReachOneBundle) {
  FakeTarget candidate("same");
  FakeTarget stable("same");
  const auto ran = run(an_order(some_cases(3), candidate, &stable));
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().kind, ErrorKind::Conflict);
  EXPECT_EQ(candidate.total() + stable.total(), 0);
}

TEST(Run, IsVoidWhenASideIsReplacedMeanwhile) {
  TemporaryFile journal("journal");
  FakeTarget stable("s");
  FakeTarget* replaced = nullptr;
  FakeTarget candidate("c", [&](const Case& one, int) {
    replaced->become("s");
    return Reply{right_answer(one), ""};
  });
  replaced = &candidate;
  RunOrder order = an_order(some_cases(3), candidate, &stable);
  order.journal = journal.path();
  const auto ran = run(order);
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().kind, ErrorKind::Conflict);
  EXPECT_NE(ran.error().message.find("before the run and s after it"), std::string::npos);
  EXPECT_EQ(journal.text(), "");  // nobody goes on with those answers
}

TEST(Run, IsVoidWhenAnAnswerNamesAnotherBundle) {
  FakeTarget candidate("c", [](const Case& one, int) { return Reply{right_answer(one), "s"}; });
  FakeTarget stable("s");
  const auto ran = run(an_order(some_cases(30), candidate, &stable));
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().kind, ErrorKind::Conflict);
  EXPECT_LT(candidate.total(), 60);
}

TEST(Run, TellsItsProgress) {
  FakeTarget candidate("c");
  std::vector<std::size_t> done;
  ASSERT_TRUE(run(an_order(some_cases(5), candidate, nullptr), [&](const Progress& p) {
    EXPECT_EQ(p.planned, 10U);
    done.push_back(p.done);
  }));
  EXPECT_EQ(done.front(), 0U);
  EXPECT_EQ(done.back(), 10U);
}

TEST(Run, GoesOnWhereItWasStoppedAndAsksNothingTwice) {
  TemporaryFile journal("journal");
  std::stop_source stop;
  std::atomic<int> answered{0};
  const auto behave = [&](const Case& one, int) {
    if (++answered == 25) stop.request_stop();
    return Result<Reply>(Reply{right_answer(one), ""});
  };
  FakeTarget candidate("c", behave);
  FakeTarget stable("s", behave);
  RunOrder order = an_order(some_cases(20), candidate, &stable);
  order.journal = journal.path();
  const auto cut_off = run(order, {}, stop.get_token());
  ASSERT_FALSE(cut_off);
  EXPECT_EQ(cut_off.error().kind, ErrorKind::Cancelled);
  const int before = candidate.total() + stable.total();
  EXPECT_LT(before, 80);
  const auto ran = run(order);
  ASSERT_TRUE(ran) << ran.error().message;
  EXPECT_EQ(ran->read_back, static_cast<std::size_t>(before));
  EXPECT_EQ(candidate.total() + stable.total(), 80);
  EXPECT_EQ(passes(ran->input.candidate) + passes(*ran->input.stable), 80);
}

TEST(Run, AsksNobodyWhenEverythingIsInTheJournal) {
  TemporaryFile journal("journal");
  FakeTarget lucky("c", [](const Case& one, int before) {
    return before < 2 ? wrong() : Result<Reply>(Reply{right_answer(one), ""});
  });
  RunOrder order = an_order(some_cases(4), lucky, nullptr);
  order.journal = journal.path();
  for (int again = 0; again < 20; ++again) {  // looking again does not turn a failure into luck
    const auto ran = run(order);
    ASSERT_TRUE(ran) << ran.error().message;
    EXPECT_EQ(passes(ran->input.candidate), 0);
  }
  EXPECT_EQ(lucky.total(), 8);
}

TEST(Run, RefusesTheJournalOfAnotherRun) {
  TemporaryFile journal("journal");
  FakeTarget candidate("c");
  RunOrder order = an_order(some_cases(4), candidate, nullptr);
  order.journal = journal.path();
  ASSERT_TRUE(run(order));
  FakeTarget another("d");
  order.candidate.target = &another;
  const auto ran = run(order);
  ASSERT_FALSE(ran);
  EXPECT_NE(ran.error().message.find("belongs to another run"), std::string::npos);
  EXPECT_EQ(another.total(), 0);
}

TEST(Run, OfAModelsJudgementKeepsTheFirst) {
  TemporaryFile journal("journal");
  auto cases = some_cases(3);
  for (Case& one : cases) {
    one.expect[0].grader = "rubric";
    one.expect[0].parameters = R"({"rubric":"is polite"})";
  }
  std::atomic<int> judged{0};
  const Judge judge{
      "j",
      [&](const std::string&) {
        const std::string verdict = ++judged <= 3 ? "fail" : "pass";
        return Result<std::string>(R"({"choices":[{"message":{"content":"{\"reason\":\"r\",\"verdict\":\")" + verdict +
                                   R"(\"}"}}]})");
      },
      [] { return Result<std::string>("0123456789abcdef"); }};
  FakeTarget candidate("c");
  RunOrder order = an_order(cases, candidate, nullptr);
  order.epochs = 1;
  order.journal = journal.path();
  const auto graders = CaseGraders::make(order.cases, judge);
  ASSERT_TRUE(graders) << graders.error().message;
  for (int again = 0; again < 3; ++again) {
    const auto ran = run_gate(order, *graders, {}, {});
    ASSERT_TRUE(ran) << ran.error().message;
    EXPECT_EQ(passes(ran->input.candidate), 0);
  }
  EXPECT_EQ(judged, 3);
}

TEST(Run, LeavesTheScoreOutWhenTheJudgeDoesNotAnswer) {
  auto cases = some_cases(1);
  cases[0].expect[0].grader = "rubric";
  cases[0].expect[0].parameters = R"({"rubric":"is polite"})";
  FakeTarget candidate("c");
  RunOrder order = an_order(cases, candidate, nullptr);
  const auto graders = CaseGraders::make(
      order.cases,
      Judge{"j", [](const std::string&) { return Result<std::string>(fail(ErrorKind::Unavailable, "down")); },
            [] { return Result<std::string>("0123456789abcdef"); }});
  ASSERT_TRUE(graders);
  const auto ran = run_gate(order, *graders, {}, {});
  ASSERT_TRUE(ran);
  EXPECT_FALSE(ran->input.candidate.answers.front().score);
  EXPECT_NE(ran->input.candidate.answers.front().reason.find("down"), std::string::npos);
}

/// Passes whatever it is shown.
Judge a_judge(std::set<std::string> calibrated) {
  return {"j",
          [](const std::string&) {
            return Result<std::string>(
                R"({"choices":[{"message":{"content":"{\"reason\":\"r\",\"verdict\":\"pass\"}"}}]})");
          },
          [] { return Result<std::string>("0123456789abcdef"); }, std::move(calibrated)};
}

domain::Expectation polite() {
  domain::Expectation out;
  out.grader = "rubric";
  out.parameters = R"({"rubric":"is polite"})";
  return out;
}

TEST(CaseGraders, LetAJudgeDecideOnlyWhereItsCalibrationHolds) {
  auto cases = some_cases(1);
  cases[0].expect = {polite()};
  const std::string fingerprint = domain::judge_fingerprint("j", "is polite", grading::judge_prompt());
  EXPECT_FALSE(CaseGraders::make(cases, a_judge({fingerprint}))->informs(0));
  for (const std::string& other : {domain::judge_fingerprint("another", "is polite", grading::judge_prompt()),
                                   domain::judge_fingerprint("j", "is rude", grading::judge_prompt()),
                                   domain::judge_fingerprint("j", "is polite", "another prompt")}) {
    EXPECT_TRUE(CaseGraders::make(cases, a_judge({other}))->informs(0));
  }
  EXPECT_NE(CaseGraders::make(cases, a_judge({fingerprint}))->digest(), CaseGraders::make(cases, a_judge({}))->digest())
      << "a verdict is bound to who may decide";
}

TEST(CaseGraders, CarryTheErrorsOfACalibratedJudgeWhereItDecidesAlone) {
  const std::string text =
      R"({"criteria":[{"criterion":"a","mayGate":true,"truePass":45,"falsePass":5,"trueFail":40,"falseFail":10}],)"
      R"("fingerprint":")" +
      std::string(64, 'a') + R"("})";
  const auto errors = read_judge_errors(text);
  ASSERT_TRUE(errors);
  EXPECT_EQ(*errors, (domain::JudgeErrors{45, 5, 40, 10}));
  EXPECT_FALSE(read_judge_errors("{}")) << "no labels, no correction";

  auto cases = some_cases(2);
  for (domain::Case& one : cases) one.expect[0] = {"rubric", R"({"rubric":"is polite"})", false, 1, std::nullopt, ""};
  cases[1].expect.push_back(some_cases(1)[0].expect[0]);
  Judge judge = a_judge({});
  const std::string bound = domain::judge_fingerprint(judge.model, "is polite", grading::judge_prompt());
  judge.calibrated = {bound};
  judge.errors[bound] = *errors;
  const auto graders = CaseGraders::make(cases, judge);
  ASSERT_TRUE(graders);
  EXPECT_EQ(graders->judge_errors(0), errors);
  EXPECT_FALSE(graders->judge_errors(1)) << "another grader decides too";
}

TEST(CaseGraders, LeaveAnUncalibratedJudgeNoSayBesideOthers) {
  auto cases = some_cases(1);
  cases[0].expect.push_back(polite());
  const auto graders = CaseGraders::make(cases, a_judge({}));
  ASSERT_TRUE(graders) << graders.error().message;
  EXPECT_FALSE(graders->informs(0));
  EXPECT_FALSE(graders->asks_model(0));
  domain::Answer wrong;
  wrong.text = "wrong";
  EXPECT_FALSE(graders->judge(0, 0, wrong).passed);
  EXPECT_TRUE(graders->judge(0, 0, right_answer(cases[0])).passed);
}

TEST(Calibration, IsReadAsItWasWrittenAndRefusedWithoutAJudge) {
  const std::string print(64, 'a');
  EXPECT_EQ(*read_calibration(R"({"criteria":[{"criterion":"polite","mayGate":true,"tpr":0.9}],"fingerprint":")" +
                              print + R"("})"),
            print);
  EXPECT_EQ(*read_calibration(
                R"({"criteria":[{"criterion":"a","mayGate":true},{"criterion":"b","mayGate":false}],"fingerprint":")" +
                print + R"("})"),
            std::nullopt);
  EXPECT_NE(read_calibration(R"({"criteria":[{"criterion":"polite","mayGate":true}]})")
                .error()
                .message.find("bound to no judge"),
            std::string::npos);
  EXPECT_FALSE(read_calibration("{}"));
  EXPECT_FALSE(read_calibration("labels"));
}

TEST(CaseGraders, NameTheCaseAndWhatItNeeds) {
  auto cases = some_cases(1);
  cases[0].expect[0].grader = "rubric";
  const auto without_judge = CaseGraders::make(cases, std::nullopt);
  ASSERT_FALSE(without_judge);
  EXPECT_NE(without_judge.error().message.find("case refunds-0: grader rubric asks a model, and no judge is named"),
            std::string::npos);
  cases[0].expect[0].grader = "magic";
  const auto unknown = CaseGraders::make(cases, std::nullopt);
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().message.find("case refunds-0: grader 'magic' is not known"), std::string::npos);
}

}  // namespace
}  // namespace pawl::gate

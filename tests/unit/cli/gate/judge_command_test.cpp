#include "cli/gate/judge_command.h"

#include <gtest/gtest.h>
#include <httplib.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "cli/goal.h"
#include "domain/gate/judge_calibration.h"
#include "gate/judge_endpoint.h"

namespace pawl::cli {
namespace {

using Json = nlohmann::json;

std::string labels(int good, int good_passed, int bad, int bad_passed) {
  std::string out;
  for (int i = 0; i < good; ++i) {
    out += R"({"criterion":"polite","human":true,"judge":)" + std::string(i < good_passed ? "true}\n" : "[false]}\n");
  }
  for (int i = 0; i < bad; ++i) {
    out += R"({"criterion":"polite","human":false,"judge":)" + std::string(i < bad_passed ? "true}\n" : "false}\n\n");
  }
  return out;
}

struct Ran {
  int code = 0;
  std::string out;
  std::string err;
};

Ran run(CalibrateOrder order) {
  std::ostringstream out;
  std::ostringstream err;
  const int code = run_calibrate(order, [] { return Result<std::string>("0123456789abcdef"); }, out, err);
  return {code, out.str(), err.str()};
}

CalibrateOrder order(std::string text) {
  CalibrateOrder out;
  out.labels = std::move(text);
  return out;
}

TEST(JudgeCalibrate, LetsAGoodJudgeGateAndShowsTheNumbers) {
  const Ran ran = run(order(labels(50, 48, 50, 2)));
  EXPECT_EQ(ran.code, kDone) << ran.err;
  EXPECT_NE(ran.out.find("polite: may gate"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("TPR       0.96 [0.87, 0.99]"), std::string::npos) << ran.out;
}

TEST(JudgeCalibrate, ShowsThePassRateAsJudgedAndCorrectedWithTheLabelsUncertainty) {
  // 40 of 60 are good, and the judge passes 38 of these and 4 of the others: 0.70 where 0.67 is right.
  const Ran ran = run(order(labels(40, 38, 20, 4)));
  EXPECT_NE(ran.out.find("Passes    0.70 as judged, 0.67 [0.48, 0.85] corrected"), std::string::npos) << ran.out;
  CalibrateOrder as_json = order(labels(40, 38, 20, 4));
  as_json.json = true;
  const Json criterion = Json::parse(run(as_json).out)["criteria"][0];
  EXPECT_NEAR(criterion["correctedRate"], 2.0 / 3, 1e-9);
  EXPECT_LT(criterion["correctedInterval"][0], 0.55);
}

TEST(JudgeCalibrate, LetsAWorseJudgeInformOnly) {
  const Ran ran = run(order(labels(50, 48, 50, 12)));
  EXPECT_EQ(ran.code, kInconclusive);
  EXPECT_NE(ran.out.find("informs, may not gate"), std::string::npos);
  EXPECT_NE(ran.out.find("76 %"), std::string::npos) << ran.out;
}

TEST(JudgeCalibrate, AnswersInJsonWithTheJudgesFingerprint) {
  CalibrateOrder asked = order(labels(50, 48, 50, 2));
  asked.json = true;
  asked.model = "judge-1";
  asked.rubric = "Be polite.";
  const Json answer = Json::parse(run(asked).out);
  EXPECT_EQ(answer["criteria"][0]["truePass"], 48);
  EXPECT_EQ(answer["fingerprint"], domain::judge_fingerprint("judge-1", "Be polite.", grading::judge_prompt()));
}

TEST(JudgeCalibrate, NamesTheLineAndTheFieldThatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"", "no labels"},
      {"{\"human\":true,\"judge\":true}\nx", "line 2"},
      {R"({"judge":true})", "line 1: human"},
      {R"({"human":true,"judge":[]})", "judge"},
      {R"({"human":true,"judge":"yes"})", "judge"},
      {R"({"human":true,"judge":true,"typo":1})", "typo"},
      {R"({"human":true})", "judge"},
      {R"({"human":true,"answer":"x"})", "--endpoint"},
  };
  for (const auto& [text, named] : rows) {
    const Ran ran = run(order(text));
    EXPECT_EQ(ran.code, kFailed) << text;
    EXPECT_NE(ran.err.find(named), std::string::npos) << ran.err;
  }
}

/// A judge on this machine that passes whatever says "please", behind the real client.
class LocalJudge {
 public:
  LocalJudge() {
    server_.Post("/v1/chat/completions", [this](const httplib::Request& request, httplib::Response& response) {
      ++requests_;
      const Json body = Json::parse(request.body);
      const std::string user = body["messages"][1]["content"];
      const std::string verdict = user.find("please") != std::string::npos ? "pass" : "fail";
      const Json content = {{"reason", "r"}, {"verdict", verdict}};
      response.set_content(
          Json{{"choices", {{{"finish_reason", "stop"}, {"message", {{"content", content.dump()}}}}}}}.dump(),
          "application/json");
    });
    server_.Post("/elsewhere/v1/chat/completions", [](const httplib::Request&, httplib::Response& response) {
      response.set_redirect("/v1/chat/completions", 307);
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
  }
  ~LocalJudge() {
    server_.stop();
    thread_.join();
  }
  LocalJudge(const LocalJudge&) = delete;
  LocalJudge& operator=(const LocalJudge&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] int requests() const { return requests_; }

 private:
  httplib::Server server_;
  std::atomic<int> requests_ = 0;
  int port_ = 0;
  std::thread thread_;
};

CalibrateOrder asking(const std::string& url) {
  CalibrateOrder asked = order(R"({"human":true,"input":"Hi","answer":"Come in, please."}
{"human":false,"answer":"Go."})");
  asked.model = "judge-1";
  asked.rubric = "Be polite.";
  asked.repeats = 2;
  asked.transport = gate::make_judge_transport({url, "secret"}).value();
  asked.json = true;
  return asked;
}

TEST(JudgeCalibrate, AsksTheJudgeItselfAsOftenAsTold) {
  LocalJudge judge;
  const Ran ran = run(asking(judge.url()));
  ASSERT_NE(ran.code, kFailed) << ran.err;
  EXPECT_EQ(judge.requests(), 4);
  const Json criterion = Json::parse(ran.out)["criteria"][0];
  EXPECT_EQ(criterion["truePass"], 1);
  EXPECT_EQ(criterion["trueFail"], 1);
  EXPECT_EQ(criterion["selfConsistency"], 1);
}

TEST(JudgeCalibrate, FollowsNoRedirect) {
  LocalJudge judge;
  const Ran ran = run(asking(judge.url() + "/elsewhere"));
  EXPECT_EQ(ran.code, kFailed);
  EXPECT_NE(ran.err.find("307"), std::string::npos) << ran.err;
  EXPECT_EQ(judge.requests(), 0);
}

TEST(JudgeCalibrate, RefusesAnEndpointOfAnotherForm) {
  for (const std::string url : {"ftp://x", "http://user:pw@x", "x", "file:///etc/passwd"}) {
    EXPECT_FALSE(gate::make_judge_transport({url, ""})) << url;
  }
}

TEST(Nonce, IsNewEachTime) {
  const auto a = gate::fresh_nonce();
  const auto b = gate::fresh_nonce();
  ASSERT_TRUE(a && b);
  EXPECT_EQ(a->size(), 32u);
  EXPECT_NE(*a, *b);
}

}  // namespace
}  // namespace pawl::cli

#include "prometheus/query.h"

#include <gtest/gtest.h>
#include <httplib.h>

#include <cmath>
#include <thread>

#include "prometheus/decode.h"
#include "prometheus/evidence_query.h"

namespace pawl::prometheus {
namespace {

const std::string kMatrix =
    R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"pawl_score_count_total",)"
    R"("revision":"r1","capability":"search"},"values":[[1795489632.25,"12"],[1795489647.25,"NaN"],[1795489662,"+Inf"],)"
    R"([1795489677,"-Inf"],[1795489692,"1.5e+3"]]}]}})";

ErrorKind kind_of(const std::string& body) {
  const auto result = decode_matrix(body, "test");
  EXPECT_FALSE(result.has_value()) << body;
  return result ? ErrorKind::NotFound : result.error().kind;
}

TEST(Decode, ReadsNamesLabelsTimesAndEveryKindOfValue) {
  const auto result = decode_matrix(kMatrix, "test");
  ASSERT_TRUE(result) << result.error().message;
  ASSERT_EQ(result->size(), 1U);
  const domain::Series& series = result->front();
  EXPECT_EQ(series.metric, "pawl_score_count_total");
  EXPECT_EQ(series.labels, (std::map<std::string, std::string>{{"revision", "r1"}, {"capability", "search"}}));
  ASSERT_EQ(series.samples.size(), 5U);
  EXPECT_EQ(series.samples[0].at, Instant{Duration{1'795'489'632'250}});
  EXPECT_EQ(series.samples[0].value, 12);
  EXPECT_TRUE(std::isnan(series.samples[1].value));
  EXPECT_EQ(series.samples[2].value, HUGE_VAL);
  EXPECT_EQ(series.samples[3].value, -HUGE_VAL);
  EXPECT_EQ(series.samples[4].value, 1500);
}

TEST(Decode, AnEmptyMatrixIsNoError) {
  const auto result = decode_matrix(R"({"status":"success","data":{"resultType":"matrix","result":[]}})", "test");
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->empty());
}

TEST(Decode, EveryTruncationIsMalformed) {
  for (std::size_t length = 0; length < kMatrix.size(); ++length) {
    EXPECT_EQ(kind_of(kMatrix.substr(0, length)), ErrorKind::Malformed) << length;
  }
}

TEST(Decode, WhatIsNotAMatrixIsMalformed) {
  for (const char* body :
       {"<html>login</html>", "null", "[]", "3", R"({"status":"success"})", R"({"status":3,"data":{}})",
        R"({"status":"success","data":{"resultType":"vector","result":[]}})",
        R"({"status":"success","data":{"resultType":"matrix"}})",
        R"({"status":"success","data":{"resultType":"matrix","result":[3]}})",
        R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{"a":1},"values":[]}]}})",
        R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,2]]}]}})",
        R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[["1","2"]]}]}})",
        R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1e300,"2"]]}]}})",
        R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"2x"]]}]}})"}) {
    EXPECT_EQ(kind_of(body), ErrorKind::Malformed) << body;
  }
}

TEST(Decode, ErrorsOfPrometheusKeepTheirMeaning) {
  EXPECT_EQ(kind_of(R"({"status":"error","errorType":"bad_data","error":"parse error"})"), ErrorKind::Invalid);
  EXPECT_EQ(kind_of(R"({"status":"error","errorType":"timeout","error":"slow"})"), ErrorKind::Unavailable);
}

TEST(Selector, QuotationMarksAndBackslashesAreEscaped) { EXPECT_EQ(literal(R"(a"b\c)"), R"("a\"b\\c")"); }

TEST(Selector, ALabelValueMatchesOnlyItself) {
  EXPECT_EQ(one_of({"shop/bot/1"}), R"("shop/bot/1")");
  EXPECT_EQ(one_of({"a.b", "c|d"}), R"("a\\.b|c\\|d")");
}

/// A server on loopback that answers every query with one fixed answer.
class Query : public ::testing::Test {
 protected:
  void start(int status, std::string body, std::string type) {
    server_.Post("/prefix/api/v1/query", [=, this](const httplib::Request& request, httplib::Response& response) {
      query_ = request.get_param_value("query");
      time_ = request.get_param_value("time");
      response.status = status;
      if (status == 302) response.set_header("Location", "/elsewhere");
      response.set_content(body, type);
    });
    server_.Post("/elsewhere", [this](const httplib::Request&, httplib::Response& response) {
      redirected_ = true;
      response.set_content(kMatrix, "application/json");
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  void TearDown() override {
    server_.stop();
    if (thread_.joinable()) thread_.join();
  }
  [[nodiscard]] std::string address() const { return "http://127.0.0.1:" + std::to_string(port_) + "/prefix/"; }
  Result<std::vector<domain::Series>> ask() {
    return PrometheusClient(address(), std::chrono::seconds{5})
        .raw_samples("pawl_score_count_total{a=\"b+c\"}[60s]", Instant{Duration{1'795'489'632'050}}, {});
  }
  void expect_error(ErrorKind kind) {
    const auto result = ask();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, kind) << result.error().message;
    EXPECT_NE(result.error().message.find(address()), std::string::npos) << result.error().message;
  }

  httplib::Server server_;
  std::thread thread_;
  int port_ = 0;
  std::string query_;
  std::string time_;
  bool redirected_ = false;
};

TEST_F(Query, SendsTheQueryUnchangedAndReadsTheMatrix) {
  start(200, kMatrix, "application/json");
  const auto result = ask();
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->size(), 1U);
  EXPECT_EQ(query_, "pawl_score_count_total{a=\"b+c\"}[60s]");
  EXPECT_EQ(time_, "1795489632.050");
}

TEST_F(Query, ADayOfScoresComesInWindowsOfTenMinutes) {
  start(
      200,
      R"({"status":"success","data":{"resultType":"matrix","result":[)"
      R"({"metric":{"counter":"count","capability":"refunds","evaluator":"j"},"values":[[600,"10"],[1200,"0"],[1800,"8"]]},)"
      R"({"metric":{"counter":"sum","capability":"refunds","evaluator":"j"},"values":[[600,"9"],[1800,"NaN"]]},)"
      R"({"metric":{"counter":"sumsq","capability":"refunds","evaluator":"j"},"values":[[600,"8.5"]]},)"
      R"({"metric":{"counter":"count","capability":"refunds","evaluator":"k"},"values":[[600,"5"]]},)"
      R"({"metric":{"counter":"sum","capability":"refunds","evaluator":"k"},"values":[[600,"4"]]}]}})",
      "application/json");
  PrometheusClient client(address(), std::chrono::seconds{5});
  const auto found = read_windows(client, "abc", Instant{Duration{2'000'000}}, {});
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 2U) << "one for each evaluator";
  EXPECT_EQ((*found)[0].capability, "refunds");
  // A window without a score is none, and what is no number is left out.
  EXPECT_EQ((*found)[0].windows, (std::vector<domain::ArmCounts>{{10, 9, 8.5}, {8, 0, 0}}));
  EXPECT_EQ((*found)[1].windows, (std::vector<domain::ArmCounts>{{5, 4, 4}})) << "squares are not exported";
  EXPECT_NE(query_.find("pawl_score_sumsq_total{revision=\"abc\"}[600s]"), std::string::npos) << query_;
  EXPECT_TRUE(query_.ends_with(")[86400s:600s]")) << query_;
}

TEST_F(Query, AnHtmlPageIsMalformed) {
  start(200, "<html>login</html>", "text/html");
  expect_error(ErrorKind::Malformed);
}

TEST_F(Query, AServerErrorIsUnavailable) {
  start(500, "oops", "text/plain");
  expect_error(ErrorKind::Unavailable);
}

TEST_F(Query, AnAbortedQueryIsUnavailable) {
  start(503, R"({"status":"error","errorType":"timeout","error":"query timed out"})", "application/json");
  expect_error(ErrorKind::Unavailable);
}

TEST_F(Query, ARefusedQueryIsInvalid) {
  start(400, R"({"status":"error","errorType":"bad_data","error":"parse error"})", "application/json");
  expect_error(ErrorKind::Invalid);
}

TEST_F(Query, CutOffJsonIsMalformed) {
  start(200, kMatrix.substr(0, 100), "application/json");
  expect_error(ErrorKind::Malformed);
}

TEST_F(Query, ARedirectIsNotFollowed) {
  start(302, "", "text/plain");
  expect_error(ErrorKind::Malformed);
  EXPECT_FALSE(redirected_);
}

TEST_F(Query, AnAnswerAboveTheCapIsRefused) {
  start(200, std::string(kLargestAnswer + 1, ' '), "application/json");
  expect_error(ErrorKind::Malformed);
}

TEST_F(Query, ABodyThatOnlyDripsIsGivenUp) {
  server_.Post("/drip/api/v1/query", [](const httplib::Request&, httplib::Response& response) {
    response.set_chunked_content_provider("application/json", [](std::size_t, httplib::DataSink& sink) {
      std::this_thread::sleep_for(std::chrono::milliseconds{10});  // below every limit on a single wait
      return sink.write(" ", 1);
    });
  });
  start(200, kMatrix, "application/json");
  const auto result = PrometheusClient("http://127.0.0.1:" + std::to_string(port_) + "/drip", Duration{100})
                          .raw_samples("a[60s]", Instant{}, {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::Unavailable);
  EXPECT_NE(result.error().message.find("no whole answer within 200ms"), std::string::npos) << result.error().message;
}

TEST_F(Query, NobodyListeningIsUnavailable) {
  start(200, kMatrix, "application/json");
  server_.stop();
  thread_.join();
  expect_error(ErrorKind::Unavailable);
}

TEST_F(Query, AStopBeforeAskingIsCancelled) {
  start(200, kMatrix, "application/json");
  std::stop_source source;
  source.request_stop();
  const auto result =
      PrometheusClient(address(), std::chrono::seconds{5}).raw_samples("a[1s]", Instant{}, source.get_token());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::Cancelled);
}

}  // namespace
}  // namespace pawl::prometheus

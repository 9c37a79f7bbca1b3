#include "kube/http_transport.h"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "support/loopback_server.h"

namespace pawl::kube {
namespace {

using std::chrono::steady_clock;

class HttpTransportTest : public ::testing::Test {
 protected:
  static const test::TestCa& ca() {
    static const test::TestCa ours("our test CA");
    return ours;
  }
  static const test::TestCa& stranger() {
    static const test::TestCa other("a stranger's CA");
    return other;
  }
  static std::shared_ptr<HttpTransport> transport(Connection connection, HttpTransportOptions options = {}) {
    auto made = HttpTransport::make(std::move(connection), std::move(options));
    EXPECT_TRUE(made) << (made ? "" : made.error().message);
    return made ? *made : nullptr;
  }
  Connection connection(const std::string& host = "127.0.0.1") {
    Connection out;
    out.server = server.url(host);
    out.ca_pem = ca().certificate_pem();
    return out;
  }
  static HttpRequest get(const std::string& path) {
    HttpRequest request;
    request.path = path;
    return request;
  }
  static Duration since(steady_clock::time_point start) {
    return std::chrono::duration_cast<Duration>(steady_clock::now() - start);
  }

  test::LoopbackServer server{ca().issue("server", "DNS:localhost,DNS:kubernetes.default.svc,IP:127.0.0.1")};
};

TEST_F(HttpTransportTest, AcceptsAServerOfOurCa) {
  const auto answer = transport(connection())->unary(get("/echo"), {});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
}

TEST_F(HttpTransportTest, AcceptsAServerByItsHostName) {
  EXPECT_TRUE(transport(connection("localhost"))->unary(get("/echo"), {}));
}

TEST_F(HttpTransportTest, RefusesAServerOfAnotherCaAndSaysWhy) {
  Connection wrong = connection();
  wrong.ca_pem = stranger().certificate_pem();
  const auto answer = transport(wrong)->unary(get("/echo"), {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::Unavailable);
  EXPECT_NE(answer.error().message.find("certificate refused"), std::string::npos) << answer.error().message;
  EXPECT_EQ(server.connections(), 0U);
}

TEST_F(HttpTransportTest, RefusesAServerThatIsNotTheHostWeAsked) {
  const test::LoopbackServer other(ca().issue("127.0.0.1", "DNS:elsewhere.example,IP:10.0.0.1"));
  Connection wrong = connection();
  wrong.server = other.url();
  EXPECT_FALSE(transport(wrong)->unary(get("/echo"), {}));
  wrong.server = other.url("localhost");
  EXPECT_FALSE(transport(wrong)->unary(get("/echo"), {}));
}

TEST_F(HttpTransportTest, VerifiesTheTlsServerNameInsteadOfTheHost) {
  Connection named = connection();
  named.tls_server_name = "kubernetes.default.svc";
  const auto answer = transport(named)->unary(get("/echo"), {});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(nlohmann::json::parse(answer->body)["headers"]["Host"], "127.0.0.1:" + std::to_string(server.port()));
  named.tls_server_name = "someone.else";
  EXPECT_FALSE(transport(named)->unary(get("/echo"), {}));
}

TEST_F(HttpTransportTest, SkipsVerificationOnlyWhenTold) {
  Connection careless = connection();
  careless.ca_pem = stranger().certificate_pem();
  careless.insecure_skip_tls_verify = true;
  EXPECT_TRUE(transport(careless)->unary(get("/echo"), {}));
}

TEST_F(HttpTransportTest, PresentsItsClientCertificate) {
  const test::LoopbackServer strict(ca().issue("server", "IP:127.0.0.1"), ca().certificate_pem());
  Connection identified = connection();
  identified.server = strict.url();
  EXPECT_FALSE(transport(identified)->unary(get("/echo"), {}));
  const test::Issued own = ca().issue("me", "");
  identified.client_cert_pem = own.certificate_pem;
  identified.client_key_pem = own.key_pem;
  const auto answer = transport(identified)->unary(get("/echo"), {});
  EXPECT_TRUE(answer) << answer.error().message;
}

TEST_F(HttpTransportTest, RefusesMaterialThatCannotWork) {
  Connection broken = connection();
  broken.ca_pem = "not pem";
  EXPECT_EQ(HttpTransport::make(broken).error().kind, ErrorKind::Invalid);
  broken = connection();
  broken.client_cert_pem = ca().issue("a", "").certificate_pem;
  broken.client_key_pem = ca().issue("b", "").key_pem;
  EXPECT_NE(HttpTransport::make(broken).error().message.find("client-key"), std::string::npos);
}

TEST_F(HttpTransportTest, SendsMethodPathBodyAndHeaders) {
  Connection prefixed = connection();
  prefixed.server += "/k8s/c-1";
  prefixed.token = "secret";
  HttpRequest request = get("/echo?labelSelector=a%3Db%2Cc");
  request.method = Method::Patch;
  request.body = R"({"x":1})";
  request.content_type = "application/merge-patch+json";
  request.user_agent_suffix = "leader-election";
  HttpTransportOptions named_pawl;
  named_pawl.user_agent = "pawl/1";
  const auto answer = transport(prefixed, named_pawl)->unary(request, {});
  ASSERT_TRUE(answer) << answer.error().message;
  const auto seen = nlohmann::json::parse(answer->body);
  EXPECT_EQ(seen["method"], "PATCH");
  EXPECT_EQ(seen["target"], "/k8s/c-1/echo?labelSelector=a%3Db%2Cc");
  EXPECT_EQ(seen["body"], R"({"x":1})");
  EXPECT_EQ(seen["headers"]["Content-Type"], "application/merge-patch+json");
  EXPECT_EQ(seen["headers"]["Accept"], "application/json");
  EXPECT_EQ(seen["headers"]["Accept-Encoding"], "identity");
  EXPECT_EQ(seen["headers"]["Authorization"], "Bearer secret");
  EXPECT_EQ(seen["headers"]["User-Agent"], "pawl/1/leader-election");
}

TEST_F(HttpTransportTest, NeverSendsCredentialsInClearText) {
  const test::LoopbackServer plain;
  Connection open;
  open.server = plain.url();
  open.token = "secret";
  const auto answer = transport(open)->unary(get("/echo"), {});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_FALSE(nlohmann::json::parse(answer->body)["headers"].contains("Authorization"));
}

TEST_F(HttpTransportTest, ReusesOneConnectionForManyRequests) {
  const auto kept = transport(connection());
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(kept->unary(get("/echo"), {}));
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(HttpTransportTest, GivesErrorAnswersAsValuesWithLowerCaseHeaders) {
  const auto answer = transport(connection())->unary(get("/status/503"), {});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 503);
  const std::pair<std::string, std::string> wish{"retry-after", "2"};
  EXPECT_NE(std::find(answer->headers.begin(), answer->headers.end(), wish), answer->headers.end());
}

TEST_F(HttpTransportTest, EndsARequestAtItsTimeLimit) {
  HttpRequest slow = get("/hang");
  slow.timeout = Duration{200};
  const auto start = steady_clock::now();
  const auto answer = transport(connection())->unary(slow, {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::Unavailable);
  EXPECT_LT(since(start), Duration{1'000});
}

TEST_F(HttpTransportTest, CallsAWriteWithoutAnAnswerUnknown) {
  HttpRequest slow = get("/hang");
  slow.method = Method::Post;
  slow.body = "{}";
  slow.content_type = "application/json";
  slow.timeout = Duration{200};
  EXPECT_EQ(transport(connection())->unary(slow, {}).error().kind, ErrorKind::Unknown);
}

TEST_F(HttpTransportTest, CallsAWriteToNobodyUnavailable) {
  Connection nobody = connection();
  nobody.server = "https://127.0.0.1:1";
  HttpRequest post = get("/echo");
  post.method = Method::Post;
  EXPECT_EQ(transport(nobody)->unary(post, {}).error().kind, ErrorKind::Unavailable);
}

TEST_F(HttpTransportTest, RefusesABodyAboveItsLimit) {
  HttpTransportOptions tight;
  tight.max_body_bytes = 1000;
  const auto answer = transport(connection(), tight)->unary(get("/big"), {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::Malformed);
}

TEST_F(HttpTransportTest, ReadsTheTokenFileAgainOnceAfter401) {
  const std::string path = ::testing::TempDir() + "token_after_401";
  std::ofstream(path) << "old\n";
  Connection rotating = connection();
  rotating.token_file = path;
  const auto kept = transport(rotating);
  server.require_token("old");
  EXPECT_EQ(kept->unary(get("/echo"), {})->status, 200);
  server.require_token("new");
  EXPECT_EQ(kept->unary(get("/echo"), {})->status, 401);
  std::ofstream(path) << "new\n";
  EXPECT_EQ(kept->unary(get("/echo"), {})->status, 200);
}

const auto kPatient = [] { return Duration{10'000}; };

TEST_F(HttpTransportTest, StreamsTheBodyUntilTheServerEndsIt) {
  std::string got;
  const auto take = [&](std::string_view piece) { return got += piece, true; };
  const StreamOutcome outcome = transport(connection())->stream(get("/lines"), take, kPatient, {});
  EXPECT_EQ(outcome.end, StreamEnd::Clean) << outcome.detail;
  EXPECT_EQ(got, "one\ntwo\nthree\n");
}

TEST_F(HttpTransportTest, SaysThatAStreamWasAcceptedBeforeItsFirstByte) {
  std::vector<std::string> got;
  const auto take = [&](std::string_view piece) { return got.emplace_back(piece), true; };
  ASSERT_EQ(transport(connection())->stream(get("/lines"), take, kPatient, {}).end, StreamEnd::Clean);
  ASSERT_GE(got.size(), 2U);
  EXPECT_EQ(got.front(), "");
  EXPECT_EQ(std::count(got.begin(), got.end(), ""), 1);
}

TEST_F(HttpTransportTest, CancelsAHangingStreamWithinASecond) {
  std::stop_source stop;
  std::atomic<bool> first{false};
  const auto take = [&](std::string_view) { return first = true, true; };
  StreamOutcome outcome;
  const auto hanging = transport(connection());
  std::thread reader([&] { outcome = hanging->stream(get("/hang"), take, kPatient, stop.get_token()); });
  while (!first) std::this_thread::sleep_for(Duration{1});
  const auto start = steady_clock::now();
  stop.request_stop();
  reader.join();
  EXPECT_LT(since(start), Duration{1'000});
  EXPECT_EQ(outcome.end, StreamEnd::Cancelled);
}

TEST_F(HttpTransportTest, EndsASilentStreamAtItsIdleLimit) {
  const auto start = steady_clock::now();
  const auto take = [](std::string_view) { return true; };
  const StreamOutcome outcome = transport(connection())->stream(get("/hang"), take, [] { return Duration{300}; }, {});
  EXPECT_EQ(outcome.end, StreamEnd::IdleTimeout) << outcome.detail;
  EXPECT_GE(since(start), Duration{300});
  EXPECT_LT(since(start), Duration{2'000});
}

TEST_F(HttpTransportTest, AsksForTheIdleLimitAgainAfterEveryPiece) {
  int asked = 0;
  const auto limit = [&] { return ++asked == 1 ? Duration{60'000} : Duration{200}; };
  const auto start = steady_clock::now();
  const StreamOutcome outcome =
      transport(connection())->stream(get("/hang"), [](std::string_view) { return true; }, limit, {});
  EXPECT_EQ(outcome.end, StreamEnd::IdleTimeout);
  EXPECT_LT(since(start), Duration{2'000});
}

TEST_F(HttpTransportTest, TellsACutStreamFromACleanEnd) {
  const StreamOutcome outcome =
      transport(connection())->stream(get("/cut"), [](std::string_view) { return true; }, kPatient, {});
  EXPECT_EQ(outcome.end, StreamEnd::Reset) << outcome.detail;
}

TEST_F(HttpTransportTest, KeepsTwoKibibytesOfAnErrorAnswerToAStream) {
  bool called = false;
  const auto take = [&](std::string_view) { return called = true, true; };
  const StreamOutcome outcome = transport(connection())->stream(get("/status/410"), take, kPatient, {});
  EXPECT_EQ(outcome.end, StreamEnd::HttpError);
  EXPECT_EQ(outcome.error_response.status, 410);
  EXPECT_EQ(outcome.error_response.body.size(), 2048U);
  EXPECT_FALSE(called);
}

TEST_F(HttpTransportTest, TellsThatNobodyListens) {
  Connection nobody = connection();
  nobody.server = "https://127.0.0.1:1";
  const StreamOutcome outcome =
      transport(nobody)->stream(get("/lines"), [](std::string_view) { return true; }, kPatient, {});
  EXPECT_EQ(outcome.end, StreamEnd::ConnectRefused);
}

TEST_F(HttpTransportTest, EndsWhenTheConsumerHasEnough) {
  const StreamOutcome outcome =
      transport(connection())->stream(get("/lines"), [](std::string_view) { return false; }, kPatient, {});
  EXPECT_EQ(outcome.end, StreamEnd::Cancelled);
}

}  // namespace
}  // namespace pawl::kube

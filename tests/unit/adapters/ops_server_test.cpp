// Over real HTTP on this machine: what a kubelet and a Prometheus see of the operator.
#include "adapters/ops_server.h"

#include <gmock/gmock.h>
#include <httplib.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>

namespace pawl::adapters {
namespace {

using testing::HasSubstr;

/// The server of a program whose state the test chooses. One for all tests: civetweb takes 2 s to stop.
class OpsServerTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto listening =
        OpsServer::listen("127.0.0.1:0", {.metrics = [] { return "pawl_leader 1\n"; },
                                          .unhealthy = [] { return std::string(hangs ? "the lease hangs" : ""); },
                                          .unready = [] { return std::string(ready ? "" : "cannot list pods"); }});
    ASSERT_TRUE(listening) << listening.error().message;
    server = std::move(*listening);
  }
  static void TearDownTestSuite() { server.reset(); }
  ~OpsServerTest() override { ready = hangs = false; }

  static httplib::Response get(const std::string& path) {
    auto answer = httplib::Client("127.0.0.1", server->port()).Get(path);
    if (!answer) throw std::runtime_error("no answer to " + path + ": " + httplib::to_string(answer.error()));
    return *answer;
  }

  static inline std::atomic<bool> ready{false};
  static inline std::atomic<bool> hangs{false};
  static inline std::unique_ptr<OpsServer> server;
};

TEST_F(OpsServerTest, HealthIsAnsweredOkBeforeTheProgramIsReady) {
  const auto answer = get("/healthz");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "ok\n");
}

TEST_F(OpsServerTest, AnUnhealthyProgramSaysWhy) {
  hangs = true;
  const auto answer = get("/healthz");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.body, "the lease hangs\n");
}

TEST_F(OpsServerTest, ReadinessIsRefusedWithItsReasonUntilTheProgramIsReady) {
  const auto before = get("/readyz");
  EXPECT_EQ(before.status, 503);
  EXPECT_EQ(before.body, "cannot list pods\n");
  ready = true;
  const auto after = get("/readyz");
  EXPECT_EQ(after.status, 200);
  EXPECT_EQ(after.body, "ok\n");
}

TEST_F(OpsServerTest, MetricsAreServedInPrometheusText) {
  const auto answer = get("/metrics");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.get_header_value("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(answer.body, "pawl_leader 1\n");
}

TEST_F(OpsServerTest, NothingElseIsServed) { EXPECT_EQ(get("/debug").status, 404); }

TEST_F(OpsServerTest, AnAddressThatIsTakenIsNamed) {
  const std::string taken = "127.0.0.1:" + std::to_string(server->port());
  const auto second = OpsServer::listen(taken, {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::Unavailable);
  EXPECT_THAT(second.error().message, HasSubstr(taken));
}

}  // namespace
}  // namespace pawl::adapters

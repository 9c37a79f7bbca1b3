// The gate before the demo's own agent.
#include "exam/gate_exam.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <httplib.h>
#include <thread>

#include "agent/agent_server.h"
#include "agent/bundle_dir.h"
#include "model/small_model.h"

namespace pawl::cli {
namespace {

/// The demo's agent with one of its bundles.
class DemoAgent {
 public:
  explicit DemoAgent(const std::string& bundle)
      : server_(behaviour_of(bundle), model_, recorder_, clock_, {"support-bot", ""}),
        thread_([this] { server_.serve("127.0.0.1", port_); }) {
    httplib::Client client(url());
    while (!client.Get("/healthz")) std::this_thread::yield();
  }
  ~DemoAgent() {
    server_.stop();
    thread_.join();
  }
  DemoAgent(const DemoAgent&) = delete;
  DemoAgent& operator=(const DemoAgent&) = delete;
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  static demo::Behaviour behaviour_of(const std::string& bundle) {
    const auto files = demo::read_bundle_dir(std::string(PAWL_SOURCE_DIR) + "/hack/demo/bundles/" + bundle);
    return *demo::read_behaviour(*files);
  }
  static int free_port() {
    const int probe = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(probe, generic, size), 0);
    EXPECT_EQ(::getsockname(probe, generic, &size), 0);
    ::close(probe);
    return ntohs(address.sin_port);
  }

  const SystemClock clock_;
  demo::SmallModel model_;
  demo::Recorder recorder_{"", ""};
  int port_ = free_port();
  demo::AgentServer server_;
  std::thread thread_;
};

TEST(GateOfTheDemo, T17LosingNothingIsNoImprovement) {
  const DemoAgent candidate("r2");
  const DemoAgent stable("r1");
  std::vector<domain::Case> cases;
  for (int i = 0; i < 30; ++i) {
    domain::Case one = gate::tests::a_case("refunds", i);
    one.input[0].content = "Please refund order A-" + std::to_string(1000 + i) + ".";
    one.expect[0].grader = "regex";
    one.expect[0].parameters = R"({"pattern":"(?i)refund"})";
    cases.push_back(one);
  }
  const TemporaryFile suite("demo.jsonl");
  suite.write(suite::write_cases(cases));
  GateRunOrder order;
  order.suites = {suite.path() + "=golden"};
  order.candidate = candidate.url();
  order.stable = stable.url();
  order.seed = 1;
  std::ostringstream out;
  std::ostringstream err;
  const SystemClock clock;
  const int code = run_gate_run({out, err, false, false}, order, clock, {});
  // Same answers on both sides: nothing is lost, and a tie is no improvement.
  EXPECT_EQ(code, kGateFailed) << out.str() << err.str();
  EXPECT_NE(out.str().find("NoImprovement"), std::string::npos) << out.str();
}

}  // namespace
}  // namespace pawl::cli

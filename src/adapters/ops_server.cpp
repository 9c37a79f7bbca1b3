#include "adapters/ops_server.h"

#include <vector>

#include <CivetServer.h>

namespace pawl::adapters {
namespace {

void answer(mg_connection* connection, int code, const char* type, const std::string& body) {
  mg_printf(connection, "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n", code,
            code == 200 ? "OK" : "Service Unavailable", type, body.size());
  mg_write(connection, body.data(), body.size());
}

class MetricsHandler final : public CivetHandler {
 public:
  explicit MetricsHandler(std::function<std::string()> text) : text_(std::move(text)) {}
  bool handleGet(CivetServer*, mg_connection* connection) override {
    answer(connection, 200, "text/plain; version=0.0.4; charset=utf-8", text_());
    return true;
  }

 private:
  std::function<std::string()> text_;
};

class ProbeHandler final : public CivetHandler {
 public:
  explicit ProbeHandler(std::function<std::string()> problem) : problem_(std::move(problem)) {}
  bool handleGet(CivetServer*, mg_connection* connection) override {
    const std::string problem = problem_();
    answer(connection, problem.empty() ? 200 : 503, "text/plain; charset=utf-8",
           problem.empty() ? "ok\n" : problem + "\n");
    return true;
  }

 private:
  std::function<std::string()> problem_;
};

}  // namespace

struct OpsServer::Impl {
  MetricsHandler metrics;
  ProbeHandler healthz;
  ProbeHandler readyz;
  CivetServer server;  // last: it stops before what its handlers use

  Impl(const std::string& address, OpsAnswers answers)
      : metrics(std::move(answers.metrics)),
        healthz(std::move(answers.unhealthy)),
        readyz(std::move(answers.unready)),
        server(std::vector<std::string>{"listening_ports", address, "num_threads", "2", "request_timeout_ms", "5000"}) {
    server.addHandler("/metrics", &metrics);
    server.addHandler("/healthz", &healthz);
    server.addHandler("/readyz", &readyz);
  }
};

OpsServer::OpsServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
OpsServer::~OpsServer() = default;

int OpsServer::port() const { return impl_->server.getListeningPorts().at(0); }

Result<std::unique_ptr<OpsServer>> OpsServer::listen(const std::string& address, OpsAnswers answers) {
  try {
    return std::unique_ptr<OpsServer>(new OpsServer(std::make_unique<Impl>(address, std::move(answers))));
  } catch (const CivetException& e) {
    return fail(ErrorKind::Unavailable, "listening on " + address + ": " + e.what());
  }
}

}  // namespace pawl::adapters

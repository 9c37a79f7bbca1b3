// pawl-scorer: grades finished interactions and counts the scores for Prometheus.
#include <prometheus/exposer.h>
#include <prometheus/registry.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <thread>

#include "base/log.h"
#include "base/system_clock.h"
#include "scorer/grading.h"
#include "scorer/intake_server.h"
#include "scorer/scorer.h"
#if __has_include("kube/http_transport.h")
#define PAWL_SCORER_KUBE 1
#include "kube/http_transport.h"
#include "scorer/kube_identity.h"
#endif

namespace pawl::scorer {
namespace {

struct Flags {
  std::string config;
  std::string listen = "127.0.0.1:8090";
  std::string metrics = "127.0.0.1:9464";
  std::string static_identity;
  std::string server;
  std::string ca_file;
  std::string token_file;
  std::string ns;
  std::size_t queue = 8192;
};

std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Who senders are and which rollouts live: from the API server, or from a file for tests.
struct World {
  std::shared_ptr<SenderIdentity> identity;
  std::shared_ptr<CohortTable> cohorts = std::make_shared<CohortTable>();
  std::jthread refresher;
};

#ifdef PAWL_SCORER_KUBE
constexpr const char* kServiceAccount = "/var/run/secrets/kubernetes.io/serviceaccount/";

kube::Connection connection_of(const Flags& flags) {
  kube::Connection out;
  const char* host = std::getenv("KUBERNETES_SERVICE_HOST");
  const char* port = std::getenv("KUBERNETES_SERVICE_PORT");
  out.server = flags.server;
  if (out.server.empty() && host != nullptr && port != nullptr) out.server = std::string("https://") + host + ":" + port;
  out.ca_pem = read_text(flags.ca_file.empty() ? std::string(kServiceAccount) + "ca.crt" : flags.ca_file);
  out.token_file = flags.token_file.empty() ? std::string(kServiceAccount) + "token" : flags.token_file;
  return out;
}

Status ask_the_api_server(const Flags& flags, const Clock& clock, World& world) {
  kube::HttpTransportOptions options;
  options.user_agent = "pawl-scorer";
  auto transport = kube::HttpTransport::make(connection_of(flags), options);
  if (!transport) return fail(transport.error());
  auto client = std::make_shared<const kube::Client>(*transport);
  world.identity = std::make_shared<CachedIdentity>(std::make_shared<KubeIdentity>(client), clock);
  world.refresher = std::jthread([client, ns = flags.ns, table = world.cohorts](std::stop_token stop) { CohortRefresher(client, ns, table).run(stop); });
  return {};
}
#else
Status ask_the_api_server(const Flags&, const Clock&, World&) { return fail(ErrorKind::Invalid, "built without the API client: use --static-identity"); }
#endif

Status make_world(const Flags& flags, const Clock& clock, World& world) {
  if (flags.static_identity.empty()) return ask_the_api_server(flags, clock, world);
  auto fixed = StaticIdentity::from_yaml(read_text(flags.static_identity));
  if (!fixed) return fail(fixed.error());
  world.identity = *fixed;
  return {};
}

int wait_for_a_signal(const sigset_t& signals) {
  int received = 0;
  sigwait(&signals, &received);
  return received;
}

Status serve(const Flags& flags, const sigset_t& signals) {
  const SystemClock clock;
  auto grading = Grading::from_yaml(read_text(flags.config));
  if (!grading) return fail(grading.error().during("reading " + flags.config));
  World world;
  if (auto made = make_world(flags, clock, world); !made) return made;
  Scorer scorer(std::move(*grading), world.identity, world.cohorts, clock, {flags.queue, 512});
  prometheus::Exposer exposer(flags.metrics);
  exposer.RegisterCollectable(scorer.metrics().registry());
  std::jthread worker([&](std::stop_token stop) { scorer.run(stop); });
  IntakeServer intake(scorer);
  if (auto started = intake.start(flags.listen); !started) return started;
  log::info("scoring", {{"listen", flags.listen}, {"metrics", flags.metrics}});
  wait_for_a_signal(signals);
  intake.stop();  // nothing more comes in; the worker empties the queue as it is joined
  return {};
}

}  // namespace
}  // namespace pawl::scorer

int main(int argc, char** argv) {
  using namespace pawl;
  scorer::Flags flags;
  CLI::App app("Grades finished interactions and counts the scores for Prometheus.");
  app.add_option("--config", flags.config, "The graders (YAML)")->required();
  app.add_option("--listen", flags.listen, "Address of the intake")->capture_default_str();
  app.add_option("--metrics", flags.metrics, "Address of /metrics")->capture_default_str();
  app.add_option("--queue", flags.queue, "Records waiting to be graded, at most")->capture_default_str();
  app.add_option("--server", flags.server, "URL of the API server; the cluster's own if absent");
  app.add_option("--ca-file", flags.ca_file, "Its certificate authority");
  app.add_option("--token-file", flags.token_file, "Our own token");
  app.add_option("--namespace", flags.ns, "Only rollouts of this namespace; all if absent");
  app.add_option("--static-identity", flags.static_identity, "Senders from a file instead of the API server. For tests");
  CLI11_PARSE(app, argc, argv);
  log::configure("pawl-scorer", log::Level::Info, log::Format::Text);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  try {
    if (const auto done = scorer::serve(flags, signals); !done) {
      log::error("cannot serve", {{"reason", done.error().message}});
      return 1;
    }
  } catch (const std::exception& e) {  // the metrics server reports a taken port this way
    log::error("cannot serve", {{"reason", e.what()}});
    return 1;
  }
  return 0;
}

// pawl-scorer: grades finished interactions and counts the scores for Prometheus.
#include <prometheus/exposer.h>
#include <prometheus/registry.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <thread>

#include "base/log.h"
#include "base/system_clock.h"
#include "kube/connect.h"
#include "mark_key.h"
#include "runtime/flag.h"
#include "runtime/program.h"
#include "scorer/failure_proposer.h"
#include "scorer/failure_readers.h"
#include "scorer/grading.h"
#include "scorer/intake_server.h"
#include "scorer/kube_identity.h"
#include "scorer/kube_objects.h"
#include "scorer/rollout_lists.h"
#include "scorer/scorer.h"

namespace pawl::scorer {
namespace {

struct Flags {
  std::string config;
  std::string listen = "127.0.0.1:8090";
  std::string metrics = "127.0.0.1:9464";
  std::string static_identity;
  std::string kubeconfig;
  std::string ns;
  std::string gate_key;
  std::vector<std::string> failure_readers;
  std::size_t queue = 8192;
  std::string folder;
};

std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Who senders are and which rollouts live: from the API server, or from a file for tests.
struct World {
  std::shared_ptr<SenderIdentity> identity;
  std::shared_ptr<CohortTable> cohorts = std::make_shared<CohortTable>();
  std::shared_ptr<const kube::Client> client;  ///< null where nothing is asked of an API server
};

Status ask_the_api_server(const Flags& flags, const Clock& clock, World& world) {
  kube::HttpTransportOptions options;
  options.user_agent = "pawl-scorer";
  kube::ConnectionChoice choice;
  choice.kubeconfig = flags.kubeconfig;
  auto transport = kube::connect(choice, options);
  if (!transport) return fail(transport.error());
  world.client = std::make_shared<const kube::Client>(*transport);
  world.identity = std::make_shared<CachedIdentity>(std::make_shared<KubeIdentity>(world.client), clock);
  return {};
}

Status make_world(const Flags& flags, const Clock& clock, World& world) {
  if (flags.static_identity.empty()) return ask_the_api_server(flags, clock, world);
  auto fixed = StaticIdentity::from_yaml(read_text(flags.static_identity));
  if (!fixed) return fail(fixed.error());
  world.identity = *fixed;
  return {};
}

Result<std::unique_ptr<FailureStore>> open_failures(const std::string& folder) {
  constexpr std::size_t kKept = 512;
  if (folder.empty()) return std::make_unique<FailureStore>(kKept);
  return FailureStore::open(folder, kKept);
}

/// Keeps the table of live rollouts; `known` is raised by the first list.
std::jthread follow_cohorts(const Flags& flags, const World& world, runtime::Flag& known) {
  if (!world.client) {
    known.raise();
    return {};
  }
  return std::jthread([&flags, &world, &known](const std::stop_token& stop) {
    RolloutLists(world.client, flags.ns)
        .follow(
            "cohorts",
            [&](const std::vector<kube::Json>& rollouts) {
              world.cohorts->replace(live_cohorts(rollouts));
              known.raise();
            },
            stop);
  });
}

/// What a revision that was taken back got wrong is proposed. Its writes may take as long as they like.
std::jthread propose_failures(const Flags& flags, const World& world, const Scorer& scorer, const Clock& clock) {
  if (!world.client) return {};
  return std::jthread([&flags, &world, &scorer, &clock](const std::stop_token& stop) {
    FailureProposer proposer(
        world.client,
        [&scorer](const std::string& agent, const std::string& revision) {
          return scorer.failures().of(agent, revision);
        },
        scorer.grading());
    RolloutLists(world.client, flags.ns)
        .follow(
            "proposals", [&](const std::vector<kube::Json>& rollouts) { proposer.look(rollouts, clock.boot()); }, stop);
  });
}

/// A record that comes before its rollout is known would count for none. False when a signal came first.
bool wait_for_cohorts(const runtime::Flag& known, const runtime::Termination& termination) {
  std::stop_source stopped;
  const std::jthread signal = termination.forward_to(stopped);
  return known.wait(stopped.get_token());
}

Status serve(const Flags& flags, const runtime::Termination& termination) {
  const SystemClock clock;
  auto grading = Grading::from_yaml(read_text(flags.config));
  if (!grading) return fail(grading.error().during("reading " + flags.config));
  const auto key = flags.gate_key.empty() ? Result<std::string>(std::string()) : read_mark_key(flags.gate_key);
  if (!key) return fail(key.error().during("--gate-key"));
  World world;
  if (auto made = make_world(flags, clock, world); !made) return made;
  auto failures = open_failures(flags.folder);
  if (!failures) return fail(failures.error().during("--folder"));
  Scorer scorer(std::move(*grading), world.identity, world.cohorts, std::move(*failures), clock, {flags.queue, *key});
  runtime::Flag cohorts_known;
  const std::jthread cohorts = follow_cohorts(flags, world, cohorts_known);
  const std::jthread proposals = propose_failures(flags, world, scorer, clock);
  prometheus::Exposer exposer(flags.metrics);
  exposer.RegisterCollectable(scorer.metrics().registry());
  std::jthread worker([&](std::stop_token stop) { scorer.run(stop); });
  const FailureReaders readers(world.identity, {flags.failure_readers.begin(), flags.failure_readers.end()});
  if (!wait_for_cohorts(cohorts_known, termination)) return {};
  IntakeServer intake(scorer, readers);
  if (auto started = intake.start(flags.listen); !started) return started;
  log::info("scoring", {{"listen", flags.listen}, {"metrics", flags.metrics}});
  termination.wait();
  intake.stop();  // nothing more comes in; the worker empties the queue as it is joined
  return {};
}

}  // namespace
}  // namespace pawl::scorer

int main(int argc, char** argv) {
  using namespace pawl;
  scorer::Flags flags;
  CLI::App app("Grades finished interactions and counts the scores for Prometheus.");
  app.set_version_flag("--version", PAWL_VERSION);
  app.add_option("--config", flags.config, "The graders (YAML)")->required();
  app.add_option("--listen", flags.listen, "Address of the intake")->capture_default_str();
  app.add_option("--metrics", flags.metrics, "Address of /metrics")->capture_default_str();
  app.add_option("--queue", flags.queue, "Records waiting to be graded, at most")->capture_default_str();
  app.add_option(
      "--folder", flags.folder,
      "Where the newest failures are kept, so that a restart does not forget them; in memory alone if absent");
  app.add_option("--kubeconfig", flags.kubeconfig, "Path of a kubeconfig; the pod's own account if absent");
  app.add_option("--gate-key", flags.gate_key,
                 "File of the key that pawl-gate marks its questions with: they are not counted and not kept");
  app.add_option("--failure-reader", flags.failure_readers,
                 "Account that may read GET /failures, such as system:serviceaccount:agents:proposer; may be repeated. "
                 "Nobody may without it");
  app.add_option("--namespace", flags.ns, "Only rollouts of this namespace; all if absent");
  app.add_option("--static-identity", flags.static_identity,
                 "Senders from a file instead of the API server. For tests");
  CLI11_PARSE(app, argc, argv);
  log::configure("pawl-scorer", log::Level::Info, log::Format::Text);
  return runtime::run_program([&](const auto& termination) { return scorer::serve(flags, termination); });
}

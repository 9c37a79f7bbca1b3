// pawl-gate: judges candidates by suites that their authors cannot read, and writes the verdict into the AgentRevision.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <random>
#include <thread>

#include "base/log.h"
#include "base/system_clock.h"
#include "gate/http_target.h"
#include "gatekeeper/gatekeeper.h"
#include "kube/connect.h"
#include "kube/informer.h"
#include "runtime/work_queue.h"

namespace pawl::gatekeeper {
namespace {

struct Flags {
  std::string kubeconfig;
  std::string ns;
  std::string own_ns;
  std::string folder = "/var/lib/pawl-gate";
  std::string timeout = "60s";
  int concurrency = 8;
};

constexpr const char* kRollout = "rollout";
constexpr const char* kSuite = "suite";

/// "rollout/shop/support": what the queue holds.
std::string key_of(const char* kind, const kube::ObjectKey& key) {
  return std::string(kind) + "/" + key.ns + "/" + key.name;
}

kube::ObjectKey object_of(const std::string& key) {
  const std::size_t ns = key.find('/') + 1;
  const std::size_t name = key.find('/', ns) + 1;
  return {key.substr(ns, name - 1 - ns), key.substr(name)};
}

/// Of an object only that it changed matters here: what it says is read anew each time.
struct Changed {};
using Changes = kube::Informer<Changed>;

std::unique_ptr<Changes> watch(const Flags& flags, kube::Transport& transport, const kube::Resource& resource,
                               const char* kind, runtime::WorkQueue& queue, const Clock& clock) {
  auto informer = std::make_unique<Changes>(kube::InformerOptions{.transport = transport,
                                                                  .resource = resource,
                                                                  .ns = flags.ns,
                                                                  .label_selector = "",
                                                                  .field_selector = "",
                                                                  .clock = clock,
                                                                  .seed = std::random_device{}()},
                                            [](const Json&) { return Result<Changed>(Changed{}); });
  informer->on_change([&queue, kind](const kube::Meta& meta, const auto&, const auto& after) {
    if (after) queue.add(key_of(kind, meta.key));
  });
  return informer;
}

Status answer_rollout(Gatekeeper& gatekeeper, const kube::ObjectKey& rollout, const std::stop_token& stop) {
  const auto answered = gatekeeper.answer(rollout, stop);
  if (!answered) return fail(answered.error());
  if (*answered == Answered::Judged) log::info("judged", {{"rollout", rollout.display()}});
  return {};
}

/// Keeps what the suite says of itself current, asked about or not.
Status look_at_suite(const SuiteStore& suites, const kube::ObjectKey& suite) {
  const auto loaded = suites.load(suite);
  const bool gone = !loaded && loaded.error().kind == ErrorKind::NotFound;
  return loaded || gone ? Status() : Status(fail(loaded.error()));
}

/// One thing after the other until `stop`: the ledgers have one writer.
void work(Gatekeeper& gatekeeper, const SuiteStore& suites, runtime::WorkQueue& queue, const std::stop_token& stop) {
  while (const auto key = queue.get(stop)) {
    const auto done = key->starts_with(kSuite) ? look_at_suite(suites, object_of(*key))
                                               : answer_rollout(gatekeeper, object_of(*key), stop);
    if (!done) log::warn("not yet", {{"what", *key}, {"why", done.error().message}});
    queue.done(*key, {done ? runtime::Outcome::Kind::Done : runtime::Outcome::Kind::Failed, Duration{0}});
  }
}

MakeTarget targets(Duration timeout, const Clock& clock) {
  return [timeout, &clock](const std::vector<std::string>& urls) {
    gate::HttpTargetOptions options;
    options.urls = urls;
    options.timeout = timeout;
    return gate::make_http_target(options, clock);
  };
}

Status serve(const Flags& flags, const sigset_t& signals) {
  const auto clock = std::make_shared<SystemClock>();
  const auto timeout = parse_duration(flags.timeout);
  if (!timeout || *timeout <= Duration{0}) {
    return fail(ErrorKind::Invalid, "--timeout " + flags.timeout + " is no duration; write 60s or 5m");
  }
  if (flags.own_ns.empty()) {
    return fail(ErrorKind::Invalid, "--own-namespace is missing: where are the held-out Secrets?");
  }
  auto memory = Memory::open(flags.folder);
  if (!memory) return fail(memory.error());
  kube::HttpTransportOptions options;
  options.user_agent = "pawl-gate";
  kube::ConnectionChoice choice;
  choice.kubeconfig = flags.kubeconfig;
  auto transport = kube::connect(choice, options);
  if (!transport) return fail(transport.error());
  const kube::Client client(*transport);
  kube::EventRecorder events(client, {"pawl.dev/gate", flags.own_ns}, clock);
  Gatekeeper gatekeeper(client, events, *clock, std::move(*memory), targets(*timeout, *clock),
                        {.own_ns = flags.own_ns,
                         .concurrency = flags.concurrency,
                         .retries = 5,
                         .retry_wait = Duration{200},
                         .judge = {}});

  runtime::WorkQueue queue(*clock);
  const SuiteStore suites(client, flags.own_ns, *clock);
  const auto rollouts = watch(flags, **transport, kube::resources::kAgentRollouts, kRollout, queue, *clock);
  const auto changed_suites = watch(flags, **transport, kEvalSuites, kSuite, queue, *clock);
  std::vector<std::jthread> threads;
  threads.emplace_back([&](const std::stop_token& stop) { rollouts->run(stop); });
  threads.emplace_back([&](const std::stop_token& stop) { changed_suites->run(stop); });
  threads.emplace_back([&](const std::stop_token& stop) { work(gatekeeper, suites, queue, stop); });
  log::info("judging", {{"namespace", flags.ns.empty() ? "all" : flags.ns}, {"folder", flags.folder}});
  int received = 0;
  sigwait(&signals, &received);
  for (std::jthread& thread : threads) thread.request_stop();  // a run under way stops where it is; its journal is kept
  queue.shutdown();
  return {};
}

}  // namespace
}  // namespace pawl::gatekeeper

int main(int argc, char** argv) {
  using namespace pawl;
  gatekeeper::Flags flags;
  CLI::App app("Judges candidates by suites that their authors cannot read.");
  app.add_option("--own-namespace", flags.own_ns, "Where the Secrets with held-out cases are")->required();
  app.add_option("--namespace", flags.ns, "Only rollouts of this namespace; all if absent");
  app.add_option("--kubeconfig", flags.kubeconfig, "Path of a kubeconfig; the pod's own account if absent");
  app.add_option("--folder", flags.folder, "Where runs under way are kept: an emptyDir")->capture_default_str();
  app.add_option("--concurrency", flags.concurrency, "Requests to agents at a time")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  app.add_option("--timeout", flags.timeout, "Of one answer")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  log::configure("pawl-gate", log::Level::Info, log::Format::Text);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  if (const auto done = gatekeeper::serve(flags, signals); !done) {
    log::error("cannot serve", {{"reason", done.error().message}});
    return 1;
  }
  return 0;
}

// pawl-operator: reconciles AgentRollouts. Flags, adapters, threads, stop in order.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "adapters/cluster_view.h"
#include "adapters/kube_rollout_world.h"
#include "adapters/operator_metrics.h"
#include "adapters/ops_server.h"
#include "adapters/prometheus_evidence.h"
#include "base/log.h"
#include "base/system_clock.h"
#include "controllers/rollout_worker.h"
#include "kube/connect.h"
#include "kube/lease.h"

namespace pawl {
namespace {

struct Flags {
  std::string kubeconfig;
  std::string ns;
  std::string metrics = "0.0.0.0:9465";
  std::string lease_ns = "pawl-system";
  std::string lease_name = "pawl-operator";
  std::string log_level = "info";
  bool log_json = false;
  int workers = 2;
};

/// A leader that lost its lease must not finish anything: the process ends, and starts again as a standby.
[[noreturn]] void end_at_once(const std::string& why) {
  log::error("lease lost; ending at once", {{"why", why}});
  std::_Exit(1);
}

std::shared_ptr<kube::Lease> make_lease(const Flags& flags, std::shared_ptr<kube::Transport> transport, std::shared_ptr<const Clock> clock,
                                        adapters::OperatorMetrics& metrics, std::stop_source& leading) {
  kube::LeaseOptions options;
  options.lease = {flags.lease_ns, flags.lease_name};
  options.identity = kube::make_lease_identity();
  options.seed = std::random_device{}();
  kube::LeaseCallbacks callbacks;
  callbacks.acquired = [&metrics, &leading](int epoch) {
    log::info("leading", {{"epoch", std::to_string(epoch)}});
    metrics.leading(true);
    leading.request_stop();  // the main thread waits for this
  };
  callbacks.lost = end_at_once;
  return std::make_shared<kube::Lease>(std::move(transport), std::move(clock), options, callbacks);
}

kube::ConnectionChoice choice_of(const Flags& flags) {
  kube::ConnectionChoice choice;
  choice.kubeconfig = flags.kubeconfig;
  return choice;
}

/// Waits for SIGTERM or SIGINT on its own thread and turns it into a stop.
std::jthread watch_signals(const sigset_t& signals, std::stop_source& stop) {
  return std::jthread([signals, &stop](std::stop_token ended) {
    const timespec slice{0, 200'000'000};
    while (!ended.stop_requested()) {
      if (sigtimedwait(&signals, nullptr, &slice) > 0) {
        stop.request_stop();
        return;
      }
    }
  });
}

void wait_until_leading(const std::stop_token& leading, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  const auto poke = [&] {
    const std::scoped_lock lock(mutex);
    wake.notify_all();
  };
  const std::stop_callback on_leading(leading, poke);
  const std::stop_callback on_stop(stop, poke);
  std::unique_lock lock(mutex);
  wake.wait(lock, [&] { return leading.stop_requested() || stop.stop_requested(); });
}

Status operate(const Flags& flags, const sigset_t& signals) {
  const auto clock = std::make_shared<SystemClock>();
  const auto since_start = [clock, began = clock->boot()] { return std::chrono::duration_cast<Duration>(clock->boot() - began); };
  auto transport = kube::connect(choice_of(flags));
  if (!transport) return fail(transport.error());
  auto lease_transport = kube::connect(choice_of(flags));
  if (!lease_transport) return fail(lease_transport.error());

  std::stop_source stop;
  std::stop_source leading;
  adapters::OperatorMetrics metrics;
  const auto lease = make_lease(flags, *lease_transport, clock, metrics, leading);
  kube::Client client(*transport, lease);
  client.on_call([&metrics](const kube::CallRecord& call) { metrics.called(call.verb, call.resource, call.code, call.took); });

  runtime::WorkQueue queue(*clock);
  const auto enqueue = [&queue](const ports::RolloutKey& key) { queue.add(controllers::queue_key(key)); };
  adapters::ClusterView view(*transport, *clock, flags.ns, std::random_device{}());
  view.on_change(enqueue);
  adapters::DigestProber prober(*clock, enqueue);
  adapters::PrometheusEvidence evidence(*clock, enqueue);
  kube::EventRecorder events(client, {"pawl.dev/rollout", kube::make_lease_identity()}, clock);
  adapters::KubeRolloutWorld world(client, view, prober, events, *clock);
  controllers::RolloutController controller(world, evidence, "pawl-operator");
  controllers::RolloutWorker worker(queue, controller, *clock);
  std::once_flag caught_up;
  worker.on_reconcile([&](const controllers::ReconcileRecord& r) {
    metrics.reconciled(r.result, r.took);
    if (queue.stats().ready == 0) std::call_once(caught_up, [&] { metrics.reached("caught_up", since_start()); });
  });

  adapters::OpsAnswers answers;
  answers.metrics = [&] {
    const auto depth = queue.stats();
    metrics.queue(depth.ready, depth.waiting);
    const auto reads = evidence.reads();
    metrics.evidence(reads.queries, reads.failures);
    return metrics.text();
  };
  answers.unhealthy = [&] { return clock->boot() - lease->last_step() > std::chrono::seconds{35} ? std::string("the lease's thread hangs") : std::string(); };
  answers.unready = [&] { return view.synced() || !leading.stop_requested() ? std::string() : view.denied().empty() ? std::string("the first lists are not complete") : view.denied(); };
  auto ops = adapters::OpsServer::listen(flags.metrics, answers);
  if (!ops) return fail(ops.error());

  if (auto started = lease->start(); !started) return started;
  const std::jthread signal_thread = watch_signals(signals, stop);
  wait_until_leading(leading.get_token(), stop.get_token());
  metrics.reached("leading", since_start());
  // A standby reads nothing: the lists take a second for a thousand rollouts, its copy would cost memory all the time.
  std::vector<std::jthread> readers;
  for (kube::InformerBase* informer : view.all()) readers.emplace_back([informer](std::stop_token s) { informer->run(s); });
  for (kube::InformerBase* informer : view.all()) informer->wait_synced(stop.get_token(), std::chrono::hours{24});
  metrics.reached("synced", since_start());

  {
    std::vector<std::jthread> workers;  // joined before the lease is given back
    if (!stop.stop_requested()) {
      workers.emplace_back([&](std::stop_token s) { prober.run(s); });
      workers.emplace_back([&](std::stop_token s) { evidence.run(s); });
      for (int i = 0; i < flags.workers; ++i) workers.emplace_back([&](std::stop_token s) { worker.run(s); });
      log::info("reconciling", {{"metrics", flags.metrics}});
    }
    std::stop_source never;
    wait_until_leading(never.get_token(), stop.get_token());
    queue.shutdown();
  }
  for (std::jthread& reader : readers) reader.request_stop();
  readers.clear();
  lease->stop_and_release();
  log::info("stopped");
  return {};
}

log::Level level_of(const std::string& name) {
  return name == "debug" ? log::Level::Debug : name == "warn" ? log::Level::Warn : name == "error" ? log::Level::Error : log::Level::Info;
}

}  // namespace
}  // namespace pawl

int main(int argc, char** argv) {
  pawl::Flags flags;
  CLI::App app("Decides which self-edit of an agent ships, and takes back the one that must not.");
  app.add_option("--kubeconfig", flags.kubeconfig, "Path of a kubeconfig; the pod's own account if absent");
  app.add_option("--namespace", flags.ns, "Only rollouts of this namespace; all if absent");
  app.add_option("--metrics", flags.metrics, "Address of /metrics, /healthz and /readyz")->capture_default_str();
  app.add_option("--lease-namespace", flags.lease_ns, "Where the leader's Lease lives")->capture_default_str();
  app.add_option("--lease-name", flags.lease_name, "Its name; one per installation")->capture_default_str();
  app.add_option("--workers", flags.workers, "Reconciles at a time")->check(CLI::Range(1, 32))->capture_default_str();
  app.add_option("--log-level", flags.log_level, "Lowest level shown")->check(CLI::IsMember({"debug", "info", "warn", "error"}))->capture_default_str();
  app.add_flag("--log-json", flags.log_json, "One JSON object a line");
  CLI11_PARSE(app, argc, argv);

  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before the first thread, so that all inherit it
  pawl::log::configure("pawl-operator", pawl::level_of(flags.log_level), flags.log_json ? pawl::log::Format::Json : pawl::log::Format::Text);
  if (auto ended = pawl::operate(flags, signals); !ended) {
    pawl::log::error("cannot run", {{"error", ended.error().message}});
    return 1;
  }
  return 0;
}

// pawl-operator: reconciles AgentRollouts. Flags, adapters, threads, stop in order.
#include <malloc.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <optional>
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
#include "runtime/flag.h"
#include "runtime/program.h"

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

constexpr BootTime kLeaseHangs = std::chrono::seconds{35};

/// A leader that lost its lease must not finish anything: the process ends, and starts again as a standby.
[[noreturn]] void end_at_once(const std::string& why) {
  log::error("lease lost; ending at once", {{"why", why}});
  std::_Exit(1);
}

kube::ConnectionChoice choice_of(const Flags& flags) {
  kube::ConnectionChoice choice;
  choice.kubeconfig = flags.kubeconfig;
  return choice;
}

kube::LeaseOptions lease_of(const Flags& flags) {
  kube::LeaseOptions options;
  options.lease = {flags.lease_ns, flags.lease_name};
  options.identity = kube::make_lease_identity();
  options.seed = std::random_device{}();
  return options;
}

/// All parts of the program, in the order in which they need each other.
class Operator {
 public:
  Operator(const Flags& flags, std::shared_ptr<kube::Transport> transport,
           std::shared_ptr<kube::Transport> lease_transport)
      : flags_(flags),
        transport_(std::move(transport)),
        lease_(
            std::make_shared<kube::Lease>(std::move(lease_transport), clock_, lease_of(flags),
                                          kube::LeaseCallbacks{[this](int epoch) { acquired(epoch); }, end_at_once})),
        client_(counted_client()) {
    view_.on_change(enqueue_);
    worker_.on_reconcile([this](const controllers::ReconcileRecord& r) { reconciled(r); });
  }

  /// Until `stop`. Fails when it cannot even start.
  Status run(const std::stop_token& stop) {
    auto ops = adapters::OpsServer::listen(flags_.metrics, answers());
    if (!ops) return fail(ops.error());
    if (auto started = lease_->start(); !started) return started;
    if (leading_.wait(stop)) lead(stop);
    lease_->stop_and_release();
    log::info("stopped");
    return {};
  }

 private:
  using Threads = std::vector<std::jthread>;

  /// Whoever copies the client is counted as well.
  kube::Client counted_client() {
    kube::Client client(transport_, lease_);
    client.on_call(
        [this](const kube::CallRecord& call) { metrics_.called(call.verb, call.resource, call.code, call.took); });
    return client;
  }

  void acquired(int epoch) {
    log::info("leading", {{"epoch", std::to_string(epoch)}});
    metrics_.leading(true);
    metrics_.reached("leading", since_start());
    leading_.raise();
  }

  /// A standby reads nothing: the lists take a second for a thousand rollouts, its copy would cost memory all the time.
  /// And a copy that is listed from here on, at the newest version, shows all that a former leader has written.
  void lead(const std::stop_token& stop) {
    Threads readers;
    for (kube::InformerBase* informer : view_.all()) {
      readers.emplace_back([informer](std::stop_token s) { informer->run(s); });
    }
    if (view_.wait_answered(stop)) {
      metrics_.reached("synced", since_start());
      work(stop);
    }
    for (std::jthread& reader : readers) reader.request_stop();
  }

  /// When it returns nothing writes any more, and the lease may be given back.
  void work(const std::stop_token& stop) {
    Threads workers;
    workers.emplace_back([this](std::stop_token s) { prober_.run(s); });
    workers.emplace_back([this](std::stop_token s) { evidence_.run(s); });
    for (int i = 0; i < flags_.workers; ++i) workers.emplace_back([this](std::stop_token s) { worker_.run(s); });
    log::info("reconciling", {{"metrics", flags_.metrics}});
    const runtime::Flag never;
    never.wait(stop);
    queue_.shutdown();
  }

  void reconciled(const controllers::ReconcileRecord& r) {
    metrics_.reconciled(r.result, r.took);
    if (queue_.stats().ready == 0) std::call_once(caught_up_, [&] { metrics_.reached("caught_up", since_start()); });
  }

  adapters::OpsAnswers answers() {
    return {.metrics = [this] { return metrics_text(); },
            .unhealthy = [this] { return unhealthy(); },
            .unready = [this] { return unready(); }};
  }

  std::string metrics_text() {
    const auto depth = queue_.stats();
    metrics_.queue(depth.ready, depth.waiting);
    const auto reads = evidence_.reads();
    metrics_.evidence(reads.queries, reads.failures);
    if (leading_.is_up()) {
      measure_copies();
      metrics_.rollouts(adapters::count_rollouts(view_.rollouts));
    }
    return metrics_.text();
  }

  /// Of the leader alone: a standby has no copy that could age.
  void measure_copies() {
    const BootTime now = clock_->boot();
    for (const kube::InformerBase* informer : view_.all()) {
      std::optional<Duration> age;
      // Heard since `now` was read: as young as can be.
      if (const auto heard = informer->last_heard()) {
        age = std::chrono::duration_cast<Duration>(std::max(now - *heard, BootTime{0}));
      }
      metrics_.cache(informer->resource().display(), age, informer->undecodable());
    }
  }

  std::string unhealthy() const {
    return clock_->boot() - lease_->last_step() > kLeaseHangs ? "the lease's thread hangs" : "";
  }

  /// A standby is ready: that it does nothing is its work.
  std::string unready() { return leading_.is_up() ? view_.unread() : ""; }

  Duration since_start() const { return std::chrono::duration_cast<Duration>(clock_->boot() - began_); }

  const Flags flags_;
  const std::shared_ptr<const SystemClock> clock_ = std::make_shared<SystemClock>();
  const BootTime began_ = clock_->boot();
  adapters::OperatorMetrics metrics_;
  runtime::Flag leading_;
  std::once_flag caught_up_;
  const std::shared_ptr<kube::Transport> transport_;
  const std::shared_ptr<kube::Lease> lease_;
  const kube::Client client_;

  runtime::WorkQueue queue_{*clock_};
  const std::function<void(const ports::RolloutKey&)> enqueue_ = [this](const ports::RolloutKey& key) {
    queue_.add(controllers::queue_key(key));
  };
  adapters::ClusterView view_{transport_, *clock_, flags_.ns, std::random_device{}()};
  adapters::DigestProber prober_{*clock_, enqueue_};
  adapters::PrometheusEvidence evidence_{*clock_, enqueue_};
  kube::EventRecorder events_{client_, {"pawl.dev/rollout", kube::make_lease_identity()}, clock_};
  adapters::KubeRolloutWorld world_{client_, view_, prober_, events_, *clock_};
  controllers::RolloutController controller_{world_, evidence_, "pawl-operator"};
  controllers::RolloutWorker worker_{queue_, controller_, *clock_};
};

Status operate(const Flags& flags, const runtime::Termination& termination) {
  auto transport = kube::connect(choice_of(flags));
  if (!transport) return fail(transport.error());
  auto lease_transport = kube::connect(choice_of(flags));  // a long list must not delay a renewal
  if (!lease_transport) return fail(lease_transport.error());
  std::stop_source stop;
  const std::jthread signal_thread = termination.forward_to(stop);
  return Operator(flags, *transport, *lease_transport).run(stop.get_token());
}

log::Level level_of(const std::string& name) {
  return name == "debug"   ? log::Level::Debug
         : name == "warn"  ? log::Level::Warn
         : name == "error" ? log::Level::Error
                           : log::Level::Info;
}

/// Each thread would get a heap of its own, and each heap would keep what one list or one answer once needed.
void share_heaps() {
#ifdef __GLIBC__
  ::mallopt(M_ARENA_MAX, 2);
#endif
}

}  // namespace
}  // namespace pawl

int main(int argc, char** argv) {
  pawl::share_heaps();
  pawl::Flags flags;
  CLI::App app("Decides which self-edit of an agent ships, and takes back the one that must not.");
  app.set_version_flag("--version", PAWL_VERSION);
  app.add_option("--kubeconfig", flags.kubeconfig, "Path of a kubeconfig; the pod's own account if absent");
  app.add_option("--namespace", flags.ns, "Only rollouts of this namespace; all if absent");
  app.add_option("--metrics", flags.metrics, "Address of /metrics, /healthz and /readyz")->capture_default_str();
  app.add_option("--lease-namespace", flags.lease_ns, "Where the leader's Lease lives")->capture_default_str();
  app.add_option("--lease-name", flags.lease_name, "Its name; one per installation")->capture_default_str();
  app.add_option("--workers", flags.workers, "Reconciles at a time")->check(CLI::Range(1, 32))->capture_default_str();
  app.add_option("--log-level", flags.log_level, "Lowest level shown")
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}))
      ->capture_default_str();
  app.add_flag("--log-json", flags.log_json, "One JSON object a line");
  CLI11_PARSE(app, argc, argv);
  pawl::log::configure("pawl-operator", pawl::level_of(flags.log_level),
                       flags.log_json ? pawl::log::Format::Json : pawl::log::Format::Text);
  return pawl::runtime::run_program([&](const auto& termination) { return pawl::operate(flags, termination); });
}

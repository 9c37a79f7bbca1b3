// pawl-gate: judges candidates by suites that their authors cannot read, and writes the verdict into the AgentRevision.
#include <CLI/CLI.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <thread>

#include "base/log.h"
#include "base/system_clock.h"
#include "domain/gate/question_mark.h"
#include "gate/http_target.h"
#include "gate/judge_order.h"
#include "gatekeeper/gatekeeper.h"
#include "gatekeeper/watched.h"
#include "kube/connect.h"
#include "mark_key.h"
#include "runtime/program.h"
#include "runtime/work_queue.h"

namespace pawl::gatekeeper {
namespace {

struct Flags {
  std::string kubeconfig;
  std::string ns;
  std::string own_ns;
  std::string folder = "/var/lib/pawl-gate";
  std::string timeout = "60s";
  std::string mark_key;
  int concurrency = 8;
  std::string model;  ///< of the agents
  std::string judge_endpoint;
  std::string judge_model;
  std::string judge_key_file;
  std::vector<std::string> judge_calibrations;
};

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorKind::NotFound, path + ": cannot be read");
  return std::string(std::istreambuf_iterator<char>(file), {});
}

Result<std::optional<gate::Judge>> judge_of(const Flags& flags) {
  gate::JudgeOrder order{flags.judge_endpoint, flags.judge_model, "", flags.model, {}};
  if (!flags.judge_key_file.empty()) {
    const auto key = read_file(flags.judge_key_file);
    if (!key) return fail(key.error().during("--judge-key-file"));
    order.key = key->substr(0, key->find_last_not_of(" \t\r\n") + 1);
  }
  for (const std::string& path : flags.judge_calibrations) {
    auto text = read_file(path);
    if (!text) return fail(text.error().during("--judge-calibration"));
    order.calibrations.push_back(std::move(*text));
  }
  return gate::make_judge(order);
}

// The ConfigMaps and Secrets with cases are not watched (the gate may read those it is told of, not list them), and
// nothing tells that a verdict has expired.
constexpr Duration kLookAtSuitesAgain = std::chrono::minutes{5};
constexpr Duration kLookAtVerdictsAgain = std::chrono::seconds{30};

using runtime::Outcome;

Result<Outcome> answer_rollout(Gatekeeper& gatekeeper, const kube::ObjectKey& rollout, const std::stop_token& stop) {
  const auto answered = gatekeeper.answer(rollout, stop);
  if (!answered) return fail(answered.error());
  if (*answered == Answered::Judged) log::info("judged", {{"rollout", rollout.display()}});
  // It still asks: when the verdict expires, or its suites say something else, there is another answer.
  if (*answered == Answered::Stood) return Outcome{Outcome::Kind::After, kLookAtVerdictsAgain};
  return Outcome{};
}

/// Keeps what the suite says of itself current, asked about or not.
Result<Outcome> look_at_suite(const SuiteStore& suites, const kube::ObjectKey& suite) {
  const auto loaded = suites.load(suite);
  if (loaded) return Outcome{Outcome::Kind::After, kLookAtSuitesAgain};
  if (loaded.error().kind == ErrorKind::NotFound) return Outcome{};
  return fail(loaded.error());
}

/// One thing after the other until `stop`: the ledgers have one writer.
void work(Gatekeeper& gatekeeper, const SuiteStore& suites, runtime::WorkQueue& queue, const std::stop_token& stop) {
  while (const auto key = queue.get(stop)) {
    const auto [kind, object] = read_queue_key(*key);
    const auto done = kind == Kind::Suite ? look_at_suite(suites, object) : answer_rollout(gatekeeper, object, stop);
    if (!done) log::warn("not yet", {{"what", *key}, {"why", done.error().message}});
    queue.done(*key, done ? *done : Outcome{Outcome::Kind::Failed, Duration{0}});
  }
}

std::uint64_t fresh_nonce() {
  std::random_device chance;
  return (std::uint64_t{chance()} << 32U) | chance();
}

/// How agents are asked, whoever they are.
struct Manner {
  Duration timeout;
  std::string model;     ///< to ask for; the agents' own choice if empty
  std::string mark_key;  ///< questions are not marked without it
};

MakeTarget targets(Manner manner, const Clock& clock) {
  return [manner = std::move(manner), &clock](const std::vector<std::string>& urls) {
    gate::HttpTargetOptions options;
    options.urls = urls;
    options.timeout = manner.timeout;
    if (!manner.model.empty()) options.shape.model = manner.model;
    if (!manner.mark_key.empty()) {
      options.conversation = [key = manner.mark_key] { return domain::marked_conversation(key, fresh_nonce()); };
    }
    return gate::make_http_target(options, clock);
  };
}

Status serve(const Flags& flags, const runtime::Termination& termination) {
  const auto clock = std::make_shared<SystemClock>();
  const auto timeout = parse_duration(flags.timeout);
  if (!timeout || *timeout <= Duration{0}) {
    return fail(ErrorKind::Invalid, "--timeout " + flags.timeout + " is no duration; write 60s or 5m");
  }
  if (flags.own_ns.empty()) {
    return fail(ErrorKind::Invalid, "--own-namespace is missing: where are the held-out Secrets?");
  }
  auto judge = judge_of(flags);
  if (!judge) return fail(judge.error());
  const auto key = flags.mark_key.empty() ? Result<std::string>(std::string()) : read_mark_key(flags.mark_key);
  if (!key) return fail(key.error().during("--mark-key"));
  if (key->empty()) {
    log::warn(
        "questions are not marked: a scorer that hears of them counts and keeps them; set --mark-key, here and as the scorer's --gate-key");
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
  Gatekeeper gatekeeper(client, events, *clock, std::move(*memory), targets({*timeout, flags.model, *key}, *clock),
                        {.own_ns = flags.own_ns,
                         .concurrency = flags.concurrency,
                         .retries = 5,
                         .retry_wait = Duration{200},
                         .judge = std::move(*judge)});

  runtime::WorkQueue queue(*clock);
  const SuiteStore suites(client, flags.own_ns, *clock);
  Watched watched(**transport, *clock, flags.ns, std::random_device{}(), queue);
  std::vector<std::jthread> threads;
  threads.emplace_back([&](const std::stop_token& stop) { watched.rollouts.run(stop); });
  threads.emplace_back([&](const std::stop_token& stop) { watched.suites.run(stop); });
  threads.emplace_back([&](const std::stop_token& stop) { work(gatekeeper, suites, queue, stop); });
  log::info("judging", {{"namespace", flags.ns.empty() ? "all" : flags.ns}, {"folder", flags.folder}});
  termination.wait();
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
  app.set_version_flag("--version", PAWL_VERSION);
  app.add_option("--own-namespace", flags.own_ns, "Where the Secrets with held-out cases are")->required();
  app.add_option("--namespace", flags.ns, "Only rollouts of this namespace; all if absent");
  app.add_option("--kubeconfig", flags.kubeconfig, "Path of a kubeconfig; the pod's own account if absent");
  app.add_option("--folder", flags.folder,
                 "Where runs under way are kept: an emptyDir, or a volume that outlives the pod")
      ->capture_default_str();
  app.add_option("--concurrency", flags.concurrency, "Requests to agents at a time")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  app.add_option("--mark-key", flags.mark_key, "File of the key that lets the scorer set aside what the gate asked");
  app.add_option("--timeout", flags.timeout, "Of one answer")->capture_default_str();
  app.add_option("--model", flags.model,
                 "The agents' model: the field \"model\" of requests, and the name that a judge must not have");
  app.add_option("--judge-endpoint", flags.judge_endpoint, "OpenAI-compatible endpoint that judges");
  app.add_option("--judge-model", flags.judge_model, "The judge's model; must not be the agents'");
  app.add_option("--judge-key-file", flags.judge_key_file, "File with the key of the judge's endpoint");
  app.add_option(
      "--judge-calibration", flags.judge_calibrations,
      "File that `pawl judge calibrate -o json` wrote; without one for its rubric the judge informs and decides nothing");
  CLI11_PARSE(app, argc, argv);
  log::configure("pawl-gate", log::Level::Info, log::Format::Text);
  return runtime::run_program([&](const auto& termination) { return gatekeeper::serve(flags, termination); });
}

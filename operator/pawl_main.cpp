// pawl: the command line. Speaks to the API server with the user's own kubeconfig; a replay reads Prometheus or files,
// and `suite`, `judge`, `gate run` and `scores` of a file speak to no cluster.
#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

#include "base/log.h"
#include "base/system_clock.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/gate/stored_scores.h"
#include "cli/replay/replay_files.h"
#include "cli/replay/replay_rollout.h"
#include "cli/rollout/revert_command.h"
#include "cli/text.h"
#include "kube/http_transport.h"
#include "kube/kubeconfig.h"
#include "pawl_gate.h"
#include "pawl_judge.h"
#include "pawl_suite.h"

namespace pawl::cli {
namespace {

struct Flags {
  RolloutName which;
  kube::ConnectionChoice connection;
  std::string output = "text";
  std::string goal;
  std::string revision;
  std::string timeout = "60s";
  std::string policy_file;
  PlanOrder plan;
  RevertOrder revert;
  StoredScoresOrder scores;
};

struct ReplayFlags {
  std::vector<std::string> rollouts;
  StreamOrder stream;
  std::string vectors;
  ReplayOrder order;
  bool what_if = false;
  std::string since = "720h";
};

using Command = std::function<int(const Session&, const RolloutName&)>;

int failed(const std::string& what) {
  std::cerr << "pawl: " << printable(what) << "\n";
  return kFailed;
}

int run(const Flags& flags, const Command& command) {
  auto connection = kube::resolve_connection(flags.connection, kube::process_environment);
  if (!connection) return failed(connection.error().message + "; name another file with --kubeconfig");
  RolloutName which = flags.which;
  if (which.ns.empty()) which.ns = connection->ns;
  kube::HttpTransportOptions options;
  options.user_agent = "pawl";
  auto transport = kube::HttpTransport::make(std::move(*connection), options);
  if (!transport) return failed(explain(transport.error()));
  const kube::Client client(*transport);
  const SystemClock clock;
  return command({client, clock, std::cout, std::cerr, flags.output == "json"}, which);
}

int wait(const Flags& flags, const Session& session, const RolloutName& which) {
  const auto timeout = parse_duration(flags.timeout);
  if (!timeout) return failed("--timeout " + flags.timeout + " is no duration; write 60s, 5m or 1h30m");
  WaitOrder order;
  order.goal = parse_goal(flags.goal).value_or(Goal::Stable);
  order.revision = flags.revision;
  order.timeout = *timeout;
  return run_wait(session, which, order, [](Duration span) { std::this_thread::sleep_for(span); });
}

int plan_of_file(const Flags& flags) {
  std::ifstream file(flags.policy_file);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return failed("--policy " + flags.policy_file + " cannot be read");
  return run_plan_of_text(std::cout, std::cerr, flags.output == "json", flags.policy_file, text.str(), flags.plan);
}

void add_connection(CLI::App& sub, Flags& flags) {
  sub.add_option("-n,--namespace", flags.which.ns, "Its namespace; the kubeconfig's own if absent");
  sub.add_option("--kubeconfig", flags.connection.kubeconfig,
                 "Path of a kubeconfig; $KUBECONFIG or ~/.kube/config if absent");
  sub.add_option("--context", flags.connection.context, "Context of the kubeconfig; its current one if absent");
  sub.add_option("-o,--output", flags.output, "text or json")->check(CLI::IsMember({"text", "json"}));
}

/// With --gate-namespace `scores` speaks to a cluster.
void add_stored_scores(CLI::App& scores, Flags& flags) {
  CLI::Option* gate = scores.add_option("--gate-namespace", flags.scores.gate_ns,
                                        "Where the gate keeps its whole reports; you need get on Secrets there");
  scores.add_option("--revision", flags.scores.revision, "Another edit than the newest that the gate was asked about")
      ->needs(gate);
  scores.add_option("-n,--namespace", flags.which.ns, "The rollout's namespace; the kubeconfig's own if absent")
      ->needs(gate);
  scores.add_option("--kubeconfig", flags.connection.kubeconfig, "As for the other commands")->needs(gate);
  scores.add_option("--context", flags.connection.context, "As for the other commands")->needs(gate);
}

int scores_from_cluster(Flags& flags, const CLI::App& scores) {
  flags.which.name = scores.get_option("REPORT")->as<std::string>();
  if (scores.count("--output") > 0) flags.output = scores.get_option("--output")->as<std::string>();
  return run(flags, [&flags](const Session& session, const RolloutName& which) {
    return run_stored_scores(session, which, flags.scores);
  });
}

CLI::App* add_command(CLI::App& parent, const std::string& name, const std::string& what, Flags& flags, Command& chosen,
                      Command command) {
  CLI::App* sub = parent.add_subcommand(name, what);
  sub->add_option("ROLLOUT", flags.which.name, "Name of the AgentRollout")->required();
  add_connection(*sub, flags);
  sub->callback([&chosen, command = std::move(command)] { chosen = command; });
  return sub;
}

void add_commands(CLI::App& app, Flags& flags, Command& chosen) {
  add_command(app, "status", "One screen: are users at risk, what changed, what was done, what comes next", flags,
              chosen, run_status);
  add_command(app, "why", "The last decision: rule, evidence, policy, and its place in the chain", flags, chosen,
              run_why);
  CLI::App* provenance = app.add_subcommand("provenance", "The record of every decision");
  provenance->require_subcommand(1);
  add_command(*provenance, "verify", "Recompute the chain of records; exit code 2 if it is broken", flags, chosen,
              run_verify);
  add_command(*provenance, "show", "Every decision, oldest first", flags, chosen, run_show);
  CLI::App* wait_command =
      add_command(app, "wait", "Wait until an edit has ended", flags, chosen,
                  [&flags](const Session& session, const RolloutName& which) { return wait(flags, session, which); });
  wait_command->add_option("--for", flags.goal, "promoted, rolledback or stable")
      ->required()
      ->check(CLI::IsMember({"promoted", "rolledback", "stable"}));
  wait_command->add_option("--revision", flags.revision, "The edit to wait for; the candidate if absent");
  wait_command->add_option("--timeout", flags.timeout, "How long at most")->capture_default_str();
  CLI::App* plan = add_command(
      app, "plan", "What a policy costs: scores and hours to ship an edit, and to catch a drop, at each step", flags,
      chosen, {});
  plan->get_option("ROLLOUT")->required(false);
  plan->add_option("--policy", flags.policy_file, "A file with an AgentRollout or its spec, instead of ROLLOUT")
      ->excludes("ROLLOUT");
  plan->add_option("--rate", flags.plan.rates,
                   "Scored interactions a minute: N for each capability, or NAME=N; as last seen if absent");
  plan->add_option("--pass-rate", flags.plan.pass_rates,
                   "Stable's mean score: P or NAME=P; as last seen, or 0.9, if absent");
  plan->callback([plan, &flags, &chosen] {
    if (plan->count("ROLLOUT") == 0 && flags.policy_file.empty()) throw CLI::RequiredError("ROLLOUT or --policy FILE");
    chosen = [&flags](const Session& session, const RolloutName& which) {
      return run_plan(session, which, flags.plan);
    };
  });
}

void add_revert(CLI::App& app, Flags& flags, Command& chosen) {
  CLI::App* sub = add_command(
      app, "revert", "Print a revision that takes one older edit out of what serves; pipe it to kubectl create -f -",
      flags, chosen,
      [&flags](const Session& session, const RolloutName& which) { return run_revert(session, which, flags.revert); });
  sub->add_option("REVISION", flags.revert.revision, "The edit to take out")->required();
  sub->add_option("--name", flags.revert.name, "Of the new revision; STABLE-without-REVISION if absent");
  sub->add_option("--author", flags.revert.author, "Who asks for it")->envname("USER");
}

void add_replay(CLI::App& app, Flags& flags, ReplayFlags& replay) {
  CLI::App* sub =
      app.add_subcommand("replay", "Compute a verdict again, offline; exit code 2 if it is not the recorded one");
  CLI::Option* rollout = sub->add_option(
      "ROLLOUT", replay.rollouts, "Name of the AgentRollout; several with --what-if, all of the namespace if absent");
  CLI::Option* stream = sub->add_option("--stream", replay.stream.stream,
                                        "Blocks as CSV, - for standard input: one verdict per run, as a line of JSON");
  CLI::Option* vectors = sub->add_option("--vectors", replay.vectors, "Check a file of reference vectors");
  CLI::Option* what_if =
      sub->add_flag("--what-if", replay.what_if, "What the --policy would have decided in every past trial");
  CLI::Option* policy =
      sub->add_option("--policy", replay.stream.policy,
                      "An AgentRollout, or its spec.analysis, in a file; --stream takes the defaults if absent");
  CLI::Option* from = sub->add_option("--from", replay.order.from, "Oldest sample: a time, or how long ago");
  CLI::Option* to = sub->add_option("--to", replay.order.to, "Newest sample: a time, or how long ago");
  sub->add_option("--prometheus", replay.order.prometheus,
                  "Where the samples are, http://HOST:PORT; as recorded if absent");
  sub->add_option("--since", replay.since, "--what-if: how old a decision may be")->capture_default_str();
  stream->excludes(vectors, what_if, rollout);
  vectors->excludes(what_if, rollout, policy);
  what_if->needs(policy)->excludes(from, to);
  add_connection(*sub, flags);
}

int replay_from_cluster(const ReplayFlags& replay, const Session& session, const RolloutName& which) {
  if (!replay.what_if) {
    return run_replay_rollout(session, {which.ns, replay.rollouts.front()}, replay.order, prometheus_source());
  }
  const auto since = parse_duration(replay.since);
  if (!since) return failed("--since " + replay.since + " is no duration; write 720h");
  const auto text = read_file(replay.stream.policy);
  if (!text) return failed(text.error().message);
  auto policy = read_policy(*text);
  if (!policy) return failed(replay.stream.policy + ": " + policy.error().message);
  return run_what_if(session, {replay.rollouts, which.ns, *since, replay.order.prometheus, std::move(*policy)},
                     prometheus_source());
}

int run_replay(const Flags& flags, const ReplayFlags& replay) {
  if (!replay.stream.stream.empty()) return run_replay_stream(replay.stream, std::cout, std::cerr);
  if (!replay.vectors.empty()) return run_replay_vectors(replay.vectors, std::cout, std::cerr);
  if (!replay.what_if && replay.rollouts.size() != 1) {
    return failed("name what to replay: one ROLLOUT, --what-if, --stream FILE or --vectors FILE");
  }
  return run(flags, [&](const Session& session, const RolloutName& which) {
    return replay_from_cluster(replay, session, which);
  });
}

}  // namespace
}  // namespace pawl::cli

int main(int argc, char** argv) {
  using namespace pawl;
  cli::Flags flags;
  cli::Command chosen;
  std::function<int()> local;  // what needs no cluster
  CLI::App app("Shows and checks the rollouts of self-editing agents.");
  app.set_version_flag("--version", PAWL_VERSION);
  app.footer(
      "Exit codes: 0 done, 1 usage or API error, 2 rolled back, rejected, chain broken or replay differs, 3 timeout, 4 conflict, 5 inconclusive, 6 withdrawn, "
      "100 findings in a suite or a gate that failed.");
  app.require_subcommand(1);
  cli::add_commands(app, flags, chosen);
  cli::add_revert(app, flags, chosen);
  cli::ReplayFlags replay;
  cli::add_replay(app, flags, replay);
  cli::add_suite_commands(app, local);
  cli::add_judge_commands(app, local);
  cli::add_gate_commands(app, local);
  CLI::App& scores = *app.get_subcommand("scores");
  cli::add_stored_scores(scores, flags);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? cli::kDone : cli::kFailed;
  }
  log::configure("pawl", log::Level::Warn, log::Format::Text);
  if (!flags.scores.gate_ns.empty()) return cli::scores_from_cluster(flags, scores);
  if (local) return local();
  if (app.got_subcommand("replay")) return cli::run_replay(flags, replay);
  return flags.policy_file.empty() ? cli::run(flags, chosen) : cli::plan_of_file(flags);
}

// pawl: the command line. Speaks only to the API server, with the user's own kubeconfig; `suite`, `judge`, `gate run` and `scores` to no
// cluster.
#include <CLI/CLI.hpp>
#include <iostream>
#include <thread>

#include "base/log.h"
#include "base/system_clock.h"
#include "cli/commands.h"
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

CLI::App* add_command(CLI::App& parent, const std::string& name, const std::string& what, Flags& flags, Command& chosen, Command command) {
  CLI::App* sub = parent.add_subcommand(name, what);
  sub->add_option("ROLLOUT", flags.which.name, "Name of the AgentRollout")->required();
  sub->add_option("-n,--namespace", flags.which.ns, "Its namespace; the kubeconfig's own if absent");
  sub->add_option("--kubeconfig", flags.connection.kubeconfig, "Path of a kubeconfig; $KUBECONFIG or ~/.kube/config if absent");
  sub->add_option("--context", flags.connection.context, "Context of the kubeconfig; its current one if absent");
  sub->add_option("-o,--output", flags.output, "text or json")->check(CLI::IsMember({"text", "json"}));
  sub->callback([&chosen, command = std::move(command)] { chosen = command; });
  return sub;
}

void add_commands(CLI::App& app, Flags& flags, Command& chosen) {
  add_command(app, "status", "One screen: are users at risk, what changed, what was done, what comes next", flags, chosen, run_status);
  add_command(app, "why", "The last decision: rule, evidence, policy, and its place in the chain", flags, chosen, run_why);
  CLI::App* provenance = app.add_subcommand("provenance", "The record of every decision");
  provenance->require_subcommand(1);
  add_command(*provenance, "verify", "Recompute the chain of records; exit code 2 if it is broken", flags, chosen, run_verify);
  add_command(*provenance, "show", "Every decision, oldest first", flags, chosen, run_show);
  CLI::App* wait_command = add_command(app, "wait", "Wait until an edit has ended", flags, chosen,
                                       [&flags](const Session& session, const RolloutName& which) { return wait(flags, session, which); });
  wait_command->add_option("--for", flags.goal, "promoted, rolledback or stable")->required()->check(CLI::IsMember({"promoted", "rolledback", "stable"}));
  wait_command->add_option("--revision", flags.revision, "The edit to wait for; the candidate if absent");
  wait_command->add_option("--timeout", flags.timeout, "How long at most")->capture_default_str();
}

}  // namespace
}  // namespace pawl::cli

int main(int argc, char** argv) {
  using namespace pawl;
  cli::Flags flags;
  cli::Command chosen;
  std::function<int()> local;  // what needs no cluster
  CLI::App app("Shows and checks the rollouts of self-editing agents.");
  app.footer("Exit codes: 0 done, 1 usage or API error, 2 rolled back, rejected or chain broken, 3 timeout, 5 inconclusive, 6 withdrawn, 100 findings in a suite or a gate that failed.");
  app.require_subcommand(1);
  cli::add_commands(app, flags, chosen);
  cli::add_suite_commands(app, local);
  cli::add_judge_commands(app, local);
  cli::add_gate_commands(app, local);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? cli::kDone : cli::kFailed;
  }
  log::configure("pawl", log::Level::Warn, log::Format::Text);
  return local ? local() : cli::run(flags, chosen);
}

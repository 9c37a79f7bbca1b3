// pawl: the command line. Speaks to the API server with the user's own kubeconfig; `judge` speaks to no cluster.
#include <CLI/CLI.hpp>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

#include "base/log.h"
#include "base/system_clock.h"
#include "cli/commands.h"
#include "cli/judge_command.h"
#include "cli/judge_endpoint.h"
#include "cli/text.h"
#include "kube/http_transport.h"
#include "kube/kubeconfig.h"

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

/// What `pawl judge calibrate` was told.
struct JudgeFlags {
  std::string labels;
  std::string rubric;
  std::string model;
  std::string endpoint;
  std::string output = "text";
  int repeats = 1;
};

Result<std::string> read_file(const std::string& flag, const std::string& path) {
  if (path.empty()) return std::string();
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!(text << file.rdbuf()) && !file.eof()) return fail(ErrorKind::NotFound, flag + " " + path + " cannot be read");
  return text.str();
}

int calibrate(const JudgeFlags& flags) {
  CalibrateOrder order;
  auto labels = read_file("--labels", flags.labels);
  if (!labels) return failed(labels.error().message);
  auto rubric = read_file("--rubric", flags.rubric);
  if (!rubric) return failed(rubric.error().message);
  order.labels = std::move(*labels);
  order.rubric = std::move(*rubric);
  order.model = flags.model;
  order.repeats = flags.repeats;
  order.json = flags.output == "json";
  if (!flags.endpoint.empty()) {
    const char* key = std::getenv("PAWL_JUDGE_KEY");
    auto transport = make_judge_transport({flags.endpoint, key == nullptr ? "" : key});
    if (!transport) return failed(transport.error().message);
    order.transport = std::move(*transport);
  }
  return run_calibrate(order, fresh_nonce, std::cout, std::cerr);
}

/// `chosen` is set to what needs no cluster.
void add_judge(CLI::App& app, JudgeFlags& flags, std::function<int()>& chosen) {
  CLI::App* judge = app.add_subcommand("judge", "Models that judge answers");
  judge->require_subcommand(1);
  CLI::App* sub = judge->add_subcommand("calibrate", "May this judge decide? Compares its verdicts with people's; exit code 5 if it may only inform");
  sub->add_option("--labels", flags.labels, "File of labels, a JSON object a line: criterion, human, judge; or input and answer")->required();
  sub->add_option("--endpoint", flags.endpoint, "OpenAI-compatible endpoint to ask the judge anew; its key is read from $PAWL_JUDGE_KEY");
  sub->add_option("--model", flags.model, "The judge's model");
  sub->add_option("--rubric", flags.rubric, "File of the rubric");
  sub->add_option("--repeats", flags.repeats, "How often each answer is judged")->check(CLI::Range(1, 100))->capture_default_str();
  sub->add_option("-o,--output", flags.output, "text or json")->check(CLI::IsMember({"text", "json"}));
  sub->callback([&flags, &chosen] { chosen = [&flags] { return calibrate(flags); }; });
}

}  // namespace
}  // namespace pawl::cli

int main(int argc, char** argv) {
  using namespace pawl;
  cli::Flags flags;
  cli::Command chosen;
  CLI::App app("Shows and checks the rollouts of self-editing agents.");
  app.footer("Exit codes: 0 done, 1 usage or API error, 2 rolled back, rejected or chain broken, 3 timeout, 5 inconclusive, 6 withdrawn.");
  app.require_subcommand(1);
  cli::add_commands(app, flags, chosen);
  cli::JudgeFlags judge_flags;
  std::function<int()> local;
  cli::add_judge(app, judge_flags, local);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? cli::kDone : cli::kFailed;
  }
  log::configure("pawl", log::Level::Warn, log::Format::Text);
  return local ? local() : cli::run(flags, chosen);
}

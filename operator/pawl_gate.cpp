#include "pawl_gate.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <thread>

#include "base/system_clock.h"
#include "cli/gate/gate_commands.h"
#include "cli/goal.h"
#include "runtime/termination.h"

namespace pawl::cli {
namespace {

struct GateFlags {
  GateRunOrder order;
  std::string output = "text";
  std::string timeout = "60s";
};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

GateTerminal terminal(const std::string& output) {
  return {std::cout, std::cerr, output == "json", ::isatty(STDERR_FILENO) == 1};
}

/// SIGINT and SIGTERM end the run in order: what was answered stays in the journal.
int run_until_signalled(const GateFlags& flags) {
  const runtime::Termination termination;
  std::stop_source stop;
  const std::jthread watcher = termination.forward_to(stop);
  const SystemClock clock;
  return run_gate_run(terminal(flags.output), flags.order, clock, stop.get_token());
}

int run(GateFlags& flags) {
  const auto timeout = parse_duration(flags.timeout);
  if (!timeout || *timeout <= Duration{0}) {
    std::cerr << "pawl: --timeout " << flags.timeout << " is no duration; write 60s or 5m\n";
    return kFailed;
  }
  flags.order.timeout = *timeout;
  flags.order.agent_key = environment("PAWL_AGENT_KEY");
  flags.order.judge_key = environment("PAWL_JUDGE_KEY");
  return run_until_signalled(flags);
}

void add_sides(CLI::App& sub, GateRunOrder& order) {
  sub.add_option("--candidate", order.candidate,
                 "URL of the edit's agent; a key for both agents is read from $PAWL_AGENT_KEY")
      ->required();
  sub.add_option("--stable", order.stable, "URL of the agent it is compared with; absent: a first revision");
  sub.add_option("--candidate-digest", order.candidate_digest,
                 "Bundle that the candidate must run; whichever it runs if absent");
  sub.add_option("--stable-digest", order.stable_digest, "Bundle that stable must run");
  sub.add_option("--revision-path", order.revision_path, "Where both tell the digest of their bundle")
      ->capture_default_str();
  sub.add_option("--model", order.model, "The field \"model\" of requests");
  sub.add_option("--request", order.request,
                 "File: JSON to send instead of a chat completion, with {{messages}}, {{tools}} and {{input}}");
  sub.add_option("--answer", order.answer, "JSON pointer to the answer's text, such as /output/text");
}

void add_run(CLI::App& sub, GateFlags& flags) {
  GateRunOrder& order = flags.order;
  sub.add_option("--suite", order.suites,
                 "FILE or FILE=TIER, TIER one of dev, golden, regression, held-out; repeat for more")
      ->required();
  add_sides(sub, order);
  sub.add_option("--policy", order.policy, "File of the policy");
  sub.add_option("--epochs", order.epochs, "How often each case is asked")->check(CLI::Range(1, 100));
  sub.add_option("--claim", order.claims, "A capability that the edit claims to improve; repeat for more");
  sub.add_option(
         "--candidate-number", order.candidate_number,
         "Place of this candidate among those judged on these suites; 1 if absent, and --ledger counts by itself")
      ->check(CLI::Range(1, 1'000'000));
  sub.add_option("--ledger", order.ledger,
                 "File that counts what these suites have told and keeps every verdict: one that failed stays failed");
  sub.add_option("--generation", order.generation,
                 "Of the ledger; raise it when a quarter of the held-out cases or more was replaced")
      ->check(CLI::Range(1, 1'000'000));
  sub.add_option("--edit", order.edit,
                 "Files or folders of the edit, scanned for held-out text before anybody is asked");
  sub.add_option("--before", order.before, "The parent's: what stands there already is no news");
  sub.add_option("--concurrency", order.concurrency, "Requests at a time")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  sub.add_option("--timeout", flags.timeout, "Of one answer")->capture_default_str();
  sub.add_option("--seed", order.seed, "Of the order of the questions; drawn if absent");
  sub.add_option("--journal", order.journal,
                 "File of the answers so far: the same command goes on after it was cut off");
  sub.add_option("--judge-endpoint", order.judge_endpoint,
                 "OpenAI-compatible endpoint that judges; its key is read from $PAWL_JUDGE_KEY");
  sub.add_option("--judge-model", order.judge_model, "The judge's model; must not be the agent's");
  sub.add_option(
      "--judge-calibration", order.judge_calibrations,
      "File that `pawl judge calibrate -o json` wrote; without one for its rubric the judge informs and decides nothing");
  sub.add_option("--report", order.reports, "json=FILE, junit=FILE, markdown=FILE or sarif=FILE, with commas between")
      ->delimiter(',');
  sub.add_option("--details", order.details,
                 "File for the report that names held-out cases; keep it where they are kept");
}

}  // namespace

void add_gate_commands(CLI::App& app, std::function<int()>& chosen) {
  CLI::App* gate = app.add_subcommand("gate", "Judge an edit before any traffic");
  gate->require_subcommand(1);
  const auto flags = std::make_shared<GateFlags>();
  CLI::App* sub = gate->add_subcommand(
      "run", "Asks candidate and stable the same cases. Exit codes: 0 pass, 100 fail, 5 insufficient, 1 error");
  add_run(*sub, *flags);
  sub->add_option("-o,--output", flags->output, "text or json")->check(CLI::IsMember({"text", "json"}));
  sub->callback([flags, &chosen] { chosen = [flags] { return run(*flags); }; });

  const auto file = std::make_shared<std::string>();
  CLI::App* scores = app.add_subcommand("scores", "The scoreboard of a gate's report");
  scores->add_option("REPORT", *file, "A report in JSON; with --gate-namespace an AgentRollout")->required();
  scores->add_option("-o,--output", flags->output, "text or json")->check(CLI::IsMember({"text", "json"}));
  scores->callback(
      [flags, file, &chosen] { chosen = [flags, file] { return run_scores(terminal(flags->output), *file); }; });
}

}  // namespace pawl::cli

#include "pawl_suite.h"

#include <iostream>
#include <memory>

#include "base/system_clock.h"
#include "cli/suite/admit_command.h"
#include "cli/suite/regression_files.h"
#include "cli/suite/suite_commands.h"

namespace pawl::cli {
namespace {

SuiteTerminal terminal(const std::string& output) { return {std::cout, std::cerr, output == "json"}; }

/// A subcommand with its own order, kept as long as the parser.
template <class Order, class Run>
CLI::App* add(CLI::App& parent, const std::string& name, const std::string& what, std::function<int()>& chosen,
              std::shared_ptr<Order> order, Run run) {
  CLI::App* sub = parent.add_subcommand(name, what);
  const auto output = std::make_shared<std::string>("text");
  sub->add_option("-o,--output", *output, "text or json")->check(CLI::IsMember({"text", "json"}));
  sub->callback(
      [&chosen, order, output, run] { chosen = [order, output, run] { return run(terminal(*output), *order); }; });
  return sub;
}

void add_import(CLI::App& suite, std::function<int()>& chosen) {
  const auto order = std::make_shared<SuiteImportOrder>();
  CLI::App* sub = add(suite, "import", "Cases from another tool's file; what has no place is listed by name", chosen,
                      order, run_suite_import);
  sub->add_option("FILE", order->input, "The file to read")->required();
  sub->add_option("--from", order->format, "promptfoo, promptfoo-csv, openai-evals, inspect or bfcl")->required();
  sub->add_option("--answers", order->answers, "BFCL: the file under possible_answer");
  sub->add_option("--to", order->output, "Where the cases go; - is standard output")->default_val("-");
  sub->add_option("--capability", order->capability, "Of cases that name none")->default_val("general");
  sub->add_option("--grader", order->grader,
                  "OpenAI evals: match, includes, fuzzy, json. Inspect: includes, exact, begin, pattern");
}

void add_export(CLI::App& suite, std::function<int()>& chosen) {
  const auto order = std::make_shared<SuiteExportOrder>();
  CLI::App* sub = add(suite, "export", "Cases as another tool's file", chosen, order, run_suite_export);
  sub->add_option("FILE", order->input, "The suite")->required();
  sub->add_option("--to", order->format, "promptfoo, openai-evals, inspect or bfcl")->required();
  sub->add_option("--file", order->output, "Where it goes; - is standard output")->default_val("-");
  sub->add_option("--answers", order->answers, "BFCL: where the answers go");
}

void add_lint(CLI::App& suite, std::function<int()>& chosen) {
  const auto order = std::make_shared<SuiteLintOrder>();
  CLI::App* sub =
      add(suite, "lint",
          "Duplicates, answers that pass by saying nothing, missing canaries, small capabilities, lost cases", chosen,
          order, run_suite_lint);
  sub->add_option("FILES", order->files, "Suites the proposer may see");
  sub->add_option("--held-out", order->held_out, "Suites it may not; repeat for more");
  sub->add_option("--regression", order->regression, "Suites of frozen cases, with their known cases and waivers");
  sub->add_option("--known", order->known, "The list of known cases to compare with, such as the main branch's");
}

void add_split(CLI::App& suite, std::function<int()>& chosen) {
  const auto order = std::make_shared<SuiteSplitOrder>();
  CLI::App* sub =
      add(suite, "split", "A dev and a held-out set, the same for the same seed", chosen, order, run_suite_split);
  sub->add_option("FILE", order->input, "The suite")->required();
  sub->add_option("--dev", order->dev, "Where the dev cases go")->required();
  sub->add_option("--held-out", order->held_out, "Where the held-out cases go")->required();
  sub->add_option("--share", order->share, "Of each capability that is held out")->default_val(0.5);
  sub->add_option("--seed", order->seed, "Any number; keep it")->required();
}

void add_scan(CLI::App& suite, std::function<int()>& chosen) {
  const auto order = std::make_shared<SuiteScanOrder>();
  CLI::App* sub =
      add(suite, "scan", "Whether an edit contains cases of a suite; never which", chosen, order, run_suite_scan);
  sub->add_option("SUITE", order->suite, "The suite")->required();
  sub->add_option("--edit", order->edit, "Files or folders of the edit")->required();
  sub->add_option("--before", order->before, "The parent's: what stands there already is no news");
}

void add_freeze(CLI::App& suite, std::function<int()>& chosen) {
  const auto order = std::make_shared<SuiteFreezeOrder>();
  CLI::App* sub =
      add(suite, "freeze", "Failed interactions as drafts of regression cases", chosen, order, run_suite_freeze);
  sub->add_option("RECORD", order->record, "File with one interaction record, or one a line")->required();
  sub->add_option("--to", order->output, "Where the line goes; - is standard output")->default_val("-");
  sub->add_option("--capability", order->capability, "The record's own if absent");
  sub->add_option("--incident", order->incident, "A ticket or an alert");
  sub->add_option("--reviewer", order->reviewer, "Who read the expectation");
}

/// Asks agents, so it can be stopped: SIGINT and SIGTERM end the program, which has written nothing yet.
void add_admit(CLI::App& suite, std::function<int()>& chosen) {
  const auto order = std::make_shared<SuiteAdmitOrder>();
  CLI::App* sub = add(suite, "admit",
                      "Red and green: drafts that fail on the faulty revision and pass on a correct one become cases",
                      chosen, order, [](const SuiteTerminal& t, const SuiteAdmitOrder& o) {
                        return run_suite_admit(t, o, SystemClock(), std::stop_token());
                      });
  sub->add_option("DRAFTS", order->drafts, "File that freeze wrote, its expectations reviewed")->required();
  sub->add_option("--faulty", order->faulty, "URL of the revision that failed")->required();
  sub->add_option("--correct", order->correct, "URL of a revision that does it right")->required();
  sub->add_option("--to", order->output, "The suite they are added to; - is standard output")->default_val("-");
  sub->add_option("--epochs", order->epochs, "How often each draft is asked")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
}

void add_retire(CLI::App& suite, std::function<int()>& chosen) {
  const auto order = std::make_shared<SuiteRetireOrder>();
  CLI::App* sub =
      add(suite, "retire", "Set a frozen case aside, by a waiver with an owner", chosen, order,
          [](const SuiteTerminal& t, const SuiteRetireOrder& o) { return run_suite_retire(t, o, SystemClock()); });
  sub->add_option("SUITE", order->suite, "The suite; the waiver goes into SUITE.waivers.jsonl beside it")->required();
  sub->add_option("ID", order->id, "The case")->required();
  sub->add_option("--owner", order->owner, "Who answers for it")->required();
  sub->add_option("--reason", order->reason, "Why it need not pass any more")->required();
}

}  // namespace

void add_suite_commands(CLI::App& app, std::function<int()>& chosen) {
  CLI::App* suite = app.add_subcommand("suite", "Cases to judge by: files in, files out, no cluster");
  suite->require_subcommand(1);
  add_import(*suite, chosen);
  add_export(*suite, chosen);
  add_lint(*suite, chosen);
  add_split(*suite, chosen);
  add_scan(*suite, chosen);
  add_freeze(*suite, chosen);
  add_admit(*suite, chosen);
  add_retire(*suite, chosen);
  const auto file = std::make_shared<std::string>();
  add(*suite, "show", "Digest, counts, and what the suite can see and may tell", chosen, file, run_suite_show)
      ->add_option("FILE", *file, "The suite")
      ->required();
}

}  // namespace pawl::cli

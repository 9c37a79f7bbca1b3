#include "pawl_judge.h"

#include <cstdlib>
#include <iostream>
#include <memory>

#include "cli/files.h"
#include "cli/gate/judge_command.h"
#include "cli/goal.h"
#include "cli/text.h"
#include "gate/judge_endpoint.h"

namespace pawl::cli {
namespace {

int failed(const std::string& what) {
  std::cerr << "pawl: " << printable(what) << "\n";
  return kFailed;
}

struct JudgeFlags {
  std::string labels;
  std::string rubric;
  std::string model;
  std::string endpoint;
  std::string output = "text";
  int repeats = 1;
};

int calibrate(const JudgeFlags& flags) {
  CalibrateOrder order;
  auto labels = read_file(flags.labels);
  if (!labels) return failed(labels.error().message);
  auto rubric = flags.rubric.empty() ? Result<std::string>(std::string()) : read_file(flags.rubric);
  if (!rubric) return failed(rubric.error().message);
  order.labels = std::move(*labels);
  // As it stands in a case: a file ends in a line break, a rubric does not.
  order.rubric = rubric->substr(0, rubric->find_last_not_of(" \t\r\n") + 1);
  order.model = flags.model;
  order.repeats = flags.repeats;
  order.json = flags.output == "json";
  if (!flags.endpoint.empty()) {
    const char* key = std::getenv("PAWL_JUDGE_KEY");
    auto transport = gate::make_judge_transport({flags.endpoint, key == nullptr ? "" : key});
    if (!transport) return failed(transport.error().message);
    order.transport = std::move(*transport);
  }
  return run_calibrate(order, gate::fresh_nonce, std::cout, std::cerr);
}

}  // namespace

void add_judge_commands(CLI::App& app, std::function<int()>& chosen) {
  const auto flags = std::make_shared<JudgeFlags>();
  CLI::App* judge = app.add_subcommand("judge", "Models that judge answers");
  judge->require_subcommand(1);
  CLI::App* sub = judge->add_subcommand(
      "calibrate", "May this judge decide? Compares its verdicts with people's; exit code 5 if it may only inform");
  sub->add_option("--labels", flags->labels,
                  "File of labels, a JSON object a line: criterion, human, judge; or input and answer")
      ->required();
  sub->add_option("--endpoint", flags->endpoint,
                  "OpenAI-compatible endpoint to ask the judge anew; its key is read from $PAWL_JUDGE_KEY");
  sub->add_option("--model", flags->model, "The judge's model");
  sub->add_option("--rubric", flags->rubric, "File of the rubric");
  sub->add_option("--repeats", flags->repeats, "How often each answer is judged")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  sub->add_option("-o,--output", flags->output, "text or json")->check(CLI::IsMember({"text", "json"}));
  sub->callback([flags, &chosen] { chosen = [flags] { return calibrate(*flags); }; });
}

}  // namespace pawl::cli

// pawl-demo-proposer: rewrites an agent's prompt from the failures that the scorer keeps, or from cases.
#include <httplib.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "agent/bundle_dir.h"
#include "base/log.h"
#include "model/small_model.h"
#include "proposer/edits.h"
#include "proposer/revision_yaml.h"

namespace pawl::demo {
namespace {

using Json = nlohmann::json;

struct Flags {
  std::string bundle;
  std::string scorer;
  std::string token_file;  ///< what the scorer wants to see
  std::string failures_file;
  std::string dev_cases;  ///< a suite: learn it by heart instead of mending failures
  std::string graders;
  std::string out;
  int edits = 1;
  std::size_t cases = 300;
  std::vector<std::string> focus;  ///< capabilities to mend; empty: all
  RevisionText revision{"", "", "support-bot", "", "", {}};
};

std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Result<std::string> failures_text(const Flags& flags) {
  if (!flags.failures_file.empty()) return read_text(flags.failures_file);
  httplib::Client client(flags.scorer);
  std::string token = read_text(flags.token_file);
  token.erase(token.find_last_not_of(" \t\r\n") + 1);
  if (!token.empty()) client.set_bearer_token_auth(token);
  const auto answer = client.Get("/failures?agent=" + flags.revision.agent);
  if (!answer) return fail(ErrorKind::Unavailable, "no answer from " + flags.scorer);
  if (answer->status != 200) return fail(ErrorKind::Denied, flags.scorer + " refuses: " + answer->body);
  return answer->body;
}

bool in_focus(const Flags& flags, const Json& failure) {
  return flags.focus.empty() ||
         std::find(flags.focus.begin(), flags.focus.end(), failure.value("capability", "")) != flags.focus.end();
}

/// The newest inputs that went wrong.
Result<std::vector<std::string>> failing_inputs(const Flags& flags) {
  const auto text = failures_text(flags);
  if (!text) return fail(text.error());
  const Json body = Json::parse(*text, nullptr, false);
  if (!body.is_object() || !body.contains("failures") || !body["failures"].is_array()) {
    return fail(ErrorKind::Malformed, "not a list of failures");
  }
  std::vector<std::string> inputs;
  for (const Json& failure : body["failures"]) {
    if (failure.is_object() && failure.contains("input") && failure["input"].is_string() && in_focus(flags, failure)) {
      inputs.push_back(failure["input"].get<std::string>());
    }
  }
  if (inputs.size() > flags.cases) {
    inputs.erase(inputs.begin(), inputs.end() - static_cast<std::ptrdiff_t>(flags.cases));
  }
  return inputs;
}

/// What the customer says in each case of a suite.
Result<std::vector<std::string>> case_inputs(const std::string& path) {
  std::vector<std::string> inputs;
  std::istringstream lines(read_text(path));
  for (std::string line; std::getline(lines, line);) {
    const Json one = Json::parse(line, nullptr, false);
    if (!one.is_object() || !one.contains("input") || one["input"].empty()) {
      return fail(ErrorKind::Malformed, path + ": not a line of a suite");
    }
    inputs.push_back(one["input"].back().value("content", ""));
  }
  return inputs;
}

Status write_bundle(const std::string& directory, const std::vector<BundleFile>& files) {
  for (const BundleFile& file : files) {
    const std::filesystem::path path = std::filesystem::path(directory) / file.path;
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    std::ofstream out(path, std::ios::binary);
    out << file.content;
    out.close();
    if (!out) return fail(ErrorKind::Unavailable, "cannot write " + path.string());
  }
  return {};
}

/// What one more sentence would do, and how the agent reasons for it.
struct Idea {
  Edit edit;
  std::string why;
};

Idea next_idea(const Flags& flags, const Behaviour& behaviour, const scorer::Grading& grading,
               const std::vector<std::string>& inputs) {
  const SmallModel model;
  const std::string of = " of " + std::to_string(inputs.size());
  if (flags.dev_cases.empty()) {
    const Edit edit = greedy_edit(behaviour, model, grading, inputs);
    return {edit, "\"" + edit.sentence + "\" makes " + std::to_string(edit.fixed) + of + " seen failures right."};
  }
  const int before = right_answers(behaviour, model, grading, inputs);
  const Edit edit = edit_by_heart(behaviour, model, grading, inputs);
  return {edit, "\"" + edit.sentence + "\" lifts the dev cases from " + std::to_string(before) + " to " +
                    std::to_string(before + edit.fixed) + of + "."};
}

Status propose(Flags flags) {
  auto files = read_bundle_dir(flags.bundle);
  if (!files) return fail(files.error());
  auto behaviour = read_behaviour(*files);
  if (!behaviour) return fail(behaviour.error());
  const auto grading = scorer::Grading::from_yaml(read_text(flags.graders));
  if (!grading) return fail(grading.error());
  const auto inputs = flags.dev_cases.empty() ? failing_inputs(flags) : case_inputs(flags.dev_cases);
  if (!inputs) return fail(inputs.error());

  int made = 0;
  for (; made < flags.edits; ++made) {
    const Idea idea = next_idea(flags, *behaviour, *grading, *inputs);
    if (idea.edit.fixed == 0) break;
    *behaviour = with_sentence(std::move(*behaviour), idea.edit.sentence);
    flags.revision.claim += (flags.revision.claim.empty() ? "" : " ") + idea.why;
    log::info("edit", {{"why", idea.why}});
  }
  if (made == 0) {
    return fail(ErrorKind::NotFound, "no sentence helps with any of " + std::to_string(inputs->size()) + " cases");
  }
  for (BundleFile& file : *files) {
    if (file.path == "prompt/system.md") file.content = behaviour->prompt;
  }
  if (flags.revision.name.empty()) {
    flags.revision.name = flags.revision.agent + "-" + bundle_digest(*files).substr(0, 10);
  }
  std::cout << revision_yaml(flags.revision, *files);
  return flags.out.empty() ? Status{} : write_bundle(flags.out, *files);
}

}  // namespace
}  // namespace pawl::demo

int main(int argc, char** argv) {
  using namespace pawl;
  demo::Flags flags;
  CLI::App app("Rewrites an agent's prompt from the failures that the scorer keeps, and prints an AgentRevision.");
  app.add_option("--bundle", flags.bundle, "The parent's bundle")->required();
  app.add_option("--scorer", flags.scorer, "URL of the scorer");
  app.add_option("--token-file", flags.token_file, "The token to show to the scorer");
  app.add_option("--failures-file", flags.failures_file, "Failures from a file instead");
  app.add_option("--dev-cases", flags.dev_cases, "Learn the cases of this suite by heart, word by word");
  app.add_option("--improves", flags.revision.improves, "Capabilities that the edit claims to improve")->delimiter(',');
  app.add_option("--graders", flags.graders, "The public graders (YAML)")->required();
  app.add_option("--out", flags.out, "Write the new bundle here too");
  app.add_option("--edits", flags.edits, "Sentences to add, at most")->check(CLI::Range(1, 10))->capture_default_str();
  app.add_option("--cases", flags.cases, "Newest failures to look at")->capture_default_str();
  app.add_option("--focus", flags.focus, "Only failures of these capabilities")->delimiter(',');
  app.add_option("--agent", flags.revision.agent, "The agent")->capture_default_str();
  app.add_option("--name", flags.revision.name, "Name of the revision; from the digest if absent");
  app.add_option("--parent", flags.revision.parent, "Name of the parent revision");
  app.add_option("--namespace", flags.revision.ns, "Namespace of the revision");
  CLI11_PARSE(app, argc, argv);
  log::configure("pawl-demo-proposer", log::Level::Info, log::Format::Text);
  if (const auto done = demo::propose(std::move(flags)); !done) {
    log::error("no proposal", {{"reason", done.error().message}});
    return 1;
  }
  return 0;
}

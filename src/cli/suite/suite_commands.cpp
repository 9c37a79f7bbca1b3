#include "cli/suite/suite_commands.h"

#include <algorithm>
#include <filesystem>
#include <ostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/counted.h"
#include "base/result.h"
#include "cli/files.h"
#include "cli/goal.h"
#include "cli/suite/regression_files.h"
#include "cli/text.h"
#include "domain/gate/contamination.h"
#include "domain/gate/ledger.h"
#include "domain/gate/lint.h"
#include "domain/gate/sample_size.h"
#include "domain/gate/split.h"
#include "grading/grader.h"
#include "suite/case_codec.h"
#include "suite/export.h"
#include "suite/freeze.h"
#include "suite/import.h"
#include "suite/parameters.h"
#include "suite/secret_texts.h"

namespace pawl::cli {
namespace {

using Json = nlohmann::json;
using Counts = std::map<std::string, std::size_t>;

constexpr std::size_t kShownMax = 20;

std::string dump(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

int refuse(const SuiteTerminal& t, const std::string& what) {
  t.err << "pawl: " << printable(what) << "\n";
  return kFailed;
}

void list_unmapped(const SuiteTerminal& t, const Counts& unmapped) {
  for (const auto& [what, count] : unmapped) {
    t.err << printable(fmt::format("not mapped: {} ({})", what, count)) << "\n";
  }
}

Result<suite::Imported> import(const SuiteImportOrder& order, const std::string& text, const std::string& answers) {
  suite::ImportOptions options;
  options.name = std::filesystem::path(order.input).stem().string();
  if (!order.capability.empty()) options.capability = order.capability;
  options.grader = order.grader;
  if (order.format == "promptfoo") return suite::import_promptfoo(text, options);
  if (order.format == "promptfoo-csv") return suite::import_promptfoo_csv(text, options);
  if (order.format == "openai-evals") return suite::import_openai_evals(text, options);
  if (order.format == "inspect") return suite::import_inspect(text, options);
  if (order.format == "bfcl") return suite::import_bfcl(text, answers, options);
  return fail(ErrorKind::Invalid,
              "--from " + order.format + " is not one of promptfoo, promptfoo-csv, openai-evals, inspect, bfcl");
}

Json finding_json(const domain::Finding& finding) {
  return {{"rule", domain::to_string(finding.rule)},
          {"set", finding.set},
          {"cases", finding.cases},
          {"message", finding.message}};
}

void print_finding(std::ostream& out, const domain::Finding& finding) {
  out << printable(fmt::format("{}: {}: {}", finding.set, domain::to_string(finding.rule), finding.message)) << "\n";
  for (std::size_t i = 0; i < finding.cases.size() && i < kShownMax; ++i) {
    out << "    " << printable(finding.cases[i]) << "\n";
  }
  if (finding.cases.size() > kShownMax) {
    out << "    and " << finding.cases.size() - kShownMax << " more; -o json lists all\n";
  }
}

Json show_json(const std::vector<domain::Case>& cases) {
  Json capabilities = Json::array();
  for (const auto& [name, count] : suite::counts_by_capability(cases)) {
    capabilities.push_back({{"name", name},
                            {"cases", count},
                            {"protected", count >= domain::kProtectedCasesMin},
                            {"visibleDifference", domain::smallest_visible_difference(count, 0.1, 0.05, 0.8)}});
  }
  const domain::LeakBudget budget;
  return {{"digest", suite::suite_digest(cases)},
          {"size", cases.size()},
          {"capabilities", capabilities},
          {"bias",
           {{"one", domain::bias_bound(cases.size(), 1, 0, 0.05)},
            {"afterBudget", domain::bias_bound(cases.size(), budget.answers, budget.promotions, 0.05)},
            {"answers", budget.answers},
            {"promotions", budget.promotions},
            {"expectedAfterBits", domain::expected_bias_bound(cases.size(), budget.bits)},
            {"bits", budget.bits}}}};
}

std::string show_screen(const Json& shown) {
  std::string text =
      fmt::format("digest  {}\ncases   {}\n\n", shown["digest"].get<std::string>(), shown["size"].get<std::size_t>());
  text += left("CAPABILITY", 40) + right("CASES", 8) + "  " + left("PROTECTED", 11) + "SEES A LOSS OF\n";
  for (const Json& row : shown["capabilities"]) {
    const double seen = row["visibleDifference"].get<double>();
    text += left(printable(row["name"].get<std::string>()), 40) +
            right(std::to_string(row["cases"].get<std::size_t>()), 8) + "  " +
            left(row["protected"].get<bool>() ? "yes" : "no", 11) +
            (seen < 1 ? fmt::format("{:.1f} points\n", 100 * seen) : std::string("nothing surely\n"));
  }
  const Json& bias = shown["bias"];
  text += fmt::format(
      "\nAs a held-out set: one answer may flatter by {:.1f} points, {} answers with {} promotions by {:.1f} (19 times in 20);\n"
      "{} bits by {:.1f} on average. Sqrt((ln sum C(answers, i <= promotions) + ln(2/0.05)) / 2 cases).\n",
      100 * bias["one"].get<double>(), bias["answers"].get<int>(), bias["promotions"].get<int>(),
      100 * bias["afterBudget"].get<double>(), bias["bits"].get<int>(), 100 * bias["expectedAfterBits"].get<double>());
  return text;
}

/// By the graders of the gate itself. Who says nothing of use may still be quick and cheap.
std::optional<bool> passes(const domain::Case& one, const std::string& text) {
  domain::Answer answer;
  answer.text = text;
  answer.latency = Duration{0};
  answer.cost_usd = 0;
  return grading::passes_without_judge(one, answer);
}

/// However they are written: "./s" is "s", and a link is what it leads to.
bool same_file(const std::string& a, const std::string& b) {
  if (a == "-" || b == "-") return a == b;
  std::error_code no_such;
  if (std::filesystem::equivalent(a, b, no_such) && !no_such) return true;
  return std::filesystem::weakly_canonical(a, no_such) == std::filesystem::weakly_canonical(b, no_such);
}

/// One file must not be written over another, nor over the source.
Status check_files_apart(const SuiteSplitOrder& order) {
  const std::pair<const char*, const std::string&> written[] = {{"--dev", order.dev}, {"--held-out", order.held_out}};
  for (const auto& [flag, path] : written) {
    if (path == "-" || !same_file(path, order.input)) continue;
    return fail(ErrorKind::Invalid, std::string(flag) + " " + path + " is the suite itself; name another file");
  }
  if (!same_file(order.dev, order.held_out)) return {};
  return fail(ErrorKind::Invalid,
              "--dev and --held-out are the same file, " + order.dev + "; the proposer would read both; name two");
}

std::vector<domain::Case> picked(const std::vector<domain::Case>& cases, const std::vector<std::size_t>& which) {
  std::vector<domain::Case> out;
  for (const std::size_t i : which) out.push_back(cases[i]);
  return out;
}

}  // namespace

int run_suite_import(const SuiteTerminal& t, const SuiteImportOrder& order) {
  const auto text = read_file(order.input);
  if (!text) return refuse(t, text.error().message);
  const auto answers = order.answers.empty() ? Result<std::string>(std::string()) : read_file(order.answers);
  if (!answers) return refuse(t, answers.error().message);
  const auto imported = import(order, *text, *answers);
  if (!imported) return refuse(t, imported.error().message);
  if (imported->cases.empty()) {
    for (const auto& fault : imported->faults) t.err << printable(order.input + ": " + suite::describe(fault)) << "\n";
    list_unmapped(t, imported->unmapped);
    return refuse(t, order.input + ": has no cases that --from " + order.format + " could read; check the format");
  }
  if (!write_file(t.out, order.output, suite::write_cases(imported->cases))) {
    return refuse(t, order.output + ": cannot be written");
  }
  if (t.json && order.output != "-") {
    Json faults = Json::array();
    for (const auto& fault : imported->faults) {
      faults.push_back({{"line", fault.line}, {"path", fault.path}, {"message", fault.message}});
    }
    t.out << dump({{"cases", imported->cases.size()}, {"notMapped", imported->unmapped}, {"faults", faults}});
  } else {
    for (const auto& fault : imported->faults) t.err << printable(order.input + ": " + suite::describe(fault)) << "\n";
    list_unmapped(t, imported->unmapped);
    t.err << imported->cases.size() << " cases\n";
  }
  return imported->faults.empty() ? kDone : kFindings;
}

int run_suite_export(const SuiteTerminal& t, const SuiteExportOrder& order) {
  const auto cases = read_suite(t.err, order.input);
  if (!cases) return refuse(t, cases.error().message);
  suite::Exported exported;
  if (order.format == "promptfoo") exported = suite::export_promptfoo(*cases);
  else if (order.format == "openai-evals") exported = suite::export_openai_evals(*cases);
  else if (order.format == "inspect") exported = suite::export_inspect(*cases);
  else if (order.format == "bfcl") exported = suite::export_bfcl(*cases);
  else return refuse(t, "--to " + order.format + " is not one of promptfoo, openai-evals, inspect, bfcl");
  if (order.format == "bfcl" && order.answers.empty()) {
    return refuse(t, "--answers is missing: BFCL keeps its answers in a file of their own");
  }
  if (!write_file(t.out, order.output, exported.text)) return refuse(t, order.output + ": cannot be written");
  if (!order.answers.empty() && !write_file(t.out, order.answers, exported.answers)) {
    return refuse(t, order.answers + ": cannot be written");
  }
  list_unmapped(t, exported.unmapped);
  return kDone;
}

int run_suite_lint(const SuiteTerminal& t, const SuiteLintOrder& order) {
  std::vector<domain::LintedSet> sets;
  const auto take = [&](const std::string& path, bool held_out) -> Status {
    auto cases = read_suite(t.err, path);
    if (!cases) return fail(cases.error());
    sets.push_back({path, held_out, std::move(*cases)});
    return {};
  };
  for (const std::string& path : order.files) {
    if (const auto done = take(path, false); !done) return refuse(t, done.error().message);
  }
  for (const std::string& path : order.held_out) {
    if (const auto done = take(path, true); !done) return refuse(t, done.error().message);
  }
  std::vector<domain::Finding> of_frozen;
  for (const std::string& path : order.regression) {
    auto set = read_regression(t.err, path, order.known);
    if (!set) return refuse(t, set.error().message);
    const auto some = suite::lint_regression(path, *set);
    of_frozen.insert(of_frozen.end(), some.begin(), some.end());
    sets.push_back({path, false, std::move(set->cases)});
  }
  if (sets.empty()) return refuse(t, "no suite is named; name files, or others with --held-out and --regression");
  domain::LintRules rules;
  rules.capability_min = domain::kProtectedCasesMin;
  rules.graders = suite::known_graders();
  auto findings = domain::lint(sets, rules, passes);
  for (const domain::LintedSet& set : sets) {
    if (!set.held_out) continue;
    const auto some = suite::lint_scannable(set.name, set.cases);
    findings.insert(findings.end(), some.begin(), some.end());
  }
  findings.insert(findings.end(), of_frozen.begin(), of_frozen.end());
  if (t.json) {
    Json list = Json::array();
    for (const auto& finding : findings) list.push_back(finding_json(finding));
    t.out << dump({{"findings", list}});
  } else {
    for (const auto& finding : findings) print_finding(t.out, finding);
    t.out << (findings.empty() ? "clean\n" : counted(findings.size(), "finding") + "\n");
  }
  return findings.empty() ? kDone : kFindings;
}

int run_suite_split(const SuiteTerminal& t, const SuiteSplitOrder& order) {
  if (const auto apart = check_files_apart(order); !apart) return refuse(t, apart.error().message);
  const auto cases = read_suite(t.err, order.input);
  if (!cases) return refuse(t, cases.error().message);
  const auto split = domain::split_cases(*cases, {.held_out = order.share, .seed = order.seed, .duplicate_from = 0.8});
  if (!split) return refuse(t, split.error().message);
  const auto dev = picked(*cases, split->dev);
  const auto held_out = picked(*cases, split->held_out);
  if (!write_file(t.out, order.dev, suite::write_cases(dev))) return refuse(t, order.dev + ": cannot be written");
  if (!write_file(t.out, order.held_out, suite::write_cases(held_out))) {
    return refuse(t, order.held_out + ": cannot be written");
  }
  const auto side = [](const std::string& file, const std::vector<domain::Case>& part) {
    return Json{{"file", file},
                {"digest", suite::suite_digest(part)},
                {"size", part.size()},
                {"capabilities", suite::counts_by_capability(part)}};
  };
  const Json record{{"seed", order.seed},
                    {"share", order.share},
                    {"from", suite::suite_digest(*cases)},
                    {"groupsOfDuplicates", split->groups_of_duplicates},
                    {"dev", side(order.dev, dev)},
                    {"heldOut", side(order.held_out, held_out)}};
  if (t.json) t.out << dump(record);
  else {
    t.out << fmt::format("seed {}: {} for dev, {} held out; {} of duplicates kept together\n", order.seed,
                         counted(dev.size(), "case"), held_out.size(), counted(split->groups_of_duplicates, "group"));
  }
  return kDone;
}

int run_suite_show(const SuiteTerminal& t, const std::string& input) {
  const auto cases = read_suite(t.err, input);
  if (!cases) return refuse(t, cases.error().message);
  const Json shown = show_json(*cases);
  t.out << (t.json ? dump(shown) : show_screen(shown));
  return kDone;
}

int run_suite_scan(const SuiteTerminal& t, const SuiteScanOrder& order) {
  const auto cases = read_suite(t.err, order.suite);
  if (!cases) return refuse(t, cases.error().message);
  const auto edit = read_bundle(order.edit);
  if (!edit) return refuse(t, edit.error().message);
  const auto before = read_bundle(order.before);
  if (!before) return refuse(t, before.error().message);
  const auto found = domain::LeakIndex(suite::secret_texts(*cases)).scan(*edit, *before);
  Json list = Json::array();
  for (const domain::FileHits& file : found.files) {
    Json kinds = Json::object();
    std::string text;
    for (std::size_t kind = 0; kind < domain::kLeakKinds; ++kind) {
      if (file.cases[kind] == 0) continue;
      const std::string name(domain::to_string(static_cast<domain::Leak>(kind)));
      kinds[name] = file.cases[kind];
      text += fmt::format(" {} {}", name, file.cases[kind]);
    }
    list.push_back({{"file", file.path}, {"cases", file.any}, {"kinds", kinds}});
    if (!t.json) t.out << printable(fmt::format("{}: hit, {}:{}", file.path, counted(file.any, "case"), text)) << "\n";
  }
  if (t.json) t.out << dump({{"files", list}});
  else if (found.clean()) t.out << "clean\n";
  return found.clean() ? kDone : kFindings;
}

int run_suite_freeze(const SuiteTerminal& t, const SuiteFreezeOrder& order) {
  const auto records = read_file(order.record);
  if (!records) return refuse(t, records.error().message);
  const suite::CaseFile drafts =
      suite::drafts_from_records(*records, {order.capability, order.incident, order.reviewer});
  if (drafts.cases.empty() && drafts.faults.size() == 1) {
    return refuse(t, order.record + ": " + drafts.faults.front().message);
  }
  if (drafts.cases.empty() && drafts.faults.empty()) {
    return refuse(t, order.record + ": has no cases to freeze; name a file with one interaction record a line");
  }
  for (const suite::LineFault& fault : drafts.faults) {
    t.err << printable(order.record + ": " + suite::describe(fault)) << "\n";
  }
  if (!write_file(t.out, order.output, suite::write_cases(drafts.cases))) {
    return refuse(t, order.output + ": cannot be written");
  }
  return drafts.faults.empty() ? kDone : kFindings;
}

}  // namespace pawl::cli

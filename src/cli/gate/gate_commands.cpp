#include "cli/gate/gate_commands.h"

#include <algorithm>
#include <chrono>
#include <ostream>
#include <random>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/files.h"
#include "cli/gate/gate_ledger.h"
#include "cli/gate/gate_screen.h"
#include "cli/goal.h"
#include "cli/suite/regression_files.h"
#include "cli/text.h"
#include "domain/gate/gate_rule.h"
#include "domain/gate/ledger_step.h"
#include "domain/gate/public_report.h"
#include "gate/gate_policy_file.h"
#include "gate/http_target.h"
#include "gate/judge_order.h"
#include "gate/run.h"
#include "gate/suites.h"
#include "json/parse.h"
#include "report/gate_json.h"
#include "report/junit.h"
#include "report/markdown.h"
#include "report/read_gate_json.h"
#include "report/sarif.h"

namespace pawl::cli {
namespace {

using domain::GateReport;
using domain::GateVerdict;
using report::Audience;

int refuse(const GateTerminal& t, const std::string& what) {
  t.err << "pawl: " << printable(what) << "\n";
  return kFailed;
}

int exit_code(GateVerdict verdict) {
  switch (verdict) {
    case GateVerdict::Pass:
      return kGatePassed;
    case GateVerdict::Fail:
      return kGateFailed;
    case GateVerdict::NoBaseline:
      return kGatePassed;
    case GateVerdict::Insufficient:
      return kGateInsufficient;
  }
  return kGateInsufficient;
}

// ---- what is asked

std::optional<domain::Tier> tier_of(const std::string& word) {
  if (word == "dev") return domain::Tier::Dev;
  if (word == "golden") return domain::Tier::Golden;
  if (word == "regression") return domain::Tier::Regression;
  if (word == "held-out") return domain::Tier::HeldOut;
  return std::nullopt;
}

Result<gate::Suite> read_one(const GateTerminal& t, const std::string& word) {
  const std::size_t equals = word.rfind('=');
  gate::Suite suite;
  suite.name = word.substr(0, equals);
  if (equals != std::string::npos) {
    const auto tier = tier_of(word.substr(equals + 1));
    if (!tier) {
      return fail(ErrorKind::Invalid, "--suite " + word + ": '" + word.substr(equals + 1) +
                                          "' is no tier; write dev, golden, regression or held-out");
    }
    suite.tier = *tier;
  }
  if (suite.tier == domain::Tier::Regression) {
    auto settled = settle_regression(t.err, suite.name);
    if (!settled) return fail(settled.error());
    suite.cases = std::move(settled->cases);
    suite.waived = std::move(settled->waived);
    return suite;
  }
  auto cases = read_suite(t.err, suite.name);
  if (!cases) return fail(cases.error());
  suite.cases = std::move(*cases);
  return suite;
}

Result<std::vector<gate::Suite>> read_suites(const GateTerminal& t, const std::vector<std::string>& words) {
  std::vector<gate::Suite> suites;
  for (const std::string& word : words) {
    auto suite = read_one(t, word);
    if (!suite) return fail(suite.error());
    suites.push_back(std::move(*suite));
  }
  if (suites.empty()) return fail(ErrorKind::Invalid, "no suite is named; name one with --suite FILE");
  return suites;
}

Result<domain::GatePolicy> read_the_policy(const GateRunOrder& order) {
  domain::GatePolicy policy;
  if (!order.policy.empty()) {
    const auto text = read_file(order.policy);
    if (!text) return fail(text.error());
    auto read = gate::read_policy(*text);
    if (!read) return fail(read.error().during(order.policy));
    policy = std::move(*read);
  }
  if (order.epochs) policy.epochs = *order.epochs;
  return policy;
}

struct ReportFile {
  std::string form;
  std::string path;
};

Result<std::vector<ReportFile>> read_report_files(const GateRunOrder& order) {
  std::vector<ReportFile> files;
  for (const std::string& word : order.reports) {
    const std::size_t equals = word.find('=');
    const std::string form = word.substr(0, equals);
    const bool known = form == "json" || form == "junit" || form == "markdown" || form == "sarif";
    if (!known || equals == std::string::npos || equals + 1 == word.size()) {
      return fail(ErrorKind::Invalid,
                  "--report " + word + ": write json=FILE, junit=FILE, markdown=FILE or sarif=FILE");
    }
    if (form == "sarif" && order.edit.empty()) {
      return fail(ErrorKind::Invalid,
                  "--report " + word + ": SARIF shows what the scan of the edit found; name the edit with --edit");
    }
    files.push_back({form, word.substr(equals + 1)});
  }
  return files;
}

/// Everything that is read before anybody is asked: a wrong flag must not cost an hour.
struct Prepared {
  std::vector<gate::Suite> suites;
  domain::GatePolicy policy;
  std::vector<ReportFile> reports;
  std::vector<BundleFile> edit;
  std::vector<BundleFile> before;
  std::optional<gate::Judge> judge;
  std::unique_ptr<gate::Target> candidate;
  std::unique_ptr<gate::Target> stable;
  gate::RunOrder run;
};

Result<std::unique_ptr<gate::Target>> target_of(const GateRunOrder& order, const char* flag, const std::string& url,
                                                const std::string& request, const Clock& clock) {
  gate::HttpTargetOptions options;
  options.urls = {url};
  if (!order.model.empty()) options.shape.model = order.model;
  options.shape.request = request;
  options.shape.answer = order.answer;
  options.timeout = order.timeout;
  options.revision_path = order.revision_path;
  options.key = order.agent_key;
  auto target = gate::make_http_target(options, clock);
  if (!target) return fail(target.error().during(flag));
  return target;
}

Result<std::optional<gate::Judge>> judge_of(const GateRunOrder& order) {
  gate::JudgeOrder judge{order.judge_endpoint, order.judge_model, order.judge_key, order.model, {}};
  for (const std::string& path : order.judge_calibrations) {
    auto text = read_file(path);
    if (!text) return fail(text.error());
    judge.calibrations.push_back(std::move(*text));
  }
  return gate::make_judge(judge);
}

Status prepare_targets(const GateRunOrder& order, const Clock& clock, Prepared& out) {
  const auto request = order.request.empty() ? Result<std::string>(std::string()) : read_file(order.request);
  if (!request) return fail(request.error());
  auto candidate = target_of(order, "--candidate", order.candidate, *request, clock);
  if (!candidate) return fail(candidate.error());
  out.candidate = std::move(*candidate);
  out.run.candidate = {out.candidate.get(), "candidate", order.candidate_digest};
  if (order.stable.empty()) return {};
  auto stable = target_of(order, "--stable", order.stable, *request, clock);
  if (!stable) return fail(stable.error());
  out.stable = std::move(*stable);
  out.run.stable = gate::SideOrder{out.stable.get(), "stable", order.stable_digest};
  return {};
}

Status prepare_files(const GateTerminal& t, const GateRunOrder& order, Prepared& out) {
  auto suites = read_suites(t, order.suites);
  if (!suites) return fail(suites.error());
  out.suites = std::move(*suites);
  auto policy = read_the_policy(order);
  if (!policy) return fail(policy.error());
  out.policy = std::move(*policy);
  auto reports = read_report_files(order);
  if (!reports) return fail(reports.error());
  out.reports = std::move(*reports);
  auto edit = read_bundle(order.edit);
  if (!edit) return fail(edit.error());
  out.edit = std::move(*edit);
  auto before = read_bundle(order.before);
  if (!before) return fail(before.error());
  out.before = std::move(*before);
  return gate::add_suites(out.suites, out.run);
}

/// A mistyped claim is told before a single case is asked.
Status check_claims(const gate::RunOrder& run) {
  std::set<std::string> known;
  for (std::size_t at = 0; at < run.cases.size(); ++at) {
    if (run.tiers[at] != domain::Tier::Regression) known.insert(run.cases[at].capability);
  }
  for (const std::string& claim : run.claimed) {
    if (known.contains(claim)) continue;
    std::string names;
    for (const std::string& name : known) names += (names.empty() ? "" : ", ") + name;
    return fail(ErrorKind::Invalid, "--claim " + claim +
                                        ": no case asks for it outside of the regression tier; claim one of: " +
                                        (names.empty() ? "(none)" : names));
  }
  return {};
}

/// Filled in place: the order points at the targets.
Status prepare(const GateTerminal& t, const GateRunOrder& order, const Clock& clock, Prepared& out) {
  if (auto done = prepare_files(t, order, out); !done) return done;
  if (auto done = prepare_targets(order, clock, out); !done) return done;
  auto judge = judge_of(order);
  if (!judge) return fail(judge.error());
  out.judge = std::move(*judge);
  out.run.claimed = order.claims;
  if (const auto sound = check_claims(out.run); !sound) return fail(sound.error());
  if (order.candidate_number && !order.ledger.empty()) {
    return fail(ErrorKind::Invalid, "--candidate-number: the ledger counts the candidates; leave one of both out");
  }
  if (order.generation && order.ledger.empty()) {
    return fail(ErrorKind::Invalid, "--generation is the ledger's; name its file with --ledger");
  }
  out.run.candidate_number = order.candidate_number.value_or(1);
  out.run.epochs = out.policy.epochs;
  out.run.seed = order.seed ? *order.seed : std::random_device{}();
  out.run.concurrency = order.concurrency;
  out.run.journal = order.journal;
  return {};
}

// ---- what is told

/// On a terminal one line that changes; elsewhere a line every tenth part, and sooner where answers are slow: who waits
/// must see that it goes on.
class ProgressLine {
 public:
  ProgressLine(const GateTerminal& t, const Clock& clock) : t_(t), clock_(clock) {}

  void operator()(const gate::Progress& progress) {
    const std::size_t percent = progress.planned == 0 ? 100 : 100 * progress.done / progress.planned;
    const std::size_t step = t_.tty ? 1 : 10;
    const BootTime now = clock_.boot();
    if (told_ && percent / step == *told_ / step && now - told_at_ < kSilenceMax) return;
    told_ = percent;
    told_at_ = now;
    const std::string text = fmt::format("{} of {} answers, {} %", progress.done, progress.planned, percent);
    if (t_.tty) t_.err << "\r" << text << (percent == 100 ? "\n" : "") << std::flush;
    else t_.err << text << "\n" << std::flush;
  }

 private:
  static constexpr BootTime kSilenceMax = std::chrono::seconds(20);

  const GateTerminal& t_;
  const Clock& clock_;
  std::optional<std::size_t> told_;
  BootTime told_at_{};
};

std::string text_of(const std::string& form, const GateReport& report, const domain::Contamination& found) {
  if (form == "json") return report::gate_json(report, Audience::Everyone);
  if (form == "junit") return report::junit_xml(report, Audience::Everyone);
  if (form == "markdown") return report::gate_markdown(report, Audience::Everyone);
  return report::contamination_sarif(found);
}

int answer(const GateTerminal& t, const GateRunOrder& order, const Prepared& prepared, const GateReport& report,
           const domain::Contamination& found) {
  bool all_written = true;
  const auto write = [&](const std::string& path, const std::string& text) {
    if (write_file(t.out, path, text)) return;
    t.err << "pawl: " << printable(path) << ": cannot be written\n";
    all_written = false;
  };
  for (const ReportFile& file : prepared.reports) write(file.path, text_of(file.form, report, found));
  if (!order.details.empty()) write(order.details, report::gate_json(report, Audience::Gate));
  t.out << (t.json ? report::gate_json(report, Audience::Everyone) : gate_screen(domain::for_everyone(report)));
  const int code = exit_code(report.verdict);
  return all_written || code != kGatePassed ? code : kFailed;
}

/// What came of asking, or of what the edit holds; an error is no verdict.
Result<GateReport> judged(const GateTerminal& t, const GateRunOrder& order, const Clock& clock,
                          const std::stop_token& stop, const gate::CaseGraders& graders,
                          const domain::Contamination& found, const Prepared& prepared) {
  // Before a single case is asked: an edit that knows the test must not be shown any more of it.
  if (!found.clean()) return gate::unasked_report(gate::contamination_step(found), prepared.run);
  if (!order.seed) t.err << "seed " << prepared.run.seed << "\n";
  ProgressLine progress(t, clock);
  const auto ran = gate::run_gate(prepared.run, graders, [&progress](const gate::Progress& p) { progress(p); }, stop);
  if (!ran) return fail(ran.error());
  GateReport report = domain::judge_candidate(ran->input, prepared.policy);
  if (!prepared.edit.empty()) report.steps.insert(report.steps.begin(), gate::contamination_step(found));
  return report;
}

}  // namespace

int run_gate_run(const GateTerminal& t, const GateRunOrder& order, const Clock& clock, const std::stop_token& stop) {
  Prepared prepared;
  if (const auto done = prepare(t, order, clock, prepared); !done) return refuse(t, done.error().message);
  const auto graders = gate::CaseGraders::make(prepared.run.cases, prepared.judge);
  if (!graders) return refuse(t, graders.error().message);
  std::optional<GateLedger> ledger;
  if (!order.ledger.empty()) {
    auto opened =
        GateLedger::open({order.ledger, order.generation, &prepared.policy, graders->digest()}, prepared.run, stop);
    if (!opened) return refuse(t, opened.error().message);
    ledger.emplace(std::move(*opened));
    const auto stands = ledger->begin(prepared.run, clock.wall());
    if (!stands) return refuse(t, stands.error().message);
    if (*stands) return answer(t, order, prepared, **stands, {});
  }
  const domain::Contamination found = gate::scan_edit(prepared.suites, prepared.edit, prepared.before);
  auto report = judged(t, order, clock, stop, *graders, found, prepared);
  if (!report) return refuse(t, report.error().message);
  if (ledger) {
    if (const auto kept = ledger->decide(*report, clock.wall()); !kept) return refuse(t, kept.error().message);
  } else {
    report->steps.push_back(domain::ledger_step({}));
  }
  return answer(t, order, prepared, *report, found);
}

int run_scores(const GateTerminal& t, const std::string& file) {
  const auto text = read_file(file);
  if (!text) return refuse(t, text.error().message);
  return show_scores(t, file, *text);
}

int show_scores(const GateTerminal& t, const std::string& source, const std::string& text) {
  const auto report = report::read_gate_json(text);
  if (!report) return refuse(t, source + ": " + report.error().message);
  if (!t.json) {
    t.out << gate_screen(*report);
    return kDone;
  }
  const auto whole = json::parse_bounded(text, {.bytes = std::size_t{64} << 20, .depth = 64});
  nlohmann::json out;
  for (const char* key : {"verdict", "reason", "steps", "scoreboard", "overall"}) {
    if (whole->contains(key)) out[key] = (*whole)[key];
  }
  t.out << out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
  return kDone;
}

}  // namespace pawl::cli

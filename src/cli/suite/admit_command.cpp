#include "cli/suite/admit_command.h"

#include <map>
#include <ostream>

#include "cli/files.h"
#include "cli/goal.h"
#include "cli/suite/regression_files.h"
#include "cli/text.h"
#include "gate/http_target.h"
#include "gate/run.h"
#include "suite/case_codec.h"
#include "suite/freeze.h"

namespace pawl::cli {
namespace {

int refuse(const SuiteTerminal& t, const std::string& what) {
  t.err << "pawl: " << printable(what) << "\n";
  return kFailed;
}

Result<std::unique_ptr<gate::Target>> target_of(const SuiteAdmitOrder& order, const std::string& url, const char* flag,
                                                const Clock& clock) {
  gate::HttpTargetOptions options;
  options.urls = {url};
  options.timeout = order.timeout;
  options.key = order.agent_key;
  auto target = gate::make_http_target(options, clock);
  if (!target) return fail(target.error().during(flag));
  return target;
}

/// Whether each case passed, epoch by epoch. An answer that could not be judged counts for neither side.
using Outcomes = std::map<std::string, std::vector<bool>>;

Outcomes outcomes_of(const domain::ArmRun& arm) {
  Outcomes out;
  for (const domain::JudgedAnswer& answer : arm.answers) {
    if (answer.score) out[answer.case_id].push_back(answer.passed);
  }
  return out;
}

struct Asked {
  Outcomes faulty;
  Outcomes correct;
  std::string faulty_digest;
  std::string correct_digest;
};

Result<Asked> ask_both(const SuiteAdmitOrder& order, const std::vector<domain::Case>& drafts, const Clock& clock,
                       const std::stop_token& stop) {
  const auto faulty = target_of(order, order.faulty, "--faulty", clock);
  if (!faulty) return fail(faulty.error());
  const auto correct = target_of(order, order.correct, "--correct", clock);
  if (!correct) return fail(correct.error());
  gate::RunOrder run;
  run.cases = drafts;
  run.tiers.assign(drafts.size(), domain::Tier::Regression);
  run.suites_digest = suite::suite_digest(drafts);
  run.candidate = {faulty->get(), "faulty"};
  run.stable = gate::SideOrder{correct->get(), "correct"};
  run.epochs = order.epochs;
  const auto graders = gate::CaseGraders::make(run.cases, std::nullopt);
  if (!graders) return fail(graders.error());
  const auto ran = gate::run_gate(run, *graders, {}, stop);
  if (!ran) return fail(ran.error());
  return Asked{outcomes_of(ran->input.candidate), outcomes_of(*ran->input.stable), ran->input.candidate.digest,
               ran->input.stable->digest};
}

}  // namespace

int run_suite_admit(const SuiteTerminal& t, const SuiteAdmitOrder& order, const Clock& clock,
                    const std::stop_token& stop) {
  const auto drafts = read_suite(t.err, order.drafts);
  if (!drafts) return refuse(t, drafts.error().message);
  auto asked = ask_both(order, *drafts, clock, stop);
  if (!asked) return refuse(t, asked.error().message);
  std::vector<domain::Case> admitted;
  for (const domain::Case& draft : *drafts) {
    auto one = suite::admit(
        draft, {asked->faulty[draft.id], asked->correct[draft.id], asked->faulty_digest, asked->correct_digest});
    if (one) admitted.push_back(std::move(*one));
    else t.err << printable(draft.id + ": " + one.error().message) << "\n";
  }
  t.err << admitted.size() << " of " << drafts->size()
        << " drafts are red on the faulty revision and green on the correct one\n";
  if (admitted.empty()) return refuse(t, "nothing to admit");
  if (order.output == "-") t.out << suite::write_cases(admitted);
  else if (const auto added = add_frozen(t.err, order.output, admitted); !added)
    return refuse(t, added.error().message);
  return admitted.size() == drafts->size() ? kDone : kFindings;
}

}  // namespace pawl::cli

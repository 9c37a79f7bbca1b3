#include "gate/suites.h"

#include <algorithm>
#include <set>

#include "base/sha256.h"
#include "suite/case_codec.h"
#include "suite/secret_texts.h"

namespace pawl::gate {
namespace {

constexpr std::size_t kFilesShown = 5;

}  // namespace

std::string suites_digest(const std::vector<Suite>& suites) {
  std::vector<std::string> lines;
  for (const Suite& suite : suites) {
    lines.push_back(std::string(to_string(suite.tier)) + " " + suite::suite_digest(suite.cases) + "\n");
  }
  std::sort(lines.begin(), lines.end());
  std::string text;
  for (const std::string& line : lines) text += line;
  return sha256_hex(text);
}

Status add_suites(const std::vector<Suite>& suites, RunOrder& order) {
  std::set<std::string> known;
  for (const Suite& suite : suites) {
    for (const domain::Case& one : suite.cases) {
      if (!known.insert(one.id).second) {
        return fail(ErrorKind::Invalid,
                    suite.name + ": the case id " + one.id + " was used already; give every case of a run its own id");
      }
      order.cases.push_back(one);
      order.tiers.push_back(suite.tier);
    }
    order.waived.insert(order.waived.end(), suite.waived.begin(), suite.waived.end());
  }
  order.suites_digest = suites_digest(suites);
  return {};
}

domain::Contamination scan_edit(const std::vector<Suite>& suites, const std::vector<BundleFile>& edit,
                                const std::vector<BundleFile>& before) {
  std::vector<domain::SecretTexts> secrets;
  for (const Suite& suite : suites) {
    if (suite.tier != domain::Tier::HeldOut) continue;
    for (const domain::Case& one : suite.cases) secrets.push_back(suite::secret_texts(one));
  }
  return domain::LeakIndex(secrets).scan(edit, before);
}

domain::GateStep contamination_step(const domain::Contamination& found) {
  domain::GateStep step{"contamination", domain::GateVerdict::Pass, "Clean", "the edit repeats no held-out text", {}};
  step.numbers = {{"files", static_cast<double>(found.files.size())},
                  {"unscannable", static_cast<double>(found.unscannable)}};
  if (found.clean()) {
    if (found.unscannable > 0) {
      step.message += "; " + std::to_string(found.unscannable) + " held-out cases are too short to be looked for";
    }
    return step;
  }
  std::string files;
  for (std::size_t i = 0; i < found.files.size() && i < kFilesShown; ++i) {
    files += (i == 0 ? "" : ", ") + found.files[i].path;
  }
  if (found.files.size() > kFilesShown) files += " and " + std::to_string(found.files.size() - kFilesShown) + " more";
  step.verdict = domain::GateVerdict::Fail;
  step.reason = "Contaminated";
  step.message =
      "the edit repeats held-out text in " + files + "; take it out, for who knows the test cannot be judged by it";
  return step;
}

domain::GateReport unasked_report(domain::GateStep step, const RunOrder& order) {
  domain::GateReport report;
  report.verdict = step.verdict;
  report.reason = step.reason;
  report.message = step.message;
  report.steps.push_back(std::move(step));
  report.candidate_revision = order.candidate.revision;
  report.candidate_digest = order.candidate.digest;
  report.stable_revision = order.stable ? order.stable->revision : "";
  report.no_baseline = !order.stable;
  report.suite_digest = order.suites_digest;
  report.epochs = order.epochs;
  report.candidate_number = order.candidate_number;
  report.waived = order.waived;
  return report;
}

}  // namespace pawl::gate

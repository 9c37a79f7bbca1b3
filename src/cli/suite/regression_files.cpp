#include "cli/suite/regression_files.h"

#include <algorithm>
#include <filesystem>
#include <ostream>
#include <set>

#include "cli/files.h"
#include "cli/goal.h"
#include "cli/text.h"
#include "suite/frozen.h"

namespace pawl::cli {
namespace {

std::string beside(const std::string& suite, const char* extension) {
  return std::filesystem::path(suite).replace_extension(extension).string();
}

/// Empty if there is no such file.
Result<std::string> read_if_there(const std::string& path) {
  auto text = read_file(path);
  if (!text && text.error().kind == ErrorKind::NotFound) return std::string();
  return text;
}

Result<std::vector<std::string>> parse_known(const std::string& path, const std::string& text) {
  std::vector<std::string> ids;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string id = text.substr(begin, end - begin);
    begin = end + 1;
    if (id.ends_with('\r')) id.pop_back();
    if (id.empty()) continue;
    if (!suite::is_frozen_id(id)) {
      return fail(ErrorKind::Invalid, path + ": '" + id + "' is no frozen case's id; write one id a line");
    }
    ids.push_back(std::move(id));
  }
  return ids;
}

Result<std::vector<suite::Waiver>> read_waivers_beside(const std::string& suite) {
  const std::string path = waivers_path(suite);
  const auto text = read_if_there(path);
  if (!text) return fail(text.error());
  suite::WaiverFile file = suite::read_waivers(*text);
  if (!file.faults.empty()) return fail(ErrorKind::Invalid, path + ": " + suite::describe(file.faults.front()));
  return std::move(file.waivers);
}

Status write_known(const std::string& suite, const std::vector<std::string>& known) {
  std::string text;
  for (const std::string& id : known) text += id + "\n";
  std::ostream nowhere(nullptr);
  if (!write_file(nowhere, known_path(suite), text)) {
    return fail(ErrorKind::Unavailable, known_path(suite) + ": cannot be written");
  }
  return {};
}

bool was_ever_there(const suite::RegressionSet& set, const std::string& id) {
  return std::find(set.known.begin(), set.known.end(), id) != set.known.end() ||
         std::any_of(set.cases.begin(), set.cases.end(), [&](const domain::Case& one) { return one.id == id; });
}

int refuse(const SuiteTerminal& t, const std::string& what) {
  t.err << "pawl: " << printable(what) << "\n";
  return kFailed;
}

}  // namespace

std::string known_path(const std::string& suite) { return beside(suite, ".known"); }
std::string waivers_path(const std::string& suite) { return beside(suite, ".waivers.jsonl"); }

Result<suite::RegressionSet> read_regression(std::ostream& err, const std::string& suite, const std::string& known) {
  suite::RegressionSet set;
  auto cases = read_suite(err, suite);
  if (!cases) return fail(cases.error());
  set.cases = std::move(*cases);
  if (suite == "-") return set;  // nothing lies beside standard input
  auto waivers = read_waivers_beside(suite);
  if (!waivers) return fail(waivers.error());
  set.waivers = std::move(*waivers);
  const std::string list = known.empty() ? known_path(suite) : known;
  const auto text = known.empty() ? read_if_there(list) : read_file(list);
  if (!text) return fail(text.error());
  auto ids = parse_known(list, *text);
  if (!ids) return fail(ids.error());
  set.known = std::move(*ids);
  return set;
}

Result<suite::Regression> settle_regression(std::ostream& err, const std::string& suite) {
  auto set = read_regression(err, suite);
  if (!set) return fail(set.error());
  auto settled = suite::settle(std::move(*set));
  if (!settled) return fail(settled.error().during(suite));
  if (!settled->unknown.empty()) {
    err << printable(suite + ": " + std::to_string(settled->unknown.size()) + " frozen cases are not in " +
                     known_path(suite) + ", so nobody would notice if they went; add their ids, one a line")
        << "\n";
  }
  for (const std::string& id : settled->unused) {
    err << printable(waivers_path(suite) + ": " + id + " names no case there ever was; correct the id") << "\n";
  }
  return settled;
}

Status add_frozen(std::ostream& err, const std::string& suite, const std::vector<domain::Case>& cases) {
  suite::RegressionSet set;
  std::error_code ignored;
  if (std::filesystem::exists(suite, ignored)) {
    auto read = read_regression(err, suite);
    if (!read) return fail(read.error());
    set = std::move(*read);
  }
  std::set<std::string> there;
  for (const domain::Case& one : set.cases) there.insert(one.id);
  for (const domain::Case& one : cases) {
    if (there.insert(one.id).second) set.cases.push_back(one);
  }
  std::ostream nowhere(nullptr);
  if (!write_file(nowhere, suite, suite::write_cases(set.cases))) {
    return fail(ErrorKind::Unavailable, suite + ": cannot be written");
  }
  std::set<std::string> known(set.known.begin(), set.known.end());
  for (std::string& id : suite::frozen_ids(cases)) known.insert(std::move(id));
  return write_known(suite, {known.begin(), known.end()});
}

int run_suite_retire(const SuiteTerminal& t, const SuiteRetireOrder& order, const Clock& clock) {
  if (order.owner.empty() || order.reason.empty()) return refuse(t, "--owner and --reason must not be empty");
  const auto set = read_regression(t.err, order.suite);
  if (!set) return refuse(t, set.error().message);
  if (!was_ever_there(*set, order.id)) {
    return refuse(t, order.suite + ": has no case " + order.id + ", and never had; correct the id");
  }
  const std::string path = waivers_path(order.suite);
  auto lines = read_if_there(path);
  if (!lines) return refuse(t, lines.error().message);
  if (!lines->empty() && !lines->ends_with('\n')) *lines += '\n';
  *lines += suite::write_waiver({order.id, order.owner, order.reason, clock.wall()}) + "\n";
  if (!write_file(t.out, path, *lines)) return refuse(t, path + ": cannot be written");
  t.err << printable(order.id + " is waived by " + order.owner + " in " + path) << "\n";
  return kDone;
}

}  // namespace pawl::cli

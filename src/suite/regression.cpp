#include "suite/regression.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include <fmt/format.h>

#include "suite/frozen.h"

namespace pawl::suite {
namespace {

using Names = std::set<std::string>;

constexpr const char* kDraftRemedy = "nobody has seen it fail and pass yet; run `pawl suite admit`";
constexpr const char* kForgedRemedy =
    "its content is not what its id says; restore it, or freeze the changed case anew with `pawl suite admit`";
constexpr const char* kMissingRemedy = "frozen cases stay; restore its line, or retire it with `pawl suite retire`";

/// What is wrong, by id.
struct Faults {
  Names drafts;
  Names forged;
  Names missing;
};

Names waived_names(const RegressionSet& set) {
  Names names;
  for (const Waiver& waiver : set.waivers) names.insert(waiver.case_id);
  return names;
}

Names case_names(const RegressionSet& set) {
  Names names;
  for (const domain::Case& one : set.cases) names.insert(one.id);
  return names;
}

Faults faults_of(const RegressionSet& set) {
  Faults out;
  for (const domain::Case& one : set.cases) {
    if (is_draft(one)) out.drafts.insert(one.id);
    else if (is_forged(one)) out.forged.insert(one.id);
  }
  const Names there = case_names(set);
  const Names waived = waived_names(set);
  for (const std::string& id : set.known) {
    if (!there.contains(id) && !waived.contains(id)) out.missing.insert(id);
  }
  return out;
}

std::string told(const Names& ids, std::string_view what, std::string_view remedy) {
  const std::string more = ids.size() > 1 ? fmt::format(" and {} more", ids.size() - 1) : "";
  return fmt::format("{}{} {}: {}", *ids.begin(), more, what, remedy);
}

tl::unexpected<Error> refuse(std::string reason, const Names& ids, std::string_view what, std::string_view remedy) {
  Error error;
  error.kind = ErrorKind::Invalid;
  error.reason = std::move(reason);
  error.message = told(ids, what, remedy);
  return fail(std::move(error));
}

/// Frozen ids that are there and were not known.
std::vector<std::string> unknown_of(const RegressionSet& set) {
  const Names known(set.known.begin(), set.known.end());
  std::vector<std::string> out;
  for (std::string& id : frozen_ids(set.cases)) {
    if (!known.contains(id)) out.push_back(std::move(id));
  }
  return out;
}

std::vector<std::string> unused_of(const RegressionSet& set) {
  Names names = waived_names(set);
  for (const domain::Case& one : set.cases) names.erase(one.id);
  for (const std::string& id : set.known) names.erase(id);
  return {names.begin(), names.end()};
}

}  // namespace

Result<Regression> settle(RegressionSet set) {
  const Faults faults = faults_of(set);
  if (!faults.drafts.empty()) return refuse("DraftInRegression", faults.drafts, "is a draft", kDraftRemedy);
  if (!faults.forged.empty()) return refuse("FrozenIdWrong", faults.forged, "was changed", kForgedRemedy);
  if (!faults.missing.empty()) return refuse("FrozenCaseMissing", faults.missing, "is gone", kMissingRemedy);
  Regression out;
  out.unknown = unknown_of(set);
  out.unused = unused_of(set);
  Names known(set.known.begin(), set.known.end());
  known.insert(out.unknown.begin(), out.unknown.end());
  out.known.assign(known.begin(), known.end());
  std::map<std::string, const Waiver*> waivers;
  for (const Waiver& waiver : set.waivers) waivers.emplace(waiver.case_id, &waiver);
  for (const std::string& id : out.unused) waivers.erase(id);
  for (const auto& [id, waiver] : waivers) out.waived.push_back({id, waiver->owner, waiver->reason});
  std::copy_if(std::make_move_iterator(set.cases.begin()), std::make_move_iterator(set.cases.end()),
               std::back_inserter(out.cases), [&](const domain::Case& one) { return !waivers.contains(one.id); });
  return out;
}

std::vector<domain::Finding> lint_regression(const std::string& name, const RegressionSet& set) {
  std::vector<domain::Finding> findings;
  const auto add = [&](domain::LintRule rule, const auto& ids, std::string_view message) {
    if (ids.empty()) return;
    findings.push_back({rule, name, {ids.begin(), ids.end()}, fmt::format("{} {}", ids.size(), message)});
  };
  const Faults faults = faults_of(set);
  add(domain::LintRule::Draft, faults.drafts, fmt::format("drafts in the regression tier: {}", kDraftRemedy));
  add(domain::LintRule::FrozenId, faults.forged, fmt::format("frozen cases were changed: {}", kForgedRemedy));
  add(domain::LintRule::FrozenMissing, faults.missing, fmt::format("known cases are gone: {}", kMissingRemedy));
  add(domain::LintRule::FrozenUnknown, unknown_of(set),
      "frozen cases are not in the list of known ones, so nobody would notice if they went; add their ids to it, one a "
      "line");
  add(domain::LintRule::WaiverUnused, unused_of(set), "waivers name no case there ever was; correct the id");
  return findings;
}

}  // namespace pawl::suite

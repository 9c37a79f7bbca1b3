#include "report/read_gate_json.h"

#include <nlohmann/json.hpp>

#include "codec/enums.h"
#include "json/cursor.h"
#include "json/parse.h"

namespace pawl::report {
namespace {

using json::Cursor;
using namespace domain;

constexpr json::Between kAnyNumber{-1e300, 1e300};
constexpr json::Length kText{0, std::size_t{1} << 16};
constexpr std::size_t kRowsMax = 10'000;

double number(const Cursor& at, std::string_view key) { return at.optional_number(key, kAnyNumber).value_or(0); }
std::string text(const Cursor& at, std::string_view key) { return at.optional_string(key, kText).value_or(""); }

GateVerdict verdict(const Cursor& at) {
  if (!at.has("verdict")) at.fault_at("verdict", "is required");
  return at.optional_enum("verdict", codec::kGateVerdictNames).value_or(GateVerdict::Insufficient);
}

SkillRow read_row(const Cursor& at) {
  SkillRow row;
  row.capability = at.required_string("capability", kText);
  row.state = at.optional_enum("state", codec::kSkillStateNames).value_or(SkillState::Insufficient);
  row.required = at.optional_boolean("required").value_or(true);
  row.cases = at.int_or("cases", 0, {0, 1'000'000'000});
  row.candidate_mean = number(at.object_or_empty("candidate"), "mean");
  if (const auto stable = at.optional_object("stable")) row.stable_mean = number(*stable, "mean");
  row.difference = number(at.object_or_empty("difference"), "mean");
  row.margin = number(at, "margin");
  row.p_non_inferior = at.optional_number("pNonInferior", kAnyNumber).value_or(1);
  row.p_worse = at.optional_number("pWorse", kAnyNumber).value_or(1);
  row.log_e_better = number(at, "logEBetter");
  return row;
}

}  // namespace

Result<GateReport> read_gate_json(std::string_view source) {
  const auto parsed = json::parse_bounded(source, {.bytes = std::size_t{64} << 20, .depth = 64});
  if (!parsed) return fail(parsed.error());
  json::Reading reading;
  const Cursor at(*parsed, "", reading);
  if (at.optional_string("kind").value_or("") != "GateReport") {
    return fail(ErrorKind::Malformed, "is no report of the gate; write one with `pawl gate run --report json=FILE`");
  }
  GateReport report;
  report.verdict = verdict(at);
  report.reason = text(at, "reason");
  report.message = text(at, "message");
  report.no_baseline = at.optional_boolean("noBaseline").value_or(false);
  report.mean_up_skill_down = at.optional_boolean("meanUpSkillDown").value_or(false);
  report.candidate_revision = text(at.object_or_empty("candidate"), "revision");
  report.stable_revision = text(at.object_or_empty("stable"), "revision");
  for (const Cursor& step : at.objects("steps", kRowsMax)) {
    report.steps.push_back({text(step, "name"), verdict(step), text(step, "reason"), text(step, "message"), {}});
  }
  for (const Cursor& row : at.objects("scoreboard", kRowsMax)) report.scoreboard.push_back(read_row(row));
  if (const auto overall = at.optional_object("overall")) report.overall = read_row(*overall);
  for (const Cursor& each : at.objects("waived", kRowsMax)) {
    report.waived.push_back({text(each, "id"), text(each, "owner"), text(each, "reason")});
  }
  if (!reading.ok()) return fail(ErrorKind::Malformed, describe(reading.faults()));
  return report;
}

}  // namespace pawl::report

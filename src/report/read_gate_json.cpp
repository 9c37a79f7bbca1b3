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

/// "interval": [lower, upper]; `otherwise` where it is absent or was not finite.
Interval interval(const Cursor& at, Interval otherwise) {
  const nlohmann::json* found = at.raw("interval");
  const bool sound =
      found != nullptr && found->is_array() && found->size() == 2 && (*found)[0].is_number() && (*found)[1].is_number();
  return sound ? Interval{(*found)[0].get<double>(), (*found)[1].get<double>()} : otherwise;
}

GateVerdict verdict(const Cursor& at) {
  if (!at.has("verdict")) at.fault_at("verdict", "is required");
  return at.optional_enum("verdict", codec::kGateVerdictNames).value_or(GateVerdict::Insufficient);
}

SkillRow read_row(const Cursor& at) {
  SkillRow row;
  row.capability = at.required_string("capability", kText);
  row.state = at.optional_enum("state", codec::kSkillStateNames).value_or(SkillState::Insufficient);
  row.required = at.optional_boolean("required").value_or(true);
  row.held_out = at.optional_boolean("heldOut").value_or(false);
  row.withheld = row.held_out && !at.has("candidate");
  if (row.withheld) return row;
  row.cases = at.int_or("cases", 0, {0, 1'000'000'000});
  const Cursor candidate = at.object_or_empty("candidate");
  row.candidate_mean = number(candidate, "mean");
  row.candidate_interval = interval(candidate, {0, 1});
  if (const auto stable = at.optional_object("stable")) {
    row.stable_mean = number(*stable, "mean");
    row.stable_interval = interval(*stable, {0, 1});
  }
  const Cursor difference = at.object_or_empty("difference");
  row.difference = number(difference, "mean");
  row.difference_interval = interval(difference, {-1, 1});
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
  report.epochs = at.int_or("epochs", 0, {0, 1'000'000});
  report.candidate_revision = text(at.object_or_empty("candidate"), "revision");
  report.stable_revision = text(at.object_or_empty("stable"), "revision");
  for (const Cursor& step : at.objects("steps", kRowsMax)) {
    report.steps.push_back({text(step, "name"), verdict(step), text(step, "reason"), text(step, "message"), {}, {}});
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

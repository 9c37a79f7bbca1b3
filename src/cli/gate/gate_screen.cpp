#include "cli/gate/gate_screen.h"

#include <cmath>

#include <fmt/format.h>

#include "cli/text.h"

namespace pawl::cli {
namespace {

using namespace domain;

std::string upper(GateVerdict verdict) {
  switch (verdict) {
    case GateVerdict::Pass:
      return "PASS";
    case GateVerdict::Fail:
      return "FAIL";
    case GateVerdict::NoBaseline:
      return "PASS";
    case GateVerdict::Insufficient:
      return "INSUFFICIENT";
  }
  return "INSUFFICIENT";
}

std::string state(const SkillRow& row) {
  return std::string(to_string(row.state)) + (row.state == SkillState::Lost ? "  <-" : "");
}

std::string rate(double mean, const Interval& interval) {
  return fmt::format("{:.3f} [{:.2f}, {:.2f}]", mean, interval.lower, interval.upper);
}

/// Only the bit of a held-out capability: whoever reads the terminal may be the edit's author.
std::string line(const SkillRow& row, int epochs, const std::string& verdict) {
  const bool known = !row.withheld;
  const std::string delta = row.stable_mean ? fmt::format("{:+.3f}", row.difference) : "-";
  return "  " + left(printable(row.capability), 22) + right(known ? std::to_string(row.cases) : "-", 6) +
         right(known ? std::to_string(epochs) : "-", 4) +
         right(row.stable_mean ? rate(*row.stable_mean, row.stable_interval) : "-", 20) +
         right(known ? rate(row.candidate_mean, row.candidate_interval) : "-", 20) + right(delta, 8) + "  " + verdict +
         "\n";
}

}  // namespace

std::string gate_scoreboard(const GateReport& report) {
  std::string out = left("SCOREBOARD", 24) + right("n", 6) + right("K", 4) + right("stable [95 %]", 20) +
                    right("candidate [95 %]", 20) + right("delta", 8) + "  state\n";
  bool withheld = false;
  for (const SkillRow& row : report.scoreboard) {
    out += line(row, report.epochs, state(row));
    withheld = withheld || row.withheld;
  }
  if (report.overall) out += line(*report.overall, report.epochs, "");
  if (withheld)
    out += labelled("", "Of a held-out capability everyone sees one bit; --details FILE has its numbers.", 2, 2);
  return out;
}

std::string gate_screen(const GateReport& report) {
  std::string out = upper(report.verdict) + "  " + printable(report.reason) + "\n" + labelled("", report.message, 4, 2);
  if (report.mean_up_skill_down) out += labelled("", "The mean rose while a capability was lost.", 1, 2);
  out += "\n";
  for (const GateStep& step : report.steps) {
    out += "  " + left(printable(step.name), 17) + left(std::string(to_string(step.verdict)), 14) +
           printable(step.reason) + "\n";
    const bool told_above = report.message == step.message || report.message == step.name + ": " + step.message;
    if (!told_above && !step.message.empty()) out += labelled("", step.message, 3, 4);
  }
  for (const WaivedCase& each : report.waived) {
    out += labelled(
        "", "waived by " + printable(each.owner) + ": " + printable(each.id) + ", " + printable(each.reason), 2, 2);
  }
  if (!report.scoreboard.empty()) out += "\n" + gate_scoreboard(report);
  return out;
}

}  // namespace pawl::cli

#include "cli/gate_screen.h"

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

std::string line(const SkillRow& row, const std::string& verdict) {
  const std::string stable = row.stable_mean ? fmt::format("{:.3f}", *row.stable_mean) : "-";
  const std::string delta = row.stable_mean ? fmt::format("{:+.3f}", row.difference) : "-";
  const std::string margin = row.stable_mean ? fmt::format("{:.3f}", row.margin) : "-";
  return "  " + left(printable(row.capability), 30) + right(std::to_string(row.cases), 7) + right(stable, 9) +
         right(fmt::format("{:.3f}", row.candidate_mean), 11) + right(delta, 9) + right(margin, 9) + "  " + verdict +
         "\n";
}

}  // namespace

std::string gate_scoreboard(const GateReport& report) {
  std::string out = left("SCOREBOARD", 32) + right("cases", 7) + right("stable", 9) + right("candidate", 11) +
                    right("delta", 9) + right("margin", 9) + "  state\n";
  for (const SkillRow& row : report.scoreboard) out += line(row, state(row));
  if (report.overall) out += line(*report.overall, "");
  return out;
}

std::string gate_screen(const GateReport& report) {
  std::string out = upper(report.verdict) + "  " + printable(report.reason) + "\n" + labelled("", report.message, 4, 2);
  if (report.mean_up_skill_down) out += labelled("", "The mean rose while a capability was lost.", 1, 2);
  out += "\n";
  for (const GateStep& step : report.steps) {
    out += "  " + left(printable(step.name), 17) + left(std::string(to_string(step.verdict)), 14) +
           left(printable(step.reason), 60) + "\n";
  }
  for (const WaivedCase& each : report.waived) {
    out += labelled(
        "", "waived by " + printable(each.owner) + ": " + printable(each.id) + ", " + printable(each.reason), 2, 2);
  }
  if (!report.scoreboard.empty()) out += "\n" + gate_scoreboard(report);
  return out;
}

}  // namespace pawl::cli

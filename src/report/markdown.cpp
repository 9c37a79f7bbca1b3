#include "report/markdown.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>

#include "domain/gate/public_report.h"
#include "json/clip.h"

namespace pawl::report {
namespace {

using namespace domain;

constexpr std::size_t kTextMax = 300;
constexpr std::size_t kListed = 20;

/// One line of plain text, inside a table too.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : json::clip(text, kTextMax)) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '@':
        out += "&#64;";
        break;
      case '#':
        out += "&#35;";
        break;
      case '|':
      case '`':
      case '*':
      case '_':
      case '[':
      case ']':
      case '\\':
        (out += '\\') += c;
        break;
      default:
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return out;
}

std::string percent(double value) { return fmt::format("{:.1f} %", 100 * value); }
std::string with_interval(double mean, const Interval& i) {
  return fmt::format("{} [{:.1f}, {:.1f}]", percent(mean), 100 * i.lower, 100 * i.upper);
}

std::string headline(const GateReport& report) {
  return fmt::format(
      "**pawl gate: {}** ({}) for {}{}: {}\n", to_string(report.verdict), plain(report.reason),
      plain(report.candidate_revision),
      report.no_baseline ? std::string(", a first revision") : " against " + plain(report.stable_revision),
      plain(report.message));
}

std::string row_line(const SkillRow& row) {
  if (row.withheld) {
    return fmt::format("| {}{} | {} | held out | - | - | - | - |\n", plain(row.capability),
                       row.required ? "" : " (not required)", to_string(row.state));
  }
  const std::string compared =
      row.stable_mean ? fmt::format("{} | {:+.1f} points [{:+.1f}, {:+.1f}] | {} / {}",
                                    with_interval(*row.stable_mean, row.stable_interval), 100 * row.difference,
                                    100 * row.difference_interval.lower, 100 * row.difference_interval.upper,
                                    row.cases_won.wins, row.cases_won.losses)
                      : std::string("- | - | -");
  return fmt::format("| {}{} | {} | {} | {} | {} |\n", plain(row.capability), row.required ? "" : " (not required)",
                     to_string(row.state), row.cases, with_interval(row.candidate_mean, row.candidate_interval),
                     compared);
}

std::string scoreboard(const GateReport& report) {
  if (report.scoreboard.empty()) return {};
  std::string out = fmt::format(
      "\n### Capabilities\n\nMeans over {} epochs per case, with 95 % intervals.\n\n"
      "| capability | state | cases | candidate | stable | difference | cases won / lost |\n|---|---|---|---|---|---|---|\n",
      report.epochs);
  for (const SkillRow& row : report.scoreboard) out += row_line(row);
  if (report.overall) out += row_line(*report.overall);
  const bool secret =
      std::any_of(report.scoreboard.begin(), report.scoreboard.end(), [](const SkillRow& row) { return row.withheld; });
  if (secret) out += "\nOf a held-out capability everyone sees one bit; its numbers stay with the gate.\n";
  if (report.mean_up_skill_down) out += "\nThe mean rose while a capability was lost.\n";
  return out;
}

std::string steps(const GateReport& report) {
  std::string out = "\n### Steps\n\n| step | verdict | why |\n|---|---|---|\n";
  for (const GateStep& step : report.steps) {
    out += fmt::format("| {} | {} | {}: {} |\n", step.name, to_string(step.verdict), plain(step.reason),
                       plain(step.message));
  }
  return out;
}

std::string listed(const GateReport& report, const char* title, const std::function<bool(const CaseRow&)>& wanted) {
  std::string out;
  std::size_t count = 0;
  for (const CaseRow& row : report.cases) {
    if (!wanted(row)) continue;
    if (++count > kListed) continue;
    const std::string passes = row.stable_passes ? fmt::format("{} of {} before, {} now", *row.stable_passes,
                                                               report.epochs, row.candidate_passes)
                                                 : fmt::format("{} of {}", row.candidate_passes, report.epochs);
    out += fmt::format("- {} ({}): {}{}\n", plain(row.id), plain(row.capability), passes,
                       row.reason.empty() ? "" : "; " + plain(row.reason));
  }
  if (count == 0) return {};
  if (count > kListed) out += fmt::format("- and {} more\n", count - kListed);
  return fmt::format("\n### {} ({})\n\n", title, count) + out;
}

std::string waived(const GateReport& report) {
  if (report.waived.empty()) return {};
  std::string out = fmt::format("\n### Frozen cases waived ({})\n\n", report.waived.size());
  for (std::size_t i = 0; i < report.waived.size() && i < kListed; ++i) {
    const WaivedCase& each = report.waived[i];
    out += fmt::format("- {} by {}: {}\n", plain(each.id), plain(each.owner), plain(each.reason));
  }
  if (report.waived.size() > kListed) out += fmt::format("- and {} more\n", report.waived.size() - kListed);
  return out;
}

}  // namespace

std::string gate_markdown(const GateReport& whole, Audience audience) {
  const GateReport report = audience == Audience::Gate ? whole : for_everyone(whole);
  const auto failed = [](const CaseRow& row) {
    return !row.quarantined && (row.state == CaseState::Lost || row.state == CaseState::Failed ||
                                (row.state == CaseState::BothFailed && row.tier == Tier::Regression));
  };
  return headline(report) + scoreboard(report) + steps(report) + listed(report, "Cases lost", failed) +
         listed(report, "Cases won", [](const CaseRow& row) { return row.state == CaseState::Won; }) +
         listed(report, "Cases without a result", [](const CaseRow& row) { return row.state == CaseState::Missing; }) +
         listed(report, "Cases set aside as flaky", [](const CaseRow& row) { return row.quarantined; }) +
         waived(report) +
         fmt::format("\nSuite {}, graders {}, candidate {} of this generation.\n",
                     plain(json::clip(report.suite_digest, 12)), plain(json::clip(report.grader_digest, 12)),
                     report.candidate_number);
}

}  // namespace pawl::report

#include "cli/plan/plan_screen.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/counted.h"
#include "cli/text.h"
#include "codec/share.h"

namespace pawl::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kCell = 14;

std::string count(double scores) {
  if (!std::isfinite(scores)) return "-";
  if (scores >= 99'999.5) return fmt::format("{:.1e}", scores);
  return fmt::format("{:.0f}", std::ceil(scores - 1e-9));
}

std::string cell(const PlanCost& cost) {
  const std::string time =
      cost.takes ? rough(*cost.takes) : std::string(std::isfinite(cost.scores) ? "years" : "never");
  return right(count(cost.scores), 6) + " " + left(time, kCell - 7);
}

std::string head() {
  std::string out = "  " + left("step", 10) + right("share", 7) + right("in soak", 9) + "  " + left("no worse", kCell);
  for (const double drop : kDrops) out += left(fmt::format("-{:.0f} points", drop * 100), kCell);
  return out;
}

std::string trimmed(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string step_line(const PlanStep& step) {
  std::string out = "  " + left(printable(step.name), 10) + right(codec::format_share(step.weight), 7) +
                    right(fmt::format("{:.0f}", std::floor(step.in_soak)), 9) + "  " + cell(step.promote);
  for (const PlanCost& drop : step.drops) out += cell(drop);
  return trimmed(out);
}

std::string names(const std::vector<std::string>& all) {
  std::string out;
  for (std::size_t i = 0; i < all.size() && i < 3; ++i) out += (i == 0 ? "" : ", ") + all[i];
  return all.size() > 3 ? out + fmt::format(" and {} more", all.size() - 3) : out;
}

std::string group_part(const PlanGroup& group) {
  std::string about = fmt::format("{}: {:.4g} a minute, pass rate {:.2f}, margin {:.3g}", names(group.names),
                                  group.per_minute, group.pass_rate, group.margin);
  if (group.tolerance > 0) about += fmt::format(", a drop of {:.3g} tolerated", group.tolerance);
  std::string out = labelled("", about, 2, 0) + trimmed(head());
  for (const PlanStep& step : group.steps) out += step_line(step);
  return out;
}

json cost_json(const PlanCost& cost) {
  json out = json::object();
  if (std::isfinite(cost.scores)) out["scores"] = std::llround(std::ceil(cost.scores));
  else out["scores"] = nullptr;
  if (cost.takes) out["seconds"] = cost.takes->count() / 1000;
  else out["seconds"] = nullptr;
  return out;
}

json time_json(const std::optional<Duration>& time) { return time ? json(time->count() / 1000) : json(nullptr); }

json step_json(const PlanStep& step) {
  json drops = json::array();
  for (std::size_t i = 0; i < kDrops.size(); ++i) {
    json drop = cost_json(step.drops[i]);
    drop["points"] = std::llround(kDrops[i] * 100);
    drops.push_back(std::move(drop));
  }
  return {{"step", step.name},
          {"weight", codec::format_share(step.weight)},
          {"soakSeconds", step.soak.count() / 1000},
          {"scoresInSoak", step.in_soak},
          {"promote", cost_json(step.promote)},
          {"drops", drops}};
}

}  // namespace

std::string plan_screen(const PlanInput& input, const Plan& plan) {
  const domain::AnalysisSpec& a = input.spec.analysis;
  std::string out = left(printable("PLAN  " + input.title), kScreenWidth);
  out = trimmed(out);
  std::string policy =
      fmt::format("alpha {:.4g}, beta {:.4g}, at least {} each and {}, at most {}", a.alpha, a.beta,
                  counted(a.min_samples, "score"), format_duration(a.min_age), format_duration(a.max_duration));
  if (a.deflation > 1) policy += fmt::format(", deflation {:.4g}", a.deflation);
  out += labelled("Policy", policy, 2);
  out += labelled("Rates", input.source, 2);
  out += labelled(
      "Cells",
      "scores of the candidate in one capability, and how long they take, if all of the trial were at that share; means, within 20 %",
      2);
  for (const PlanGroup& group : plan.groups) out += "\n" + group_part(group);
  const std::string soaks = rough(std::max(plan.soaks, a.min_age));
  const std::string because = plan.slowest.empty()
                                  ? "when the steps have soaked"
                                  : "when " + plan.slowest + " is proven; the steps alone take " + soaks;
  out += "\n" + labelled("Ships",
                         plan.promoted_after
                             ? fmt::format("an edit that changes nothing: about {} after its first share, {}",
                                           rough(*plan.promoted_after), because)
                             : "an edit that changes nothing: never, for want of proof in " + plan.slowest,
                         2);
  for (const std::string& warning : plan.warnings) out += labelled("Warning", warning, 3);
  return out;
}

json plan_json(const PlanInput& input, const Plan& plan) {
  json groups = json::array();
  for (const PlanGroup& group : plan.groups) {
    json steps = json::array();
    for (const PlanStep& step : group.steps) steps.push_back(step_json(step));
    groups.push_back({{"capabilities", group.names},
                      {"perMinute", group.per_minute},
                      {"passRate", group.pass_rate},
                      {"margin", group.margin},
                      {"tolerance", group.tolerance},
                      {"promotedAfterSeconds", time_json(group.promoted_after)},
                      {"steps", steps}});
  }
  return {{"title", input.title},    {"rates", input.source},
          {"groups", groups},        {"promotedAfterSeconds", time_json(plan.promoted_after)},
          {"slowest", plan.slowest}, {"warnings", plan.warnings}};
}

}  // namespace pawl::cli

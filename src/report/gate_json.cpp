#include "report/gate_json.h"

#include <cmath>

#include <nlohmann/json.hpp>

#include "domain/gate/public_report.h"

namespace pawl::report {
namespace {

using Json = nlohmann::json;
using namespace domain;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(); }
Json interval(const Interval& i) { return Json::array({number(i.lower), number(i.upper)}); }
std::string word(std::string_view text) { return std::string(text); }

Json step_json(const GateStep& step) {
  Json numbers = Json::object();
  for (const Number& each : step.numbers) numbers[each.name] = number(each.value);
  return {{"name", step.name},
          {"verdict", word(to_string(step.verdict))},
          {"reason", step.reason},
          {"message", step.message},
          {"numbers", numbers}};
}

Json row_json(const SkillRow& row) {
  Json out = {{"capability", row.capability}, {"state", word(to_string(row.state))}, {"required", row.required}};
  if (row.held_out) out["heldOut"] = true;
  if (row.withheld) return out;
  out["cases"] = row.cases;
  out["candidate"] = {{"mean", number(row.candidate_mean)}, {"interval", interval(row.candidate_interval)}};
  if (!row.stable_mean) return out;
  out["stable"] = {{"mean", number(*row.stable_mean)}, {"interval", interval(row.stable_interval)}};
  out["difference"] = {{"mean", number(row.difference)}, {"interval", interval(row.difference_interval)}};
  out["margin"] = number(row.margin);
  out["pNonInferior"] = number(row.p_non_inferior);
  out["pWorse"] = number(row.p_worse);
  out["logEBetter"] = number(row.log_e_better);
  out["mcnemar"] = {{"wins", row.cases_won.wins},
                    {"losses", row.cases_won.losses},
                    {"pBetter", number(row.cases_won.p_better)},
                    {"pWorse", number(row.cases_won.p_worse)}};
  return out;
}

Json case_json(const CaseRow& row) {
  Json out = {{"id", row.id},
              {"capability", row.capability},
              {"tier", word(to_string(row.tier))},
              {"state", word(to_string(row.state))},
              {"candidatePasses", row.candidate_passes},
              {"flaky", row.flaky},
              {"quarantined", row.quarantined}};
  if (row.stable_passes) out["stablePasses"] = *row.stable_passes;
  if (!row.reason.empty()) out["reason"] = row.reason;
  return out;
}

}  // namespace

std::string gate_json(const GateReport& whole, Audience audience) {
  const GateReport report = audience == Audience::Gate ? whole : for_everyone(whole);
  Json steps = Json::array();
  for (const GateStep& step : report.steps) steps.push_back(step_json(step));
  Json scoreboard = Json::array();
  for (const SkillRow& row : report.scoreboard) scoreboard.push_back(row_json(row));
  Json cases = Json::array();
  for (const CaseRow& row : report.cases) cases.push_back(case_json(row));
  Json out = {{"kind", "GateReport"},
              {"version", 1},
              {"verdict", word(to_string(report.verdict))},
              {"reason", report.reason},
              {"message", report.message},
              {"noBaseline", report.no_baseline},
              {"meanUpSkillDown", report.mean_up_skill_down},
              {"candidate", {{"revision", report.candidate_revision}, {"digest", report.candidate_digest}}},
              {"suiteDigest", report.suite_digest},
              {"graderDigest", report.grader_digest},
              {"epochs", report.epochs},
              {"candidateNumber", report.candidate_number},
              {"alpha", number(report.alpha)},
              {"steps", steps},
              {"scoreboard", scoreboard},
              {"cases", cases}};
  if (!report.no_baseline) out["stable"] = {{"revision", report.stable_revision}};
  if (report.overall) out["overall"] = row_json(*report.overall);
  for (const WaivedCase& each : report.waived) {
    out["waived"].push_back({{"id", each.id}, {"owner", each.owner}, {"reason", each.reason}});
  }
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace pawl::report

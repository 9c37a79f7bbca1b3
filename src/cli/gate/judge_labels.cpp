#include "cli/gate/judge_labels.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/text.h"
#include "json/cursor.h"
#include "json/parse.h"

namespace pawl::cli {
namespace {

using Json = nlohmann::json;

constexpr json::Length kSomeText{1, std::size_t{1} << 20};
constexpr json::Length kAnyText{0, std::size_t{1} << 20};
constexpr std::size_t kRepeatsMax = 100;

std::vector<bool> verdicts(const json::Cursor& at) {
  const Json* found = at.raw("judge");
  if (found == nullptr) return {};
  if (found->is_boolean()) return {found->get<bool>()};
  std::vector<bool> out;
  if (found->is_array() && found->size() <= kRepeatsMax) {
    for (const Json& each : *found) {
      if (each.is_boolean()) out.push_back(each.get<bool>());
    }
  }
  if (out.empty() || out.size() != found->size()) {
    at.fault_at("judge", "must be true or false, or a list of up to 100 of these");
  }
  return out;
}

LabelLine read_line(const json::Cursor& at, std::size_t line) {
  at.refuse_others({"criterion", "human", "judge", "input", "answer", "reference"});
  LabelLine out;
  out.line = line;
  out.label.criterion = at.optional_string("criterion", {1, 200}).value_or("default");
  if (!at.has("human")) at.fault_at("human", "is required: true if a person passes the answer, else false");
  out.label.human = at.optional_boolean("human").value_or(false);
  out.label.judge = verdicts(at);
  out.input = at.optional_string("input", kAnyText).value_or("");
  out.answer = at.optional_string("answer", kAnyText);
  out.reference = at.optional_string("reference", kSomeText);
  if (out.label.judge.empty() && !out.answer) {
    at.fault_at("judge", "is required, or an answer that the judge can be asked about");
  }
  return out;
}

std::string rate(double value, const domain::Interval& interval) {
  return fmt::format("{:.2f} [{:.2f}, {:.2f}]", value, interval.lower, interval.upper);
}

/// The share that the judge passed, and what it would be without its errors.
struct PassRate {
  double judged = 0;
  std::optional<domain::CorrectedRate> corrected;  ///< absent: no better than chance, or one class has no label
};

PassRate pass_rate(const domain::CriterionCalibration& c) {
  const int n = c.true_pass + c.false_pass + c.true_fail + c.false_fail;
  PassRate out;
  out.judged = n > 0 ? static_cast<double>(c.true_pass + c.false_pass) / n : 0;
  if (const auto corrected = domain::correct_rate(out.judged, n, c, domain::CalibrationBar{}.alpha)) {
    out.corrected = *corrected;
  }
  return out;
}

std::string pass_rate_line(const domain::CriterionCalibration& c) {
  const PassRate found = pass_rate(c);
  const std::string judged = fmt::format("Passes    {:.2f} as judged, ", found.judged);
  if (!found.corrected) return judged + "which cannot be corrected\n";
  return judged + rate(found.corrected->rate, found.corrected->interval) + " corrected for the judge's errors\n";
}

Json interval_json(const domain::Interval& interval) { return Json::array({interval.lower, interval.upper}); }

}  // namespace

Result<std::vector<LabelLine>> read_labels(std::string_view text) {
  std::vector<LabelLine> out;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const std::string where = "line " + std::to_string(number);
    const auto parsed = json::parse_bounded(line);
    if (!parsed) return fail(parsed.error().during(where));
    json::Reading reading;
    LabelLine read = read_line(json::Cursor(*parsed, "", reading), number);
    if (!reading.ok()) return fail(ErrorKind::Malformed, where + ": " + json::describe(reading.faults()));
    out.push_back(std::move(read));
  }
  if (out.empty()) {
    return fail(
        ErrorKind::Malformed,
        "there are no labels; write one JSON object a line, such as {\"criterion\": \"polite\", \"human\": true, \"judge\": [true, true]}");
  }
  return out;
}

std::string calibration_screen(const std::vector<domain::CriterionCalibration>& criteria,
                               const std::string& fingerprint) {
  std::string out;
  for (const domain::CriterionCalibration& c : criteria) {
    out += printable(c.criterion) + (c.may_gate ? ": may gate\n" : ": informs, may not gate\n");
    if (!c.may_gate) out += labelled("Why", c.why_not, 3, 10);
    out += fmt::format("Labels    {} good ({} passed by the judge), {} bad ({} passed)\n", c.true_pass + c.false_fail,
                       c.true_pass, c.true_fail + c.false_pass, c.false_pass);
    out += "TPR       " + rate(c.tpr, c.tpr_interval) + "\nTNR       " + rate(c.tnr, c.tnr_interval) + "\n";
    out += pass_rate_line(c);
    out += fmt::format("kappa     {:.2f}, at least {:.2f}\n", c.kappa, c.kappa_lower);
    if (c.consistency) out += fmt::format("Itself    agrees with itself {:.0f} % of the time\n", 100 * *c.consistency);
    out += "\n";
  }
  out += fingerprint.empty()
             ? "The judge is not named: name --model and --rubric, and the calibration is bound to them.\n"
             : "Judge     " + fingerprint + "\n";
  return out;
}

Json calibration_json(const std::vector<domain::CriterionCalibration>& criteria, const std::string& fingerprint) {
  Json list = Json::array();
  for (const domain::CriterionCalibration& c : criteria) {
    Json one = {{"criterion", c.criterion},
                {"mayGate", c.may_gate},
                {"truePass", c.true_pass},
                {"falsePass", c.false_pass},
                {"trueFail", c.true_fail},
                {"falseFail", c.false_fail},
                {"tpr", c.tpr},
                {"tprInterval", interval_json(c.tpr_interval)},
                {"tnr", c.tnr},
                {"tnrInterval", interval_json(c.tnr_interval)},
                {"kappa", c.kappa},
                {"kappaLower", c.kappa_lower}};
    const PassRate passes = pass_rate(c);
    one["judgedRate"] = passes.judged;
    if (passes.corrected) {
      one["correctedRate"] = passes.corrected->rate;
      one["correctedInterval"] = interval_json(passes.corrected->interval);
    }
    if (c.consistency) one["selfConsistency"] = *c.consistency;
    if (!c.may_gate) one["whyNot"] = c.why_not;
    list.push_back(std::move(one));
  }
  Json out = {{"criteria", list}};
  if (!fingerprint.empty()) out["fingerprint"] = fingerprint;
  return out;
}

}  // namespace pawl::cli

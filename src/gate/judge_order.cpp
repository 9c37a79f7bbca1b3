#include "gate/judge_order.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "gate/judge_endpoint.h"
#include "json/cursor.h"
#include "json/parse.h"

namespace pawl::gate {
namespace {

constexpr std::size_t kCriteriaMax = 1000;
constexpr json::Range kLabels{0, 1'000'000};
constexpr json::Length kFingerprint{64, 64};

}  // namespace

Result<std::optional<std::string>> read_calibration(std::string_view text) {
  const auto parsed = json::parse_bounded(text);
  if (!parsed) return fail(parsed.error());
  json::Reading reading;
  const json::Cursor at(*parsed, "", reading);
  const auto criteria = at.required_objects("criteria", kCriteriaMax);
  bool may_gate = !criteria.empty();
  for (const json::Cursor& each : criteria) may_gate = each.optional_boolean("mayGate").value_or(false) && may_gate;
  if (!reading.ok()) {
    return fail(ErrorKind::Malformed, "is no calibration of a judge: " + json::describe(reading.faults()) +
                                          "; write one with `pawl judge calibrate -o json`");
  }
  if (!at.has("fingerprint")) {
    return fail(ErrorKind::Invalid, "is bound to no judge; calibrate again with --model and --rubric");
  }
  const std::string fingerprint = at.required_string("fingerprint", kFingerprint);
  if (!reading.ok()) return fail(ErrorKind::Malformed, json::describe(reading.faults()));
  return may_gate ? std::optional(fingerprint) : std::nullopt;
}

std::optional<domain::JudgeErrors> read_judge_errors(std::string_view text) {
  const auto parsed = json::parse_bounded(text);
  if (!parsed) return std::nullopt;
  json::Reading reading;
  domain::JudgeErrors out;
  for (const json::Cursor& each : json::Cursor(*parsed, "", reading).objects("criteria", kCriteriaMax)) {
    out.true_pass += each.int_or("truePass", 0, kLabels);
    out.false_pass += each.int_or("falsePass", 0, kLabels);
    out.true_fail += each.int_or("trueFail", 0, kLabels);
    out.false_fail += each.int_or("falseFail", 0, kLabels);
  }
  const bool both = out.true_pass + out.false_fail > 0 && out.true_fail + out.false_pass > 0;
  return reading.ok() && both ? std::optional(out) : std::nullopt;
}

Result<std::optional<Judge>> make_judge(const JudgeOrder& order) {
  if (order.endpoint.empty()) return std::optional<Judge>();
  if (const auto apart = grading::check_judge_model(order.model, order.agent_model); !apart) {
    return fail(apart.error().during("--judge-model and --model"));
  }
  auto transport = make_judge_transport({order.endpoint, order.key});
  if (!transport) return fail(transport.error().during("--judge-endpoint"));
  Judge out{order.model, std::move(*transport), fresh_nonce};
  for (const std::string& text : order.calibrations) {
    const auto fingerprint = read_calibration(text);
    if (!fingerprint) return fail(fingerprint.error().during("--judge-calibration"));
    if (!*fingerprint) continue;
    out.calibrated.insert(**fingerprint);
    if (const auto errors = read_judge_errors(text)) out.errors[**fingerprint] = *errors;
  }
  return std::optional<Judge>(std::move(out));
}

}  // namespace pawl::gate

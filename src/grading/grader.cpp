#include "grading/grader.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/counted.h"
#include "grading/json_schema.h"
#include "grading/python_values.h"
#include "grading/text_graders.h"
#include "grading/tool_calls.h"
#include "json/parse.h"

namespace pawl::grading {
namespace {

using domain::Answer;
using domain::Graded;

using Check = std::function<Graded(const Answer&)>;
using Texts = std::vector<std::string>;

constexpr double kNearlyOne = 1 - 1e-9;  // weighted means of ones are not exactly one
constexpr std::size_t kLongAnswer = 4;   // times the expected text

tl::unexpected<Error> wrong(const std::string& message) { return fail(ErrorKind::Invalid, message); }

Result<Texts> texts(const Json& at, const char* key) {
  if (!at.contains(key) || !at[key].is_array() || at[key].empty()) {
    return wrong(std::string("'") + key + "' must be a list of texts with at least one");
  }
  Texts out;
  for (const Json& text : at[key]) {
    if (!text.is_string()) return wrong(std::string("'") + key + "' must hold texts only");
    out.push_back(text.get<std::string>());
  }
  return out;
}

Result<std::string> text(const Json& at, const char* key) {
  if (!at.contains(key) || !at[key].is_string()) return wrong(std::string("'") + key + "' must be a text");
  return at[key].get<std::string>();
}

Result<double> number(const Json& at, const char* key) {
  if (!at.contains(key) || !at[key].is_number()) return wrong(std::string("'") + key + "' must be a number");
  return at[key].get<double>();
}

Result<double> bound(const Json& at, const char* key, double fallback) {
  if (!at.contains(key)) return fallback;
  auto value = number(at, key);
  if (value && *value < 0) return wrong(std::string("'") + key + "' must not be negative");
  return value;
}

Case letters(const Json& at) {
  return at.contains("ignoreCase") && at["ignoreCase"].is_boolean() && at["ignoreCase"].get<bool>() ? Case::Ignored
                                                                                                    : Case::Matters;
}

Result<Check> exact(const Json& at, const Json&) {
  auto values = texts(at, "values");
  if (!values) return fail(values.error());
  return [values = std::move(*values), how = letters(at)](const Answer& a) -> Graded {
    return grade_exact(values, how, a.text);
  };
}

Result<Check> prefix(const Json& at, const Json&) {
  auto values = texts(at, "values");
  if (!values) return fail(values.error());
  return [values = std::move(*values), how = letters(at)](const Answer& a) -> Graded {
    return grade_prefix(values, how, a.text);
  };
}

Result<Check> contains(const Json& at, const Json&) {
  auto values = texts(at, "values");
  if (!values) return fail(values.error());
  const Json match = at.value("match", Json("any"));
  if (match != "any" && match != "all") return wrong("'match' must be any or all");
  return [values = std::move(*values), how = letters(at), need = match == "all" ? Need::All : Need::Any](
             const Answer& a) -> Graded { return grade_contains(values, need, how, a.text); };
}

Result<Check> regex(const Json& at, const Json&) {
  auto expression = text(at, "pattern");
  if (!expression) return fail(expression.error());
  auto pattern = Pattern::compile(*expression);
  if (!pattern) return fail(pattern.error());
  return [pattern = std::move(*pattern)](const Answer& a) -> Graded { return grade_regex(pattern, a.text); };
}

/// The answer as JSON, also when a code fence of Markdown is around it.
Result<Json> json_of(const std::string& answer) {
  std::string inner = answer;
  const std::size_t fence = inner.find("```");
  if (fence != std::string::npos && inner.find_first_not_of(" \t\r\n") == fence) {
    const std::size_t line = inner.find('\n', fence);
    const std::size_t end = inner.rfind("```");
    if (line != std::string::npos && end > line) inner = inner.substr(line + 1, end - line - 1);
  }
  return json::parse_bounded(inner);
}

Result<Check> json_schema(const Json& at, const Json&) {
  auto schema = JsonSchema::compile(at.contains("schema") ? at["schema"] : Json(true));
  if (!schema) return fail(schema.error());
  return [schema = std::move(*schema)](const Answer& a) -> Graded {
    const auto value = json_of(a.text);
    if (!value) return Score{0, "is no JSON: " + value.error().message};
    const auto fault = schema.validate(*value);
    if (!fault) return fail(fault.error());
    return *fault ? Score{0, **fault} : Score{1, "is JSON of the right form"};
  };
}

Result<Check> json_equals(const Json& at, const Json&) {
  if (!at.contains("values") || !at["values"].is_array() || at["values"].empty()) {
    return wrong("'values' must be a list with at least one accepted JSON value");
  }
  return [values = at["values"]](const Answer& a) -> Graded {
    const auto value = json_of(a.text);
    if (!value) return Score{0, "is no JSON: " + value.error().message};
    return std::find(values.begin(), values.end(), *value) != values.end() ? Score{1, "is an accepted value"}
                                                                           : Score{0, "is no accepted value"};
  };
}

Result<Check> numeric(const Json& at, const Json&) {
  const auto expected = number(at, "value");
  const auto absolute = bound(at, "absolute", 0);
  const auto relative = bound(at, "relative", 0);
  for (const auto* each : {&expected, &absolute, &relative}) {
    if (!*each) return fail(each->error());
  }
  return [expected = *expected, near = Tolerance{*absolute, *relative}](const Answer& a) -> Graded {
    return grade_numeric(expected, near, a.text);
  };
}

/// The time to compare is bounded by what the suite's author wrote, not by what the agent answered: the part of an
/// answer beyond four times the expected length counts as inserted.
Score near_text(const std::string& expected, std::optional<std::size_t> allowed, const std::string& answer) {
  const std::size_t kept = std::min(answer.size(), kLongAnswer * expected.size() + 64);
  const std::size_t rest = answer.size() - kept;
  const std::size_t distance = edit_distance(expected, answer.substr(0, kept)) + rest;
  const std::string reason = counted(distance, "edit") + " away";
  if (allowed) return {distance <= *allowed ? 1.0 : 0.0, reason};
  return {rest > 0 ? 0.0 : similarity(expected, answer), reason};
}

Result<Check> levenshtein(const Json& at, const Json&) {
  auto value = text(at, "value");
  if (!value) return fail(value.error());
  std::optional<std::size_t> allowed;
  if (at.contains("maxDistance")) {
    if (!at["maxDistance"].is_number_unsigned()) return wrong("'maxDistance' must be a whole number, 0 or more");
    allowed = at["maxDistance"].get<std::size_t>();
  }
  return [value = std::move(*value), allowed](const Answer& a) -> Graded { return near_text(value, allowed, a.text); };
}

/// The letter that an answer settles on: alone, or after the word "answer".
std::string chosen_letter(const std::string& answer) {
  static const auto kAlone = Pattern::compile(R"(^\s*\(?([A-Za-z])[).:]?\s*$)");
  static const auto kLine = Pattern::compile(R"((?is).*\banswer\b(?:\s+is)?\s*[:=]?\s*\(?\*{0,2}([A-Z])\b)");
  for (const auto* form : {&kAlone, &kLine}) {
    if (auto letter = (*form)->group_in(answer)) return fmt::format("{}", static_cast<char>((*letter)[0] & ~0x20));
  }
  return {};
}

Result<Check> choice(const Json& at, const Json&) {
  auto values = texts(at, "values");
  if (!values) return fail(values.error());
  auto choices = texts(at, "choices");
  if (!choices) return fail(choices.error());
  return [values = std::move(*values), choices = std::move(*choices)](const Answer& a) -> Graded {
    std::string letter = chosen_letter(a.text);
    for (std::size_t i = 0; letter.empty() && i < choices.size(); ++i) {
      if (grade_exact({choices[i]}, Case::Ignored, a.text).value > 0) {
        letter = std::string(1, static_cast<char>('A' + i));
      }
    }
    if (letter.empty()) return Score{0, "chooses no letter"};
    return std::find(values.begin(), values.end(), letter) != values.end() ? Score{1, "chooses " + letter}
                                                                           : Score{0, "chooses " + letter};
  };
}

Result<Check> tool_calls(const Json& at, const Json& tools) {
  // Judging nothing shows whether the parameters can be used at all.
  if (auto trial = grade_tool_calls(at, tools, {}); !trial) return fail(trial.error());
  return [at, tools](const Answer& a) -> Graded { return grade_tool_calls(at, tools, a.tool_calls); };
}

Result<Check> any_tool_call(const Json&, const Json&) {
  return [](const Answer& a) -> Graded {
    return a.tool_calls.empty() ? Score{0, "calls no tool"} : Score{1, "calls a tool"};
  };
}

Result<Check> latency(const Json& at, const Json&) {
  const auto most = number(at, "maxMilliseconds");
  if (!most) return fail(most.error());
  return [most = *most](const Answer& a) -> Graded {
    if (!a.latency) return fail(ErrorKind::Unavailable, "the answer's latency was not measured");
    const auto took = static_cast<double>(a.latency->count());
    return Score{took <= most ? 1.0 : 0.0, fmt::format("took {} ms", took)};
  };
}

Result<Check> cost(const Json& at, const Json&) {
  const auto most = number(at, "maxUsd");
  if (!most) return fail(most.error());
  return [most = *most](const Answer& a) -> Graded {
    if (!a.cost_usd) return fail(ErrorKind::Unavailable, "the answer's cost is not known");
    return Score{*a.cost_usd <= most ? 1.0 : 0.0, fmt::format("cost {} USD", *a.cost_usd)};
  };
}

struct Row {
  std::string_view name;
  Result<Check> (*make)(const Json& parameters, const Json& tools);
};
constexpr Row kRows[] = {{"exact", exact},
                         {"prefix", prefix},
                         {"contains", contains},
                         {"regex", regex},
                         {"json", json_schema},
                         {"json-equals", json_equals},
                         {"numeric", numeric},
                         {"levenshtein", levenshtein},
                         {"choice", choice},
                         {"tool-calls", tool_calls},
                         {"any-tool-call", any_tool_call},
                         {"latency", latency},
                         {"cost", cost}};

Result<Json> object_of(const std::string& text, const char* what, const Json& empty) {
  if (text.empty()) return empty;
  auto value = json::parse_bounded(text);
  if (!value) return wrong(std::string(what) + ": " + value.error().message);
  if (value->type() != empty.type()) {
    return wrong(std::string(what) + " must be " + (empty.is_array() ? "a list" : "an object"));
  }
  return value;
}

}  // namespace

bool needs_judge(std::string_view grader) {
  return grader == "rubric" || grader == "factuality" || grader == "closed-qa";
}

Result<Grader> Grader::make(const domain::Expectation& expectation, const std::string& tools) {
  const std::string& name = expectation.grader;
  if (needs_judge(name)) return wrong("grader " + name + " asks a model; give the gate a judge");
  const auto* row = std::find_if(std::begin(kRows), std::end(kRows), [&](const Row& r) { return r.name == name; });
  if (row == std::end(kRows)) return wrong("grader '" + name + "' is not known; see docs/gate/graders.md");
  const auto parameters = object_of(expectation.parameters, "parameters", Json::object());
  if (!parameters) return fail(parameters.error().during("grader " + name));
  const auto definitions = object_of(tools, "tools", Json::array());
  if (!definitions) return fail(definitions.error().during("grader " + name));
  auto check = row->make(*parameters, *definitions);
  if (!check) return fail(check.error().during("grader " + name));
  return Grader(std::move(*check), expectation.negate);
}

Graded Grader::grade(const Answer& answer) const {
  if (!answer.error.empty()) return Score{0, "the agent failed: " + answer.error};
  auto outcome = judge_(answer);
  if (!outcome || !negate_) return outcome;
  return Score{1 - outcome->value, "must not hold: " + outcome->reason};
}

Result<CaseScore> combine(const domain::Case& one, const std::vector<Graded>& outcomes) {
  if (outcomes.size() != one.expect.size() || outcomes.empty()) {
    return wrong("case " + one.id + ": an outcome per expectation is needed");
  }
  CaseScore out;
  double weights = 0;
  bool all_met = true;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const domain::Expectation& expectation = one.expect[i];
    if (!outcomes[i]) return fail(outcomes[i].error().during("case " + one.id + ", grader " + expectation.grader));
    out.score += expectation.weight * outcomes[i]->value;
    weights += expectation.weight;
    const bool met = outcomes[i]->value >= std::min(expectation.threshold.value_or(1), kNearlyOne);
    if (!met && all_met) out.reason = expectation.grader + ": " + outcomes[i]->reason;
    all_met = all_met && met;
  }
  out.score = weights > 0 ? out.score / weights : 0;
  out.passed = one.threshold ? out.score >= std::min(*one.threshold, kNearlyOne) : all_met;
  return out;
}

std::optional<bool> passes_without_judge(const domain::Case& one, const domain::Answer& answer) {
  domain::Case plain = one;
  std::erase_if(plain.expect, [](const domain::Expectation& expectation) { return needs_judge(expectation.grader); });
  const bool judged = plain.expect.size() < one.expect.size();
  // A weighted mean is not known without all of its parts.
  if (plain.expect.empty() || (judged && one.threshold)) return std::nullopt;
  std::vector<domain::Graded> outcomes;
  for (const domain::Expectation& expectation : plain.expect) {
    const auto grader = Grader::make(expectation, one.tools);
    if (!grader) return std::nullopt;
    outcomes.push_back(grader->grade(answer));
  }
  const auto score = combine(plain, outcomes);
  if (!score) return std::nullopt;
  return judged && score->passed ? std::nullopt : std::optional(score->passed);
}

}  // namespace pawl::grading

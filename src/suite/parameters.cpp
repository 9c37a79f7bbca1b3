#include "suite/parameters.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "domain/gate/case.h"

namespace pawl::suite {
namespace {

using json::Cursor;
using Json = nlohmann::json;

constexpr std::size_t kValuesMax = 1000;
constexpr json::Length kText{0, std::size_t{1} << 20};
constexpr json::Length kSomeText{1, std::size_t{1} << 20};

void need_texts(const Cursor& at, std::string_view key) {
  if (!at.has(key)) at.fault_at(key, "is required; list the accepted texts");
  const auto* list = at.raw(key);
  if (list != nullptr && list->is_array() && list->empty()) {
    at.fault_at(key, "must not be empty; list at least one accepted text");
  }
  (void)at.strings(key, kValuesMax, kText);
}

void check_values(const Cursor& at) {
  at.refuse_others({"values", "ignoreCase"});
  need_texts(at, "values");
  (void)at.optional_boolean("ignoreCase");
}

void check_one_of(const Cursor& at, std::string_view key, std::initializer_list<std::string_view> words) {
  const auto word = at.optional_string(key);
  if (word && std::find(words.begin(), words.end(), *word) == words.end()) {
    std::string known;
    for (const std::string_view each : words) known += (known.empty() ? "" : ", ") + std::string(each);
    at.fault_at(key, "\"" + *word + "\" is not one of " + known);
  }
}

void check_contains(const Cursor& at) {
  at.refuse_others({"values", "ignoreCase", "match"});
  need_texts(at, "values");
  (void)at.optional_boolean("ignoreCase");
  check_one_of(at, "match", {"any", "all"});
}

void check_regex(const Cursor& at) {
  at.refuse_others({"pattern"});
  (void)at.required_string("pattern", kSomeText);
}

void check_json(const Cursor& at) {
  at.refuse_others({"schema"});
  (void)at.optional_object("schema");
}

void check_json_equals(const Cursor& at) {
  at.refuse_others({"values"});
  const Json* values = at.raw("values");
  if (values == nullptr || !values->is_array() || values->empty()) {
    at.fault_at("values", "must be a list with at least one accepted JSON value");
  }
}

void check_numeric(const Cursor& at) {
  at.refuse_others({"value", "absolute", "relative"});
  if (!at.has("value")) at.fault_at("value", "is required; write the right number");
  (void)at.optional_number("value", {-1e300, 1e300});
  (void)at.optional_number("absolute", {-1e-300, 1e300});
  (void)at.optional_number("relative", {-1e-300, 1e300});
}

void check_levenshtein(const Cursor& at) {
  at.refuse_others({"value", "maxDistance"});
  (void)at.required_string("value", kText);
  (void)at.optional_integer("maxDistance", {.min = 0, .max = 1'000'000});
}

void check_value(const Cursor& at) {
  at.refuse_others({"value"});
  (void)at.required_string("value", kSomeText);
}

void check_rubric(const Cursor& at) {
  at.refuse_others({"rubric"});
  (void)at.required_string("rubric", kSomeText);
}

void check_choice(const Cursor& at) {
  at.refuse_others({"values", "choices"});
  need_texts(at, "values");
  need_texts(at, "choices");
}

void check_tool_calls(const Cursor& at) {
  at.refuse_others({"calls", "order", "language"});
  if (!at.has("calls")) at.fault_at("calls", "is required; an empty list says that no tool may be called");
  for (const Cursor& call : at.objects("calls", 100)) {
    call.refuse_others({"name", "arguments"});
    (void)call.required_string("name", {1, 500});
    const auto arguments = call.optional_object("arguments");
    if (!arguments || call.raw("arguments") == nullptr) continue;
    for (const auto& argument : call.raw("arguments")->items()) {
      if (!argument.value().is_array() || argument.value().empty()) {
        arguments->fault_at(argument.key(), "must be a list of the accepted values");
      }
    }
  }
  check_one_of(at, "order", {"any", "strict"});
  check_one_of(at, "language", {"python", "java", "javascript"});
}

void check_nothing(const Cursor& at) { at.refuse_others({}); }

void need_number(const Cursor& at, std::string_view key) {
  at.refuse_others({key});
  if (!at.has(key)) at.fault_at(key, "is required; write the largest value that passes");
  (void)at.optional_number(key, {0, 1e12});
}
void check_latency(const Cursor& at) { need_number(at, "maxMilliseconds"); }
void check_cost(const Cursor& at) { need_number(at, "maxUsd"); }

struct Row {
  std::string_view grader;
  void (*check)(const Cursor&);
};
constexpr Row kRows[] = {
    {"exact", check_values},
    {"prefix", check_values},
    {"contains", check_contains},
    {"regex", check_regex},
    {"json", check_json},
    {"json-equals", check_json_equals},
    {"numeric", check_numeric},
    {"levenshtein", check_levenshtein},
    {"similar", check_value},
    {"rubric", check_rubric},
    {"factuality", check_value},
    {"closed-qa", check_value},
    {"choice", check_choice},
    {"tool-calls", check_tool_calls},
    {"any-tool-call", check_nothing},
    {"latency", check_latency},
    {"cost", check_cost},
};

}  // namespace

const std::vector<std::string_view>& known_graders() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all;
    for (const Row& row : kRows) all.push_back(row.grader);
    return all;
  }();
  return names;
}

void check_parameters(std::string_view grader, const Cursor& at) {
  for (const Row& row : kRows) {
    if (row.grader == grader) return row.check(at);
  }
}

}  // namespace pawl::suite

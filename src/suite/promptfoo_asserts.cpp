#include "suite/promptfoo_asserts.h"

#include <algorithm>

#include "json/clip.h"
#include "json/parse.h"

namespace pawl::suite {
namespace {

using domain::Expectation;

/// A list, or a text with commas between.
Json value_list(const Json& value) {
  if (value.is_array()) return texts_of(value);
  Json list = Json::array();
  std::string text = text_of(value);
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    std::string part = text.substr(begin, end - begin);
    part.erase(0, part.find_first_not_of(" \n\t") == std::string::npos ? part.size() : part.find_first_not_of(" \n\t"));
    while (!part.empty() && (part.back() == ' ' || part.back() == '\n' || part.back() == '\t')) part.pop_back();
    list.push_back(part);
    begin = end + 1;
  }
  return list;
}

Json schema_of(const Json& value) {
  if (value.is_object()) return {{"schema", value}};
  if (value.is_string()) {
    auto parsed = json::parse_bounded(value.get<std::string>());
    if (parsed && parsed->is_object()) return {{"schema", *parsed}};
  }
  return Json::object();
}

Expectation contains(const Json& values, const char* match, bool ignore_case) {
  Json parameters{{"values", values}};
  if (std::string_view(match) != "any") parameters["match"] = match;
  if (ignore_case) parameters["ignoreCase"] = true;
  return expectation("contains", parameters);
}

/// The expectation of a type without its "not-"; nothing for what has no place.
std::optional<Expectation> of_type(const std::string& type, const Json& value, const Json& threshold) {
  const Json one = Json::array({text_of(value)});
  if (type == "equals") {
    return value.is_structured() ? expectation("json-equals", {{"values", Json::array({value})}})
                                 : expectation("exact", {{"values", one}});
  }
  if (type == "contains") return contains(one, "any", false);
  if (type == "icontains") return contains(one, "any", true);
  if (type == "contains-any") return contains(value_list(value), "any", false);
  if (type == "icontains-any") return contains(value_list(value), "any", true);
  if (type == "contains-all") return contains(value_list(value), "all", false);
  if (type == "icontains-all") return contains(value_list(value), "all", true);
  if (type == "starts-with") return expectation("prefix", {{"values", one}});
  if (type == "regex") return expectation("regex", {{"pattern", text_of(value)}});
  if (type == "is-json") return expectation("json", schema_of(value));
  if (type == "levenshtein") {
    const bool whole = threshold.is_number_integer();
    return expectation("levenshtein", {{"value", text_of(value)}, {"maxDistance", whole ? threshold : Json(5)}});
  }
  if (type == "similar") return expectation("similar", {{"value", text_of(value)}});
  if (type == "llm-rubric") return expectation("rubric", {{"rubric", text_of(value)}});
  if (type == "factuality" || type == "model-graded-factuality") {
    return expectation("factuality", {{"value", text_of(value)}});
  }
  if (type == "model-graded-closedqa") return expectation("closed-qa", {{"value", text_of(value)}});
  if (type == "latency" && threshold.is_number()) return expectation("latency", {{"maxMilliseconds", threshold}});
  if (type == "cost" && threshold.is_number()) return expectation("cost", {{"maxUsd", threshold}});
  return std::nullopt;
}

/// Types whose threshold is a limit of their own, not a score to reach.
bool threshold_is_a_limit(const std::string& type) {
  return type == "levenshtein" || type == "latency" || type == "cost";
}

bool is_reference(const Json& value) {
  const std::string text = value.is_string() ? value.get<std::string>() : "";
  return text.rfind("file://", 0) == 0 || text.find("{{") != std::string::npos || text.find("{%") != std::string::npos;
}

void add_set(const Json& set, std::vector<Expectation>& into, Gathering& gathering) {
  if (set.contains("threshold")) return gathering.unmapped("assert-set with a threshold");
  const Json inner = set.value("assert", Json::array());
  if (inner.is_array()) {
    for (const Json& each : inner) {
      if (each.is_object() && each.value("type", Json()) == "assert-set") {
        gathering.unmapped("assert-set inside an assert-set");
      } else add_assertion(each, into, gathering);
    }
  }
}

struct Named {
  const char* ours;
  const char* theirs;
  const char* parameter;
};
/// Expectations with one text.
constexpr Named kSingles[] = {{"regex", "regex", "pattern"},
                              {"similar", "similar", "value"},
                              {"rubric", "llm-rubric", "rubric"},
                              {"factuality", "factuality", "value"},
                              {"closed-qa", "model-graded-closedqa", "value"},
                              {"levenshtein", "levenshtein", "value"}};

std::optional<Json> assertion_for(const std::string& grader, const Json& parameters) {
  for (const Named& row : kSingles) {
    if (grader == row.ours) return Json{{"type", row.theirs}, {"value", parameters.value(row.parameter, Json(""))}};
  }
  const Json values = parameters.value("values", Json::array());
  const bool ignore_case = parameters.value("ignoreCase", false);
  if (grader == "contains") {
    const std::string many = values.size() == 1                                       ? ""
                             : parameters.value("match", std::string("any")) == "all" ? "-all"
                                                                                      : "-any";
    return Json{{"type", (ignore_case ? "icontains" : "contains") + many},
                {"value", values.size() == 1 ? values[0] : values}};
  }
  if (values.size() == 1 && !ignore_case && grader == "exact") return Json{{"type", "equals"}, {"value", values[0]}};
  if (values.size() == 1 && !ignore_case && grader == "prefix") {
    return Json{{"type", "starts-with"}, {"value", values[0]}};
  }
  if (values.size() == 1 && grader == "json-equals" && values[0].is_structured()) {
    return Json{{"type", "equals"}, {"value", values[0]}};
  }
  if (grader == "json") {
    return parameters.contains("schema") ? Json{{"type", "is-json"}, {"value", parameters["schema"]}}
                                         : Json{{"type", "is-json"}};
  }
  if (grader == "latency") {
    return Json{{"type", "latency"}, {"threshold", parameters.value("maxMilliseconds", Json(0))}};
  }
  if (grader == "cost") return Json{{"type", "cost"}, {"threshold", parameters.value("maxUsd", Json(0))}};
  return std::nullopt;
}

}  // namespace

void add_assertion(const Json& assertion, std::vector<Expectation>& into, Gathering& gathering) {
  if (!assertion.is_object() || !assertion.contains("type") || !assertion["type"].is_string()) {
    return gathering.unmapped("assert without a type");
  }
  std::string type = assertion["type"].get<std::string>();
  if (type == "assert-set") return add_set(assertion, into, gathering);
  const bool negate = type.rfind("not-", 0) == 0;
  if (negate) type.erase(0, 4);
  const Json value = assertion.value("value", Json());
  if (is_reference(value)) return gathering.unmapped("assert value from a file or a template");
  const Json threshold = assertion.value("threshold", Json());
  auto found = of_type(type, value, threshold);
  if (!found) return gathering.unmapped("assert type " + json::clip(type, 60));
  found->negate = negate;
  if (threshold.is_number() && !threshold_is_a_limit(type)) {
    const double number = threshold.get<double>();
    if (number > 0 && number <= 1) found->threshold = number;
    else gathering.unmapped("assert threshold outside (0,1]");
  } else if (type == "similar") {
    found->threshold = 0.75;  // promptfoo's own default
  }
  for (const auto& [key, field] : assertion.items()) {
    if (key == "type" || key == "value" || key == "threshold") continue;
    if (key == "metric" && field.is_string()) found->metric = field.get<std::string>();
    else if (key == "weight" && field.is_number()) found->weight = field.get<double>();
    else gathering.unmapped("assert field " + json::clip(key, 60));
  }
  if (found->weight <= 0) return gathering.unmapped("assert of weight 0 (measured, not judged)");
  into.push_back(std::move(*found));
}

Json assertion_of_cell(const std::string& cell) {
  const std::size_t colon = cell.find(':');
  std::string type = cell.substr(0, colon == std::string::npos ? cell.size() : colon);
  Json threshold;
  if (const std::size_t open = type.find('('); open != std::string::npos && type.back() == ')') {
    threshold = Json::parse(type.substr(open + 1, type.size() - open - 2), nullptr, false);
    type.resize(open);
  }
  const bool typed = !type.empty() && std::all_of(type.begin(), type.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || c == '-' || c == ':';
  });
  if (!typed || (colon == std::string::npos && type != "is-json" && threshold.is_null())) {
    return {{"type", "equals"}, {"value", cell}};
  }
  std::string value = colon == std::string::npos ? "" : cell.substr(colon + 1);
  value.erase(0, std::min(value.find_first_not_of(' '), value.size()));
  if (type == "grade") type = "llm-rubric";
  if (type == "fn" || type == "eval") type = "javascript";
  Json assertion{{"type", type}};
  if (!value.empty()) assertion["value"] = value;
  if (threshold.is_number()) assertion["threshold"] = threshold;
  return assertion;
}

std::optional<Json> to_assertion(const Expectation& one) {
  const Json parameters = Json::parse(one.parameters, nullptr, false);
  if (!parameters.is_object()) return std::nullopt;
  auto assertion = assertion_for(one.grader, parameters);
  if (!assertion) return std::nullopt;
  if (one.grader == "levenshtein") {
    if (!parameters.contains("maxDistance")) return std::nullopt;
    (*assertion)["threshold"] = parameters["maxDistance"];
  } else if (one.threshold) {
    (*assertion)["threshold"] = *one.threshold;
  }
  if (one.negate) (*assertion)["type"] = "not-" + (*assertion)["type"].get<std::string>();
  if (one.weight != 1) (*assertion)["weight"] = one.weight;
  if (!one.metric.empty()) (*assertion)["metric"] = one.metric;
  return assertion;
}

}  // namespace pawl::suite

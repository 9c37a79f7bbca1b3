#include "suite/plain_graders.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace pawl::suite {
namespace {

using Json = nlohmann::json;

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

bool agrees(const std::string& grader, const std::string& answer, const std::string& value) {
  if (grader == "exact") return answer == value;
  if (grader == "prefix") return answer.rfind(value, 0) == 0;
  return answer.find(value) != std::string::npos;
}

bool texts_agree(const std::string& grader, const Json& parameters, const std::string& answer) {
  const bool ignore_case = parameters.value("ignoreCase", false);
  const std::string said = ignore_case ? lower(answer) : answer;
  const Json values = parameters.value("values", Json::array());
  const auto one = [&](const Json& value) {
    return value.is_string() &&
           agrees(grader, said, ignore_case ? lower(value.get<std::string>()) : value.get<std::string>());
  };
  const bool all = parameters.value("match", std::string("any")) == "all";
  return all ? std::all_of(values.begin(), values.end(), one) : std::any_of(values.begin(), values.end(), one);
}

/// Whether one expectation is met, before its negation.
std::optional<bool> met(const domain::Expectation& one, const std::string& answer) {
  const Json parameters = Json::parse(one.parameters, nullptr, false);
  if (!parameters.is_object()) return std::nullopt;
  if (one.grader == "exact" || one.grader == "prefix" || one.grader == "contains") {
    return texts_agree(one.grader, parameters, answer);
  }
  if (one.grader == "json" && !parameters.contains("schema")) {
    return !Json::parse(answer, nullptr, false).is_discarded();
  }
  if (one.grader == "any-tool-call") return false;
  if (one.grader == "tool-calls") return parameters.value("calls", Json::array()).empty();
  return std::nullopt;
}

}  // namespace

std::optional<bool> passes_plainly(const domain::Case& one, const std::string& answer) {
  double reached = 0;
  double possible = 0;
  bool sure = true;
  bool all = true;
  for (const domain::Expectation& expectation : one.expect) {
    possible += expectation.weight;
    const auto plain = met(expectation, answer);
    if (!plain) {
      sure = false;
      continue;
    }
    const bool good = *plain != expectation.negate;
    all = all && good;
    if (good) reached += expectation.weight;
  }
  if (!one.threshold) return !all ? std::optional(false) : sure ? std::optional(true) : std::nullopt;
  return sure ? std::optional(reached >= *one.threshold * possible) : std::nullopt;
}

}  // namespace pawl::suite

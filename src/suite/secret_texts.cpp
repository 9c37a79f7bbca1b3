#include "suite/secret_texts.h"

#include <nlohmann/json.hpp>

namespace pawl::suite {
namespace {

using Json = nlohmann::json;

void collect(const Json& value, std::vector<std::string>& texts) {
  if (value.is_string()) texts.push_back(value.get<std::string>());
  if (!value.is_structured()) return;
  for (const Json& item : value) collect(item, texts);
}

}  // namespace

domain::SecretTexts secret_texts(const domain::Case& one) {
  domain::SecretTexts out;
  for (const domain::Message& message : one.input) {
    if (message.role != domain::Role::System) out.prompts.push_back(message.content);
  }
  for (const domain::Expectation& expectation : one.expect) {
    const Json parameters = Json::parse(expectation.parameters, nullptr, false);
    if (expectation.negate || !parameters.is_object()) continue;  // what must not be said is no answer
    for (const char* key : {"values", "value", "rubric"}) {
      if (parameters.contains(key)) collect(parameters[key], out.answers);
    }
    const Json calls = parameters.value("calls", Json::array());
    for (const Json& call : calls) collect(call.value("arguments", Json::object()), out.answers);
  }
  out.canary = one.canary;
  return out;
}

std::vector<domain::SecretTexts> secret_texts(const std::vector<domain::Case>& cases) {
  std::vector<domain::SecretTexts> all;
  all.reserve(cases.size());
  for (const domain::Case& one : cases) all.push_back(secret_texts(one));
  return all;
}

std::vector<domain::Finding> lint_scannable(const std::string& name, const std::vector<domain::Case>& cases) {
  domain::Finding finding{domain::LintRule::Unscannable, name, {}, ""};
  for (const domain::Case& one : cases) {
    if (!domain::scannable(secret_texts(one))) finding.cases.push_back(one.id);
  }
  if (finding.cases.empty()) return {};
  finding.message =
      std::to_string(finding.cases.size()) +
      " held-out cases are too short to be found in an edit; ask in three words and twelve letters or more";
  return {finding};
}

}  // namespace pawl::suite

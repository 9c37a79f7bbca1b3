// OpenAI evals: lines of {"input": chat messages or text, "ideal": text or list}. The grader is not in the file but in
// the registry, so it comes as an option: match (the answer begins with the ideal), includes, fuzzy or json.
#include "suite/import_parts.h"

#include "json/clip.h"
#include "json/parse.h"

namespace pawl::suite {
namespace {

std::optional<domain::Expectation> grader_of(const Json& ideal, Gathering& into) {
  const std::string& how = into.options().grader;
  if (how == "json") {
    Json values = Json::array();
    for (const std::string& text : texts_of(ideal)) {
      auto value = json::parse_bounded(text);
      if (value) values.push_back(std::move(*value));
      else into.unmapped("ideal that is no JSON");
    }
    return expectation("json-equals", {{"values", values}});
  }
  const Json values = texts_of(ideal);
  if (how == "includes") return expectation("contains", {{"values", values}});
  if (how == "fuzzy") {
    into.unmapped("fuzzy match the other way (the answer inside the ideal)");
    return expectation("contains", {{"values", values}, {"ignoreCase", true}});
  }
  return expectation("prefix", {{"values", values}});
}

}  // namespace

Imported import_openai_evals(std::string_view text, const ImportOptions& options) {
  Gathering into(options);
  const std::string& how = options.grader;
  if (!how.empty() && how != "match" && how != "includes" && how != "fuzzy" && how != "json") {
    into.fault(0, "grader \"" + how + "\" is none of OpenAI evals; use match, includes, fuzzy or json");
    return into.finish();
  }
  const std::string valid = as_utf8(text, into);
  for (const JsonLine& line : json_lines(valid, into)) {
    domain::Case one;
    one.provenance.source = "openai-evals";
    one.provenance.reference = "line " + std::to_string(line.number);
    for (const auto& [key, value] : line.value.items()) {
      if (key == "input") {
        if (value.is_string()) one.input = {{domain::Role::User, value.get<std::string>()}};
        else one.input = messages_of(value, into).value_or(std::vector<domain::Message>{});
      } else if (key == "ideal") {
        if (const auto grader = grader_of(value, into)) one.expect.push_back(*grader);
      } else if (key == "metadata") {
        into.metadata(value, one);
      } else {
        into.unmapped("field " + json::clip(key, 60));
      }
    }
    into.add(std::move(one));
  }
  return into.finish();
}

}  // namespace pawl::suite

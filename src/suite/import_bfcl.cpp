// BFCL v4: a question file, lines of {"id", "question": turns of messages, "function": definitions}, and an answer
// file, lines of {"id", "ground_truth": [{function: {argument: [accepted values]}}]}. One turn is one case; scripts of
// several turns, and worlds with a state, need a simulation that a case does not hold.
#include "suite/import_parts.h"

#include "json/clip.h"
#include "suite/bfcl_types.h"
#include "suite/canonical.h"

namespace pawl::suite {
namespace {

/// "live_parallel_multiple_3-2-0" is of the category live_parallel_multiple: what stands before the first number.
std::string category_of(const std::string& id) {
  std::size_t end = 0;
  while (end < id.size() && !(id[end] == '_' && end + 1 < id.size() && id[end + 1] >= '0' && id[end + 1] <= '9')) ++end;
  std::string category = id.substr(0, end);
  for (char& c : category) c = c == '_' ? '-' : c;
  return category;
}

std::string language_of(const std::string& category) {
  if (category.find("javascript") != std::string::npos) return "javascript";
  return category.find("java") != std::string::npos ? "java" : "python";
}

/// Each argument with the list of its accepted values; a value outside a list stands for itself.
Json accepted(const Json& arguments, Gathering& into) {
  Json out = Json::object();
  for (const auto& [name, values] : arguments.items()) {
    const bool listed = values.is_array() && !values.empty();
    if (!listed) into.unmapped("accepted value outside a list: taken as the only one");
    out[name] = listed ? values : Json::array({values});
  }
  return out;
}

std::optional<Json> calls_of(const Json& truth, Gathering& into) {
  if (!truth.is_array()) return std::nullopt;
  Json calls = Json::array();
  for (const Json& call : truth) {
    if (!call.is_object() || call.size() != 1 || !call.begin().value().is_object()) return std::nullopt;
    calls.push_back({{"name", call.begin().key()}, {"arguments", accepted(call.begin().value(), into)}});
  }
  return calls;
}

std::optional<domain::Expectation> expected(const std::string& category, const Json* truth, Gathering& into) {
  if (truth == nullptr) {
    if (category.find("irrelevance") != std::string::npos) return expectation("tool-calls", {{"calls", Json::array()}});
    if (category.find("relevance") != std::string::npos) return expectation("any-tool-call", Json::object());
    into.unmapped("question without an answer in the answer file");
    return std::nullopt;
  }
  auto calls = calls_of(*truth, into);
  if (!calls) {
    into.unmapped("ground truth that is no list of calls (category " + json::clip(category, 60) + ")");
    return std::nullopt;
  }
  return expectation("tool-calls", {{"calls", *calls}, {"language", language_of(category)}});
}

std::string tools_of(const Json& functions) {
  Json tools = Json::array();
  for (const Json& function : functions) {
    if (!function.is_object()) continue;
    Json definition = function;
    if (definition.contains("parameters")) definition["parameters"] = to_json_schema(definition["parameters"]);
    tools.push_back({{"type", "function"}, {"function", definition}});
  }
  return tools.empty() ? "" : canonical_json(tools);
}

void add_question(const Json& question, const std::map<std::string, Json>& answers, Gathering& into) {
  domain::Case one;
  const std::string id = question.contains("id") ? text_of(question["id"]) : "";
  const std::string category = category_of(id);
  one.id = id;
  one.provenance.source = "bfcl";
  one.provenance.reference = json::clip(id, 1000);
  one.capability = into.capability(category);
  const Json turns = question.value("question", Json());
  if (!turns.is_array() || turns.size() != 1) {
    return into.unmapped(turns.is_array() && turns.size() > 1 ? "question of several turns: case left out"
                                                              : "line without a question: left out");
  }
  one.input = messages_of(turns[0], into).value_or(std::vector<domain::Message>{});
  for (const auto& [key, value] : question.items()) {
    if (key == "function") {
      one.tools = value.is_array() ? tools_of(value) : value.is_object() ? tools_of(Json::array({value})) : "";
    } else if (key != "id" && key != "question") into.unmapped("field " + json::clip(key, 60));
  }
  const auto answer = answers.find(id);
  if (const auto wanted = expected(category, answer == answers.end() ? nullptr : &answer->second, into)) {
    one.expect.push_back(*wanted);
  }
  into.add(std::move(one));
}

}  // namespace

Imported import_bfcl(std::string_view questions, std::string_view answers, const ImportOptions& options) {
  Gathering into(options);
  std::map<std::string, Json> truth;
  const std::string valid_answers = as_utf8(answers, into);
  for (const JsonLine& line : json_lines(valid_answers, into)) {
    if (line.value.contains("id") && line.value.contains("ground_truth")) {
      truth[text_of(line.value["id"])] = line.value["ground_truth"];
    } else into.fault(line.number, "an answer needs id and ground_truth");
  }
  const std::string valid = as_utf8(questions, into);
  for (const JsonLine& line : json_lines(valid, into)) add_question(line.value, truth, into);
  return into.finish();
}

}  // namespace pawl::suite

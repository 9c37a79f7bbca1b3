// Inspect samples: input, choices, target, id, metadata, sandbox, files, setup; as a JSON list, lines, or CSV.
#include "suite/import_parts.h"

#include <algorithm>

#include "json/clip.h"
#include "json/parse.h"

namespace pawl::suite {
namespace {

/// The choices as the lettered lines a multiple-choice question shows.
std::string lettered(const std::vector<std::string>& choices) {
  std::string text;
  for (std::size_t i = 0; i < choices.size() && i < 26; ++i) {
    text += "\n" + std::string(1, static_cast<char>('A' + static_cast<char>(i))) + ") " + choices[i];
  }
  return text;
}

domain::Expectation grader_of(const Json& target, const std::string& how) {
  if (how == "pattern") return expectation("regex", {{"pattern", texts_of(target).empty() ? "" : texts_of(target)[0]}});
  const Json values = texts_of(target);
  if (how == "exact") return expectation("exact", {{"values", values}});
  if (how == "begin") return expectation("prefix", {{"values", values}, {"ignoreCase", true}});
  return expectation("contains", {{"values", values}, {"ignoreCase", true}});
}

/// CSV holds lists and objects as JSON text.
Json cell(const std::string& text) {
  if (text.empty()) return nullptr;
  if (text[0] != '[' && text[0] != '{') return text;
  auto parsed = json::parse_bounded(text);
  return parsed ? std::move(*parsed) : Json(text);
}

void add_sample(const Json& sample, std::size_t number, Gathering& into) {
  domain::Case one;
  one.provenance.source = "inspect";
  one.provenance.reference = "sample " + std::to_string(number);
  std::vector<std::string> choices;
  for (const auto& [key, value] : sample.items()) {
    if (value.is_null() || value == Json::array() || value == Json::object()) continue;
    if (key == "input") {
      if (const auto messages = messages_of(value, into)) one.input = *messages;
      else one.input = {{domain::Role::User, text_of(value)}};
    } else if (key == "choices") {
      choices = texts_of(value);
    } else if (key == "id") {
      one.id = text_of(value);
    } else if (key == "metadata") {
      into.metadata(value, one);
    } else if (key != "target") {
      into.unmapped("field " + json::clip(key, 60));
    }
  }
  if (sample.contains("target") && !sample["target"].is_null()) {
    if (choices.empty()) one.expect = {grader_of(sample["target"], into.options().grader)};
    else one.expect = {expectation("choice", {{"values", texts_of(sample["target"])}, {"choices", choices}})};
  }
  if (!choices.empty() && !one.input.empty()) one.input.back().content += "\n" + lettered(choices);
  into.add(std::move(one));
}

void add_table(std::string_view text, Gathering& into) {
  const auto rows = parse_csv(text);
  if (!rows) return into.fault(0, "a quote is not closed");
  for (std::size_t i = 1; i < rows->size(); ++i) {
    Json sample = Json::object();
    const auto& cells = (*rows)[i].cells;
    for (std::size_t column = 0; column < cells.size() && column < (*rows)[0].cells.size(); ++column) {
      sample[(*rows)[0].cells[column]] = cell(cells[column]);
    }
    if (cells.size() > (*rows)[0].cells.size()) into.fault((*rows)[i].line, "more cells than the header names");
    add_sample(sample, i, into);
  }
}

}  // namespace

Imported import_inspect(std::string_view text, const ImportOptions& options) {
  Gathering into(options);
  const std::string& how = options.grader;
  if (!how.empty() && how != "includes" && how != "exact" && how != "begin" && how != "pattern") {
    into.fault(0, "grader \"" + how + "\" is none of Inspect; use includes, exact, begin or pattern");
    return into.finish();
  }
  const std::string valid = as_utf8(text, into);
  const std::size_t first = valid.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return into.finish();
  if (valid[first] == '[') {
    const auto list = json::parse_bounded(valid, {.bytes = std::size_t{64} << 20, .depth = 64});
    if (!list) {
      into.fault(0, list.error().message);
      return into.finish();
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
      if ((*list)[i].is_object()) add_sample((*list)[i], i + 1, into);
      else into.fault(0, "sample " + std::to_string(i + 1) + " must be an object");
    }
  } else if (valid[first] == '{') {
    for (const JsonLine& line : json_lines(valid, into)) add_sample(line.value, line.number, into);
  } else {
    add_table(valid, into);
  }
  return into.finish();
}

}  // namespace pawl::suite

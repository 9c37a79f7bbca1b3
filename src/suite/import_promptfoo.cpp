// promptfoo: each prompt with each test's variables is one case. Variables with a list of values are multiplied out, as
// promptfoo does. Templates are filled only where they are plain, {{name}}: code in them cannot be run here.
#include "suite/import_parts.h"
#include "suite/promptfoo_asserts.h"

#include <algorithm>

#include "json/clip.h"
#include "json/parse.h"

namespace pawl::suite {
namespace {

constexpr std::size_t kCombinationsMax = 1000;
using Variables = std::map<std::string, std::string>;

std::string trimmed(std::string text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  while (!text.empty() && blank(text.back())) text.pop_back();
  text.erase(0, static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), blank) - text.begin()));
  return text;
}

/// Nothing if the template needs more than the variables' values.
std::optional<std::string> fill(const std::string& pattern, const Variables& variables) {
  std::string out;
  for (std::size_t at = 0;;) {
    const std::size_t open = pattern.find('{', at);
    if (open == std::string::npos || open + 1 >= pattern.size()) return out + pattern.substr(at);
    if (pattern[open + 1] == '%' || pattern[open + 1] == '#') return std::nullopt;
    if (pattern[open + 1] != '{') {
      out += pattern.substr(at, open + 1 - at);
      at = open + 1;
      continue;
    }
    const std::size_t close = pattern.find("}}", open);
    if (close == std::string::npos) return std::nullopt;
    const auto found = variables.find(trimmed(pattern.substr(open + 2, close - open - 2)));
    if (found == variables.end()) return std::nullopt;
    out += pattern.substr(at, open - at) + found->second;
    at = close + 2;
  }
}

std::vector<Variables> multiplied(const Json& vars, Gathering& into) {
  std::vector<Variables> all(1);
  if (!vars.is_object()) return all;
  for (const auto& [name, value] : vars.items()) {
    if (value.is_string() && value.get<std::string>().rfind("file://", 0) == 0) into.unmapped("variable from a file");
    const auto values = texts_of(value);
    if (all.size() * std::max<std::size_t>(values.size(), 1) > kCombinationsMax) {
      into.unmapped("variables with more than 1000 combinations: test left out");
      return {};
    }
    std::vector<Variables> grown;
    for (const Variables& before : all) {
      for (const std::string& each : values) {
        grown.push_back(before);
        grown.back()[name] = each;
      }
    }
    all = std::move(grown);
  }
  return all;
}

/// The prompt, as messages: a JSON list of them, or one message of the user.
std::optional<std::vector<domain::Message>> conversation(const std::string& text, Gathering& into) {
  if (!text.empty() && text[0] == '[') {
    const auto parsed = json::parse_bounded(text);
    if (parsed && parsed->is_array() && !parsed->empty() && (*parsed)[0].is_object() && (*parsed)[0].contains("role")) {
      return messages_of(*parsed, into);
    }
  }
  return std::vector<domain::Message>{{domain::Role::User, text}};
}

std::vector<std::string> prompts_of(const Json& config, Gathering& into) {
  std::vector<std::string> prompts;
  const Json listed = config.value("prompts", Json());
  for (const Json& prompt : listed.is_array() ? listed : listed.is_null() ? Json::array() : Json::array({listed})) {
    std::string text;
    if (prompt.is_string()) text = prompt.get<std::string>();
    else if (prompt.is_object() && prompt.contains("raw")) text = text_of(prompt["raw"]);
    if (text.empty() || text.rfind("file://", 0) == 0) into.unmapped("prompt from a file: put its text in place");
    else prompts.push_back(text);
  }
  return prompts;
}

/// Without prompts, promptfoo's own is {{prompt}}; a table with one variable means that one.
std::string only_prompt(const Variables& variables) {
  return variables.size() == 1 && variables.count("prompt") == 0 ? "{{" + variables.begin()->first + "}}"
                                                                 : "{{prompt}}";
}

struct Defaults {
  Json vars = Json::object();
  std::vector<domain::Expectation> expect;
  std::optional<double> threshold;
};

std::optional<double> threshold_of(const Json& test, Gathering& into) {
  const Json threshold = test.value("threshold", Json());
  if (threshold.is_null()) return std::nullopt;
  if (threshold.is_number() && threshold.get<double>() > 0 && threshold.get<double>() <= 1) {
    return threshold.get<double>();
  }
  into.unmapped("test threshold outside (0,1]");
  return std::nullopt;
}

std::vector<domain::Expectation> assertions_of(const Json& test, Gathering& into) {
  std::vector<domain::Expectation> expect;
  const Json listed = test.value("assert", Json());
  if (listed.is_array()) {
    for (const Json& assertion : listed) add_assertion(assertion, expect, into);
  }
  return expect;
}

void count_others(const Json& object, std::initializer_list<std::string_view> known, const char* where,
                  Gathering& into) {
  for (const auto& [key, value] : object.items()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      into.unmapped(std::string(where) + " " + json::clip(key, 60));
    }
  }
}

class TestReader {
 public:
  TestReader(std::vector<std::string> prompts, Defaults defaults, Gathering& into)
      : prompts_(std::move(prompts)), defaults_(std::move(defaults)), into_(into) {}

  void take(const Json& test, std::size_t number) {
    if (!test.is_object()) return into_.unmapped("test that is no object");
    count_others(test, {"vars", "assert", "description", "metadata", "threshold"}, "test field", into_);
    domain::Case draft;
    draft.provenance.source = "promptfoo";
    draft.provenance.reference = test.contains("description") ? json::clip(text_of(test["description"]), 1000)
                                                              : "test " + std::to_string(number);
    into_.metadata(test.value("metadata", Json()), draft);
    draft.expect = assertions_of(test, into_);
    draft.expect.insert(draft.expect.end(), defaults_.expect.begin(), defaults_.expect.end());
    draft.threshold = threshold_of(test, into_);
    if (!draft.threshold) draft.threshold = defaults_.threshold;
    Json vars = defaults_.vars;
    const Json own = test.value("vars", Json());
    if (own.is_object()) vars.update(own);
    else if (!own.is_null()) into_.unmapped("variables from a file");
    for (const Variables& variables : multiplied(vars, into_)) add(draft, variables);
  }

 private:
  void add(const domain::Case& draft, const Variables& variables) {
    const std::vector<std::string> prompts =
        prompts_.empty() ? std::vector<std::string>{only_prompt(variables)} : prompts_;
    for (const std::string& prompt : prompts) {
      const auto text = fill(prompt, variables);
      if (!text) {
        into_.unmapped("prompt with template code, or with a variable that has no value: case left out");
        continue;
      }
      domain::Case one = draft;
      one.input = conversation(*text, into_).value_or(std::vector<domain::Message>{});
      into_.add(std::move(one));
    }
  }

  std::vector<std::string> prompts_;
  Defaults defaults_;
  Gathering& into_;
};

Defaults defaults_of(const Json& config, Gathering& into) {
  Defaults defaults;
  const Json test = config.value("defaultTest", Json());
  if (!test.is_object()) return defaults;
  count_others(test, {"vars", "assert", "threshold"}, "defaultTest field", into);
  if (test.contains("vars") && test["vars"].is_object()) defaults.vars = test["vars"];
  defaults.expect = assertions_of(test, into);
  defaults.threshold = threshold_of(test, into);
  return defaults;
}

/// One row of the table as a test.
Json test_of_row(const std::vector<std::string>& header, const std::vector<std::string>& cells, Gathering& into) {
  Json test{{"vars", Json::object()}, {"assert", Json::array()}};
  Json metric;
  for (std::size_t i = 0; i < header.size() && i < cells.size(); ++i) {
    const std::string& name = header[i];
    if (name.rfind("__", 0) != 0) test["vars"][name] = cells[i];
    else if (cells[i].empty()) continue;
    else if (name.rfind("__expected", 0) == 0) test["assert"].push_back(assertion_of_cell(cells[i]));
    else if (name == "__metric") metric = cells[i];
    else if (name == "__threshold") test["threshold"] = Json::parse(cells[i], nullptr, false);
    else if (name == "__description") test["description"] = cells[i];
    else if (name.rfind("__metadata:", 0) == 0) test["metadata"][name.substr(11)] = cells[i];
    else into.unmapped("column " + json::clip(name, 60));
  }
  if (!metric.is_null()) {
    for (Json& assertion : test["assert"]) assertion["metric"] = metric;
  }
  if (test.contains("threshold") && !test["threshold"].is_number()) test["threshold"] = "no number";
  return test;
}

}  // namespace

Imported import_promptfoo(std::string_view text, const ImportOptions& options) {
  Gathering into(options);
  auto parsed = parse_yaml(as_utf8(text, into));
  if (!parsed) {
    into.fault(0, parsed.error().message);
    return into.finish();
  }
  const Json config = parsed->is_array() ? Json{{"tests", *parsed}} : *parsed;
  if (!config.is_object()) {
    into.fault(0, "must be a configuration with tests, or a list of tests");
    return into.finish();
  }
  count_others(config, {"prompts", "tests", "defaultTest", "description", "$schema"}, "configuration field", into);
  TestReader reader(prompts_of(config, into), defaults_of(config, into), into);
  const Json tests = config.value("tests", Json());
  if (!tests.is_array()) into.fault(0, "tests: must be a list; tests from other files are imported one file at a time");
  else {
    for (std::size_t i = 0; i < tests.size(); ++i) reader.take(tests[i], i + 1);
  }
  return into.finish();
}

Imported import_promptfoo_csv(std::string_view text, const ImportOptions& options) {
  Gathering into(options);
  const auto rows = parse_csv(as_utf8(text, into));
  if (!rows) {
    into.fault(0, "a quote is not closed");
    return into.finish();
  }
  TestReader reader({}, {}, into);
  for (std::size_t i = 1; i < rows->size(); ++i) {
    if ((*rows)[i].cells.size() > (*rows)[0].cells.size()) {
      into.fault((*rows)[i].line, "more cells than the header names");
    }
    reader.take(test_of_row((*rows)[0].cells, (*rows)[i].cells, into), i);
  }
  return into.finish();
}

}  // namespace pawl::suite

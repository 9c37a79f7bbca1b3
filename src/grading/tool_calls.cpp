#include "grading/tool_calls.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "base/counted.h"
#include "grading/python_values.h"
#include "grading/source_literal.h"

namespace pawl::grading {
namespace {

using domain::Graded;
using domain::Score;
using domain::ToolCall;

/// Nothing: it fits. A text: why it does not. An error: it cannot be judged.
using Fit = Result<std::optional<std::string>>;

Fit fits() { return std::optional<std::string>{}; }
Fit differs(std::string why) { return std::optional<std::string>(std::move(why)); }

enum class Language { Python, Java, JavaScript };

struct TypeName {
  std::string_view name;
  Type type;
};

// BFCL's names, and those of JSON Schema beside them.
constexpr auto kPythonTypes = std::to_array<TypeName>({{"string", Type::String},
                                                       {"integer", Type::Integer},
                                                       {"float", Type::Float},
                                                       {"number", Type::Float},
                                                       {"boolean", Type::Boolean},
                                                       {"array", Type::List},
                                                       {"tuple", Type::List},
                                                       {"dict", Type::Dict},
                                                       {"object", Type::Dict},
                                                       {"any", Type::String}});
constexpr auto kJavaTypes = std::to_array<TypeName>({{"byte", Type::Integer},
                                                     {"short", Type::Integer},
                                                     {"integer", Type::Integer},
                                                     {"float", Type::Float},
                                                     {"double", Type::Float},
                                                     {"long", Type::Integer},
                                                     {"boolean", Type::Boolean},
                                                     {"char", Type::String},
                                                     {"Array", Type::List},
                                                     {"ArrayList", Type::List},
                                                     {"HashMap", Type::Dict},
                                                     {"String", Type::String},
                                                     {"any", Type::String}});
constexpr auto kJavaScriptTypes = std::to_array<TypeName>({{"String", Type::String},
                                                           {"integer", Type::Integer},
                                                           {"float", Type::Float},
                                                           {"Bigint", Type::Integer},
                                                           {"Boolean", Type::Boolean},
                                                           {"dict", Type::Dict},
                                                           {"array", Type::List},
                                                           {"any", Type::String}});

template <std::size_t N>
std::optional<Type> find_type(const std::array<TypeName, N>& table, std::string_view name) {
  for (const TypeName& row : table) {
    if (row.name == name) return row.type;
  }
  return std::nullopt;
}

/// A name of JSON Schema as the language's own, for definitions that came through OpenAI's shape.
std::string own_name(Language language, const std::string& name) {
  if (language == Language::Java) {
    if (name == "string") return "String";
    if (name == "number") return "double";
    if (name == "object" || name == "dict") return "HashMap";
    if (name == "array") return "ArrayList";
  }
  if (language == Language::JavaScript) {
    if (name == "string") return "String";
    if (name == "number") return "float";
    if (name == "object") return "dict";
    if (name == "boolean") return "Boolean";
  }
  return name;
}

std::optional<Type> type_named(Language language, const std::string& name) {
  switch (language) {
    case Language::Python:
      return find_type(kPythonTypes, name);
    case Language::Java:
      return find_type(kJavaTypes, name);
    case Language::JavaScript:
      return find_type(kJavaScriptTypes, name);
  }
  return std::nullopt;
}

/// What one parameter takes.
struct Declared {
  std::string name;  ///< empty: no definition, the accepted values say it
  std::string nested_name;
  std::optional<Type> type;
  std::optional<Type> nested;  ///< of a list's items
};

bool is_optional_mark(const Json& value) { return value.is_string() && value.get_ref<const std::string&>().empty(); }

/// The type of the accepted values; nothing if the argument may only be left out.
std::optional<Type> accepted_type(const Json& accepted) {
  for (const Json& value : accepted) {
    if (!is_optional_mark(value)) return type_of(value);
  }
  return std::nullopt;
}

struct TypeFit {
  bool good = false;
  bool is_variable = false;  ///< a variable's name or another type stands where a value would: compared as it is
};

TypeFit check_type(const Json& value, const Json& accepted, std::optional<Type> declared, std::optional<Type> nested) {
  const std::optional<Type> wanted = accepted_type(accepted);
  const bool is_variable = wanted && wanted != declared;
  if (type_of(value) == declared) {
    if (!nested) return {true, is_variable};
    for (const Json& one : accepted) {
      const auto item_fits = [&](const Json& item) { return check_type(item, one, nested, std::nullopt).good; };
      if (!one.is_array() || std::all_of(value.begin(), value.end(), item_fits)) return {true, is_variable};
    }
    return {};
  }
  if (wanted && type_of(value) == *wanted) return {true, true};
  return {};
}

Json standardized_if_text(const Json& value) {
  return value.is_string() ? Json(standardized(value.get_ref<const std::string&>())) : value;
}

Json standardized_items(const Json& list) {
  Json out = Json::array();
  for (const Json& item : list) out.push_back(standardized_if_text(item));
  return out;
}

bool text_fits(const Json& value, const Json& accepted) {
  const std::string found = standardized(value.get_ref<const std::string&>());
  return std::any_of(accepted.begin(), accepted.end(), [&](const Json& one) {
    return one.is_string() && standardized(one.get_ref<const std::string&>()) == found;
  });
}

bool list_fits(const Json& value, const Json& accepted) {
  const Json found = standardized_items(value);
  return std::any_of(accepted.begin(), accepted.end(), [&](const Json& one) {
    if (one.is_array()) return python_equal(found, standardized_items(one));
    return is_optional_mark(one) && found.empty();
  });
}

bool dict_fits_one(const Json& value, const Json& accepted) {
  for (const auto& field : value.items()) {
    const auto wanted = accepted.find(field.key());
    if (wanted == accepted.end() || !wanted->is_array()) return false;
    if (!python_in(standardized_if_text(field.value()), standardized_items(*wanted))) return false;
  }
  return std::all_of(accepted.items().begin(), accepted.items().end(),
                     [&](const auto& field) { return value.contains(field.key()) || python_in("", field.value()); });
}

bool dict_fits(const Json& value, const Json& accepted) {
  return std::any_of(accepted.begin(), accepted.end(),
                     [&](const Json& one) { return one.is_object() && dict_fits_one(value, one); });
}

bool list_of_dicts_fits(const Json& value, const Json& accepted) {
  return std::any_of(accepted.begin(), accepted.end(), [&](const Json& one) {
    if (is_optional_mark(one)) return value.empty();
    if (!one.is_array() || one.size() != value.size()) return false;
    return std::equal(value.begin(), value.end(), one.begin(), [](const Json& item, const Json& wanted) {
      return item.is_object() && wanted.is_object() && dict_fits_one(item, wanted);
    });
  });
}

bool value_fits(const Json& value, const Json& accepted, const Declared& declared, bool is_variable) {
  if (is_variable || !declared.type) return python_in(value, accepted);
  if (declared.type == Type::Dict) return dict_fits(value, accepted);
  if (declared.type == Type::List && declared.nested == Type::Dict) return list_of_dicts_fits(value, accepted);
  if (declared.type == Type::List) return list_fits(value, accepted);
  if (declared.type == Type::String) return text_fits(value, accepted);
  return python_in(value, accepted);
}

/// Without a definition: the types of the accepted values.
Declared inferred(const Json& accepted) {
  Declared out;
  out.type = accepted_type(accepted);
  for (const Json& one : accepted) {
    if (one.is_array() && !one.empty() && one[0].is_object()) out.nested = Type::Dict;
  }
  return out;
}

Result<Declared> declared_as(const Json& details, const Json& accepted, Language language) {
  const auto named = [&](const Json& at) {
    return at.is_object() && at.contains("type") && at["type"].is_string() ? own_name(language, at["type"])
                                                                           : std::string();
  };
  Declared out;
  out.name = named(details);
  if (out.name.empty()) return inferred(accepted);
  out.type = type_named(language, out.name);
  if (!out.type) {
    return fail(ErrorKind::Invalid, "the tool's definition has a parameter of type '" + out.name +
                                        "', which its language does not have; correct the definition");
  }
  if (out.type == Type::List && details.contains("items")) {
    out.nested_name = named(details["items"]);
    if (!out.nested_name.empty()) out.nested = type_named(language, out.nested_name);
  }
  return out;
}

Result<Json> converted(const Json& value, const Declared& declared, Language language) {
  if (language == Language::Python || declared.name.empty()) {
    return declared.type == Type::Float && value.is_number_integer() ? Json(value.get<double>()) : value;
  }
  const auto& text = value.get_ref<const std::string&>();
  return language == Language::Java ? java_value(text, declared.name, declared.nested_name)
                                    : javascript_value(text, declared.name, declared.nested_name);
}

Fit argument_fits(const std::string& name, const Json& written, const Json& accepted, const Json& details,
                  Language language) {
  const auto declared = declared_as(details, accepted, language);
  if (!declared) return fail(declared.error());
  if (language != Language::Python && !declared->name.empty() && !written.is_string()) {
    return differs(name + " is not written as source text");
  }
  const auto value = converted(written, *declared, language);
  if (!value) return fail(value.error());
  const TypeFit type =
      check_type(*value, accepted, declared->type, declared->name.empty() ? std::nullopt : declared->nested);
  if (!type.good) {
    return differs(name + " has the wrong type: " + written.dump(-1, ' ', false, Json::error_handler_t::replace));
  }
  if (!value_fits(*value, accepted, *declared, type.is_variable)) {
    return differs(name + " is " + written.dump(-1, ' ', false, Json::error_handler_t::replace) +
                   ", accepted: " + accepted.dump());
  }
  return fits();
}

/// The parameters' schema of a tool; null if there is no definition of it.
const Json& schema_of(const Json& tools, const std::string& name) {
  static const Json kNone;
  for (const Json& tool : tools) {
    const Json& inner = tool.is_object() && tool.contains("function") ? tool["function"] : tool;
    if (inner.is_object() && inner.value("name", "") == name && inner.contains("parameters")) {
      return inner["parameters"];
    }
  }
  return kNone;
}

Fit call_fits(const Json& expected, const Json& tools, const ToolCall& call, Language language) {
  const auto& name = expected["name"].get_ref<const std::string&>();
  if (call.name != name) return differs("'" + call.name + "' was called instead of '" + name + "'");
  const Json arguments = Json::parse(call.arguments.empty() ? "{}" : call.arguments, nullptr, false);
  if (!arguments.is_object()) return differs("the arguments are no JSON object");
  const Json& schema = schema_of(tools, name);
  const Json properties = schema.is_object() ? schema.value("properties", Json::object()) : Json::object();
  const Json& accepted = expected["arguments"];
  for (const Json& required : schema.is_object() ? schema.value("required", Json::array()) : Json::array()) {
    if (required.is_string() && !arguments.contains(required.get_ref<const std::string&>())) {
      return differs("the required argument " + required.dump() + " is missing");
    }
  }
  for (const auto& argument : arguments.items()) {
    const bool known = accepted.contains(argument.key()) && (schema.is_null() || properties.contains(argument.key()));
    if (!known) return differs("the argument '" + argument.key() + "' is not expected");
    static const Json kNoDetails;
    const Json& details = schema.is_null() ? kNoDetails : properties[argument.key()];
    auto fit = argument_fits(argument.key(), argument.value(), accepted[argument.key()], details, language);
    if (!fit || *fit) return fit;
  }
  for (const auto& wanted : accepted.items()) {
    if (!arguments.contains(wanted.key()) && !python_in("", wanted.value())) {
      return differs("the argument '" + wanted.key() + "' is missing");
    }
  }
  return fits();
}

Score wrong_count(std::size_t expected, std::size_t found) {
  if (expected == 0) return {0, "no tool may be called, " + counted(found, "was", "were")};
  return {0, counted(expected, "call is", "calls are") + " expected, " + counted(found, "was", "were") + " made"};
}

Graded in_order(const Json& expected, const Json& tools, const std::vector<ToolCall>& calls, Language language) {
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const auto fit = call_fits(expected[i], tools, calls[i], language);
    if (!fit) return fail(fit.error());
    if (*fit) return Score{0, "call " + std::to_string(i + 1) + ": " + **fit};
  }
  return Score{1, "every call is right"};
}

Graded in_any_order(const Json& expected, const Json& tools, const std::vector<ToolCall>& calls, Language language) {
  std::vector<bool> taken(calls.size(), false);
  for (const Json& wanted : expected) {
    bool found = false;
    std::string why;
    for (std::size_t i = 0; i < calls.size() && !found; ++i) {
      if (taken[i]) continue;
      const auto fit = call_fits(wanted, tools, calls[i], language);
      if (!fit) return fail(fit.error());
      found = !*fit;
      taken[i] = found;
      if (!found) why = why.empty() ? **fit : why;
    }
    if (!found) return Score{0, why};
  }
  return Score{1, "every call is right"};
}

Result<Language> language_of(const Json& parameters) {
  const std::string word = parameters.value("language", "python");
  if (word == "python") return Language::Python;
  if (word == "java") return Language::Java;
  if (word == "javascript") return Language::JavaScript;
  return fail(ErrorKind::Invalid, "tool-calls: language '" + word + "' is not known; write python, java or javascript");
}

/// The expected calls, checked so that the comparison may rely on their shape.
Status check_calls(const Json& parameters) {
  if (!parameters.is_object() || !parameters.contains("calls") || !parameters["calls"].is_array()) {
    return fail(ErrorKind::Invalid,
                "tool-calls: 'calls' must be a list of the expected calls; an empty list says that none may be made");
  }
  for (const Json& call : parameters["calls"]) {
    if (!call.is_object() || !call.contains("name") || !call["name"].is_string()) {
      return fail(ErrorKind::Invalid, "tool-calls: every expected call needs a 'name'");
    }
    if (!call.contains("arguments") || !call["arguments"].is_object()) {
      return fail(ErrorKind::Invalid,
                  "tool-calls: the expected call of " + call["name"].dump() + " needs 'arguments', an object of lists");
    }
    for (const auto& argument : call["arguments"].items()) {
      if (!argument.value().is_array()) {
        return fail(ErrorKind::Invalid,
                    "tool-calls: the argument '" + argument.key() + "' needs a list of its accepted values");
      }
    }
  }
  return {};
}

}  // namespace

bool called(const std::vector<ToolCall>& calls, std::string_view tool) {
  return std::any_of(calls.begin(), calls.end(), [&](const ToolCall& call) { return call.name == tool; });
}

std::optional<std::string> argument_text(const ToolCall& call, const std::string& argument) {
  const Json arguments = Json::parse(call.arguments, nullptr, false);
  if (!arguments.is_object() || !arguments.contains(argument)) return std::nullopt;
  const Json& value = arguments[argument];
  return value.is_string() ? value.get<std::string>() : value.dump();
}

Graded grade_tool_calls(const Json& parameters, const Json& tools, const std::vector<ToolCall>& calls) {
  if (auto checked = check_calls(parameters); !checked) return fail(checked.error());
  const auto language = language_of(parameters);
  if (!language) return fail(language.error());
  const Json& expected = parameters["calls"];
  if (expected.size() != calls.size()) return wrong_count(expected.size(), calls.size());
  if (expected.empty()) return Score{1, "no tool was called"};
  return parameters.value("order", "any") == "strict" ? in_order(expected, tools, calls, *language)
                                                      : in_any_order(expected, tools, calls, *language);
}

}  // namespace pawl::grading

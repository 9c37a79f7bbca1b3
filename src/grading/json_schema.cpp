#include "grading/json_schema.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string_view>

#include <nlohmann/json.hpp>

#include "grading/fold_case.h"
#include "grading/pattern.h"

namespace pawl::grading {
namespace {

constexpr int kDepthMax = 200;

enum class Shape {
  Any,
  Schema,
  Schemas,
  SchemaMap,
  Count,
  Number,
  Texts,
  Types,
  List,
  Flag,
  Pattern,
  PatternMap,
  Reference
};

struct Keyword {
  std::string_view name;
  Shape shape;
};

constexpr Keyword kKeywords[] = {{"$ref", Shape::Reference},
                                 {"$schema", Shape::Any},
                                 {"$id", Shape::Any},
                                 {"$comment", Shape::Any},
                                 {"title", Shape::Any},
                                 {"description", Shape::Any},
                                 {"default", Shape::Any},
                                 {"examples", Shape::Any},
                                 {"deprecated", Shape::Any},
                                 {"readOnly", Shape::Any},
                                 {"writeOnly", Shape::Any},
                                 {"format", Shape::Any},
                                 {"$defs", Shape::SchemaMap},
                                 {"definitions", Shape::SchemaMap},
                                 {"type", Shape::Types},
                                 {"enum", Shape::List},
                                 {"const", Shape::Any},
                                 {"properties", Shape::SchemaMap},
                                 {"patternProperties", Shape::PatternMap},
                                 {"additionalProperties", Shape::Schema},
                                 {"required", Shape::Texts},
                                 {"minProperties", Shape::Count},
                                 {"maxProperties", Shape::Count},
                                 {"items", Shape::Schema},
                                 {"prefixItems", Shape::Schemas},
                                 {"contains", Shape::Schema},
                                 {"minItems", Shape::Count},
                                 {"maxItems", Shape::Count},
                                 {"uniqueItems", Shape::Flag},
                                 {"minLength", Shape::Count},
                                 {"maxLength", Shape::Count},
                                 {"pattern", Shape::Pattern},
                                 {"minimum", Shape::Number},
                                 {"maximum", Shape::Number},
                                 {"exclusiveMinimum", Shape::Number},
                                 {"exclusiveMaximum", Shape::Number},
                                 {"multipleOf", Shape::Number},
                                 {"allOf", Shape::Schemas},
                                 {"anyOf", Shape::Schemas},
                                 {"oneOf", Shape::Schemas},
                                 {"not", Shape::Schema},
                                 {"if", Shape::Schema},
                                 {"then", Shape::Schema},
                                 {"else", Shape::Schema}};

constexpr std::string_view kTypes[] = {"null", "boolean", "object", "array", "number", "integer", "string"};

using Patterns = std::map<std::string, Pattern>;

bool is_known_type(const Json& type) {
  return type.is_string() &&
         std::find(std::begin(kTypes), std::end(kTypes), type.get_ref<const std::string&>()) != std::end(kTypes);
}

/// Looks a whole schema over before it is used, and compiles its patterns.
class Survey {
 public:
  Survey(const Json& root, Patterns& patterns) : root_(root), patterns_(patterns) {}

  [[nodiscard]] Status schema(const Json& at, const std::string& path, int depth = 0) {
    if (depth > kDepthMax) return fault(path, "is nested too deeply");
    if (at.is_boolean()) return {};
    if (!at.is_object()) return fault(path, "must be an object, true or false");
    for (const auto& field : at.items()) {
      const auto* known = std::find_if(std::begin(kKeywords), std::end(kKeywords),
                                       [&](const Keyword& k) { return k.name == field.key(); });
      const std::string where = path + "/" + field.key();
      if (known == std::end(kKeywords)) {
        return fault(where,
                     "is no keyword that pawl checks; leave it out, or see docs/gate/graders.md for those it does");
      }
      if (auto checked = keyword(known->shape, field.value(), where, depth); !checked) return checked;
    }
    return {};
  }

 private:
  static tl::unexpected<Error> fault(const std::string& path, const std::string& message) {
    return fail(ErrorKind::Malformed, "schema " + (path.empty() ? std::string("/") : path) + ": " + message);
  }

  static Status demand(bool holds, const std::string& path, const char* message) {
    if (!holds) return fault(path, message);
    return {};
  }

  Status compile(const std::string& expression, const std::string& path) {
    auto compiled = Pattern::compile(expression);
    if (!compiled) return fault(path, compiled.error().message);
    patterns_.emplace(expression, std::move(*compiled));
    return {};
  }

  Status all(const Json& parts, const std::string& path, int depth, bool keys_are_patterns) {
    for (const auto& part : parts.items()) {
      if (keys_are_patterns) {
        if (auto compiled = compile(part.key(), path); !compiled) return compiled;
      }
      if (auto checked = schema(part.value(), path + "/" + part.key(), depth + 1); !checked) return checked;
    }
    return {};
  }

  Status reference(const Json& value, const std::string& path) const {
    if (!value.is_string()) return fault(path, "must be a text");
    const auto& text = value.get_ref<const std::string&>();
    if (!text.starts_with("#")) return fault(path, "may only point into the same schema, such as #/$defs/name");
    const Json::json_pointer pointer = Json::json_pointer(text.size() > 1 && text[1] != '/' ? "/?" : text.substr(1));
    if (!root_.contains(pointer)) return fault(path, "points to '" + text + "', which is not there");
    return {};
  }

  Status keyword(Shape shape, const Json& value, const std::string& path, int depth) {
    const bool texts =
        value.is_array() && std::all_of(value.begin(), value.end(), [](const Json& v) { return v.is_string(); });
    switch (shape) {
      case Shape::Any:
        return {};
      case Shape::Schema:
        return schema(value, path, depth + 1);
      case Shape::Schemas:
        if (!value.is_array() || value.empty()) return fault(path, "must be a list of schemas");
        return all(value, path, depth, false);
      case Shape::SchemaMap:
      case Shape::PatternMap:
        if (!value.is_object()) return fault(path, "must be an object of schemas");
        return all(value, path, depth, shape == Shape::PatternMap);
      case Shape::Count:
        return demand(value.is_number_unsigned(), path, "must be a whole number, 0 or more");
      case Shape::Number:
        return demand(value.is_number() && (!path.ends_with("/multipleOf") || value.get<double>() > 0), path,
                      "must be a number (multipleOf: above 0)");
      case Shape::Texts:
        return demand(texts, path, "must be a list of texts");
      case Shape::Types:
        return demand(is_known_type(value) || (value.is_array() && !value.empty() &&
                                               std::all_of(value.begin(), value.end(), is_known_type)),
                      path, "must be null, boolean, object, array, number, integer or string, or a list of these");
      case Shape::List:
        return demand(value.is_array(), path, "must be a list");
      case Shape::Flag:
        return demand(value.is_boolean(), path, "must be true or false");
      case Shape::Pattern:
        if (!value.is_string()) return fault(path, "must be a text");
        return compile(value.get<std::string>(), path);
      case Shape::Reference:
        return reference(value, path);
    }
    return {};
  }

  const Json& root_;
  Patterns& patterns_;
};

bool is_integer(const Json& value) {
  return value.is_number_integer() || (value.is_number() && std::floor(value.get<double>()) == value.get<double>());
}

bool has_type(const Json& value, std::string_view type) {
  if (type == "integer") return is_integer(value);
  if (type == "number") return value.is_number();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  return value.is_null();
}

/// One validation: the first fault it meets, with its path.
class Visit {
 public:
  Visit(const Json& root, const Patterns& patterns) : root_(root), patterns_(patterns) {}

  [[nodiscard]] bool endless() const { return endless_; }

  std::optional<std::string> check(const Json& schema, const Json& value, const std::string& path, int depth) {
    if (depth > kDepthMax) {
      endless_ = true;
      return path + ": the schema goes round in circles";
    }
    if (schema.is_boolean()) return schema.get<bool>() ? std::nullopt : at(path, "is not allowed");
    if (auto fault = plain(schema, value, path)) return fault;
    if (auto fault = value.is_object() ? object(schema, value, path, depth) : std::nullopt) return fault;
    if (auto fault = value.is_array() ? array(schema, value, path, depth) : std::nullopt) return fault;
    return combined(schema, value, path, depth);
  }

 private:
  using Fault = std::optional<std::string>;

  static Fault at(const std::string& path, const std::string& message) {
    return (path.empty() ? "the answer" : path) + " " + message;
  }
  bool valid(const Json& schema, const Json& value, int depth) { return !check(schema, value, {}, depth + 1); }

  Fault plain(const Json& schema, const Json& value, const std::string& path) const {
    if (schema.contains("type")) {
      const Json& type = schema["type"];
      const auto fits = [&](const Json& t) { return has_type(value, t.get_ref<const std::string&>()); };
      const bool good = type.is_string() ? fits(type) : std::any_of(type.begin(), type.end(), fits);
      if (!good) return at(path, "is not of type " + type.dump());
    }
    if (schema.contains("const") && schema["const"] != value) return at(path, "is not " + schema["const"].dump());
    if (schema.contains("enum") &&
        std::find(schema["enum"].begin(), schema["enum"].end(), value) == schema["enum"].end()) {
      return at(path, "is none of " + schema["enum"].dump());
    }
    if (value.is_string()) return text(schema, value.get_ref<const std::string&>(), path);
    if (value.is_number()) return number(schema, value.get<double>(), path);
    return std::nullopt;
  }

  Fault text(const Json& schema, const std::string& value, const std::string& path) const {
    const std::size_t length = code_points(value).size();
    if (schema.contains("minLength") && length < schema["minLength"].get<std::size_t>()) {
      return at(path, "is too short");
    }
    if (schema.contains("maxLength") && length > schema["maxLength"].get<std::size_t>()) return at(path, "is too long");
    if (schema.contains("pattern") && !patterns_.at(schema["pattern"]).found_in(value)) {
      return at(path, "does not match " + schema["pattern"].dump());
    }
    return std::nullopt;
  }

  static Fault number(const Json& schema, double value, const std::string& path) {
    const auto bound = [&](const char* key) { return schema[key].get<double>(); };
    if (schema.contains("minimum") && value < bound("minimum")) return at(path, "is below the minimum");
    if (schema.contains("maximum") && value > bound("maximum")) return at(path, "is above the maximum");
    if (schema.contains("exclusiveMinimum") && value <= bound("exclusiveMinimum")) {
      return at(path, "is not above the minimum");
    }
    if (schema.contains("exclusiveMaximum") && value >= bound("exclusiveMaximum")) {
      return at(path, "is not below the maximum");
    }
    if (schema.contains("multipleOf")) {
      const double times = value / bound("multipleOf");
      if (std::abs(times - std::round(times)) > 1e-9 * std::max(1.0, std::abs(times))) {
        return at(path, "is no multiple of " + schema["multipleOf"].dump());
      }
    }
    return std::nullopt;
  }

  static Fault size(const Json& schema, const char* min, const char* max, std::size_t found, const std::string& path) {
    if (schema.contains(min) && found < schema[min].get<std::size_t>()) return at(path, "has too few entries");
    if (schema.contains(max) && found > schema[max].get<std::size_t>()) return at(path, "has too many entries");
    return std::nullopt;
  }

  Fault member(const Json& schema, const std::string& key, const Json& value, const std::string& path, int depth) {
    bool known = false;
    if (schema.contains("properties") && schema["properties"].contains(key)) {
      known = true;
      if (auto fault = check(schema["properties"][key], value, path, depth + 1)) return fault;
    }
    if (schema.contains("patternProperties")) {
      for (const auto& rule : schema["patternProperties"].items()) {
        if (!patterns_.at(rule.key()).found_in(key)) continue;
        known = true;
        if (auto fault = check(rule.value(), value, path, depth + 1)) return fault;
      }
    }
    if (known || !schema.contains("additionalProperties")) return std::nullopt;
    return check(schema["additionalProperties"], value, path, depth + 1);
  }

  Fault object(const Json& schema, const Json& value, const std::string& path, int depth) {
    if (schema.contains("required")) {
      for (const Json& key : schema["required"]) {
        if (!value.contains(key.get_ref<const std::string&>())) return at(path, "lacks " + key.dump());
      }
    }
    if (auto fault = size(schema, "minProperties", "maxProperties", value.size(), path)) return fault;
    for (const auto& field : value.items()) {
      if (auto fault = member(schema, field.key(), field.value(), path + "/" + field.key(), depth)) return fault;
    }
    return std::nullopt;
  }

  Fault array(const Json& schema, const Json& value, const std::string& path, int depth) {
    if (auto fault = size(schema, "minItems", "maxItems", value.size(), path)) return fault;
    if (schema.value("uniqueItems", false) && std::set<Json>(value.begin(), value.end()).size() < value.size()) {
      return at(path, "has an entry twice");
    }
    const std::size_t prefix = schema.contains("prefixItems") ? schema["prefixItems"].size() : 0;
    for (std::size_t i = 0; i < value.size(); ++i) {
      const Json* rule = i < prefix ? &schema["prefixItems"][i] : schema.contains("items") ? &schema["items"] : nullptr;
      if (rule == nullptr) continue;
      if (auto fault = check(*rule, value[i], path + "/" + std::to_string(i), depth + 1)) return fault;
    }
    if (schema.contains("contains") &&
        std::none_of(value.begin(), value.end(), [&](const Json& v) { return valid(schema["contains"], v, depth); })) {
      return at(path, "has no entry of the kind that it must contain");
    }
    return std::nullopt;
  }

  Fault combined(const Json& schema, const Json& value, const std::string& path, int depth) {
    const auto count = [&](const char* key) {
      return std::count_if(schema[key].begin(), schema[key].end(),
                           [&](const Json& part) { return valid(part, value, depth); });
    };
    if (schema.contains("$ref")) {
      const Json& target = root_.at(Json::json_pointer(schema["$ref"].get<std::string>().substr(1)));
      if (auto fault = check(target, value, path, depth + 1)) return fault;
    }
    if (schema.contains("allOf")) {
      for (const Json& part : schema["allOf"]) {
        if (auto fault = check(part, value, path, depth + 1)) return fault;
      }
    }
    if (schema.contains("anyOf") && count("anyOf") == 0) return at(path, "fits none of the alternatives");
    if (schema.contains("oneOf") && count("oneOf") != 1) {
      return at(path, "does not fit exactly one of the alternatives");
    }
    if (schema.contains("not") && valid(schema["not"], value, depth)) {
      return at(path, "is of a kind that it must not be");
    }
    if (!schema.contains("if")) return std::nullopt;
    const char* branch = valid(schema["if"], value, depth) ? "then" : "else";
    return schema.contains(branch) ? check(schema[branch], value, path, depth + 1) : std::nullopt;
  }

  const Json& root_;
  const Patterns& patterns_;
  bool endless_ = false;
};

}  // namespace

struct JsonSchema::Compiled {
  Json schema;
  Patterns patterns;
};

Result<JsonSchema> JsonSchema::compile(const Json& schema) {
  auto compiled = std::make_shared<Compiled>();
  compiled->schema = schema;
  if (auto surveyed = Survey(compiled->schema, compiled->patterns).schema(compiled->schema, {}); !surveyed) {
    return fail(surveyed.error());
  }
  return JsonSchema(std::move(compiled));
}

Result<std::optional<std::string>> JsonSchema::validate(const Json& value) const {
  Visit visit(compiled_->schema, compiled_->patterns);
  auto fault = visit.check(compiled_->schema, value, {}, 0);
  if (visit.endless()) return fail(ErrorKind::Malformed, "the schema refers to itself without end");
  return fault;
}

}  // namespace pawl::grading

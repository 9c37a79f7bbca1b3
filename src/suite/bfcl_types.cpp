#include "suite/bfcl_types.h"

#include <string_view>

#include <nlohmann/json.hpp>

namespace pawl::suite {
namespace {

using Json = nlohmann::json;

constexpr const char* kKept = "x-bfcl-type";

struct TypeName {
  std::string_view bfcl;
  std::string_view schema;
};
constexpr TypeName kTypes[] = {
    {"dict", "object"},     {"float", "number"},   {"tuple", "array"},      {"any", "string"},     {"bool", "boolean"},
    {"list", "array"},      {"double", "number"},  {"long", "integer"},     {"short", "integer"},  {"byte", "integer"},
    {"char", "string"},     {"String", "string"},  {"Boolean", "boolean"},  {"Bigint", "integer"}, {"Array", "array"},
    {"ArrayList", "array"}, {"HashMap", "object"}, {"Hashtable", "object"}, {"Queue", "array"},    {"Stack", "array"},
    {"Any", "string"},
};

std::string to_schema(const std::string& type) {
  for (const TypeName& pair : kTypes) {
    if (pair.bfcl == type) return std::string(pair.schema);
  }
  return type;
}

/// The usual word of BFCL for a type of JSON Schema.
std::string to_bfcl(const std::string& type) { return type == "object" ? "dict" : type == "number" ? "float" : type; }

}  // namespace

Json to_json_schema(const Json& parameters) {
  if (parameters.is_array()) {
    Json list = Json::array();
    for (const Json& item : parameters) list.push_back(to_json_schema(item));
    return list;
  }
  if (!parameters.is_object()) return parameters;
  Json out = Json::object();
  for (const auto& [key, value] : parameters.items()) {
    if (key == "type" && value.is_string()) {
      const std::string type = to_schema(value.get<std::string>());
      out[key] = type;
      if (to_bfcl(type) != value) out[kKept] = value;
    } else {
      // Defaults and enumerations are data: what looks like a type there is none.
      out[key] = key == "default" || key == "enum" ? value : to_json_schema(value);
    }
  }
  return out;
}

Json to_bfcl_types(const Json& schema) {
  if (schema.is_array()) {
    Json list = Json::array();
    for (const Json& item : schema) list.push_back(to_bfcl_types(item));
    return list;
  }
  if (!schema.is_object()) return schema;
  Json out = Json::object();
  for (const auto& [key, value] : schema.items()) {
    if (key == kKept) continue;
    if (key == "type" && value.is_string()) {
      out[key] = schema.contains(kKept) ? schema[kKept] : Json(to_bfcl(value.get<std::string>()));
    } else out[key] = key == "default" || key == "enum" ? value : to_bfcl_types(value);
  }
  return out;
}

}  // namespace pawl::suite

#include "cli/yaml_json.h"

#include <charconv>
#include <optional>

#include <yaml-cpp/yaml.h>

namespace pawl::cli {
namespace {

using nlohmann::json;

constexpr int kDeepest = 32;

std::optional<std::int64_t> whole_number(const std::string& text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, value);
  return problem == std::errc{} && stop == end ? std::optional(value) : std::nullopt;
}

json scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return text;  // quoted
  if (text == "true") return true;
  if (text == "false") return false;
  if (const auto number = whole_number(text)) return *number;
  return text;
}

json convert(const YAML::Node& node, int depth) {
  if (depth > kDeepest) throw YAML::ParserException(node.Mark(), "nested too deep");
  if (node.IsScalar()) return scalar(node);
  if (node.IsSequence()) {
    json list = json::array();
    for (const YAML::Node& item : node) list.push_back(convert(item, depth + 1));
    return list;
  }
  if (!node.IsMap()) return nullptr;
  json object = json::object();
  for (const auto& field : node) {
    if (!field.first.IsScalar()) throw YAML::ParserException(field.first.Mark(), "a key must be a text");
    object[field.first.Scalar()] = convert(field.second, depth + 1);
  }
  return object;
}

}  // namespace

Result<json> parse_yaml(const std::string& text) {
  try {
    return convert(YAML::Load(text), 0);
  } catch (const YAML::Exception& e) {
    return fail(ErrorKind::Malformed, "line " + std::to_string(e.mark.line + 1) + ", column " +
                                          std::to_string(e.mark.column + 1) + ": " + e.msg);
  }
}

}  // namespace pawl::cli

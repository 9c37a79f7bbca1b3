#include "yaml_json.h"

#include <cstdint>

#include <yaml-cpp/yaml.h>

namespace pawl::codec {
namespace {

nlohmann::json scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return text;  // quoted
  if (text == "true") return true;
  if (text == "false") return false;
  const bool digits =
      !text.empty() && text.find_first_not_of("0123456789", text[0] == '-' ? 1 : 0) == std::string::npos;
  if (digits && text != "-") return std::int64_t{std::stoll(text)};
  return text;
}

nlohmann::json convert(const YAML::Node& node) {
  if (node.IsScalar()) return scalar(node);
  if (node.IsSequence()) {
    auto list = nlohmann::json::array();
    for (const YAML::Node& item : node) list.push_back(convert(item));
    return list;
  }
  if (!node.IsMap()) return nullptr;
  auto object = nlohmann::json::object();
  for (const auto& field : node) object[field.first.Scalar()] = convert(field.second);
  return object;
}

}  // namespace

nlohmann::json load_yaml(const std::string& path) { return convert(YAML::LoadFile(PAWL_SOURCE_DIR "/" + path)); }

}  // namespace pawl::codec

#include "cli/yaml_json.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <yaml-cpp/yaml.h>

namespace pawl::cli {
namespace {

using nlohmann::json;

constexpr int kDeepest = 32;
constexpr std::size_t kLeastNodes = 1000;

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

/// Aliases are written out: what they may blow the text up to is bounded by its length.
class Converter {
 public:
  explicit Converter(std::size_t bytes) : left_(kLeastNodes + 2 * bytes) {}

  json convert(const YAML::Node& node, int depth = 0) {
    if (depth > kDeepest) throw YAML::ParserException(node.Mark(), "nested too deep");
    if (left_ == 0) throw YAML::ParserException(node.Mark(), "made too large by aliases; write them out");
    --left_;
    if (node.IsScalar()) return text_or_value(node);
    if (node.IsSequence()) {
      json list = json::array();
      for (const YAML::Node& item : node) list.push_back(convert(item, depth + 1));
      return list;
    }
    if (!node.IsMap()) return nullptr;
    json object = json::object();
    for (const auto& field : node) {
      if (!field.first.IsScalar()) throw YAML::ParserException(field.first.Mark(), "a key must be a text");
      const std::string& key = field.first.Scalar();
      if (object.contains(key)) {
        throw YAML::ParserException(field.first.Mark(), "\"" + key + "\" is written twice; keep one");
      }
      object[key] = convert(field.second, depth + 1);
    }
    return object;
  }

 private:
  json text_or_value(const YAML::Node& node) {
    left_ -= std::min(left_, node.Scalar().size());
    return scalar(node);
  }

  std::size_t left_;  ///< values, and bytes of texts
};

/// A literal block ends with one line break, does not begin with a blank, and has no character that must be escaped or
/// that YAML 1.1 takes for a line break.
bool fits_a_block(const std::string& text) {
  if (text.size() < 2 || text.back() != '\n' || text[text.size() - 2] == '\n') return false;
  if (text.front() == ' ' || text.front() == '\n') return false;
  for (const char* special : {"\u0085", "\u2028", "\u2029", "\ufeff"}) {
    if (text.find(special) != std::string::npos) return false;
  }
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c == '\n' || (c >= ' ' && c != 0x7f); });
}

void emit(YAML::Emitter& out, const json& value) {
  if (value.is_object()) {
    out << YAML::BeginMap;
    for (const auto& [key, item] : value.items()) {
      out << YAML::Key << key << YAML::Value;
      emit(out, item);
    }
    out << YAML::EndMap;
  } else if (value.is_array()) {
    out << YAML::BeginSeq;
    for (const json& item : value) emit(out, item);
    out << YAML::EndSeq;
  } else if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (fits_a_block(text)) out << YAML::Literal << text;
    else out << YAML::DoubleQuoted << text;
  } else {
    out << value.dump();
  }
}

}  // namespace

std::string print_yaml(const json& value) {
  YAML::Emitter out;
  emit(out, value);
  return std::string(out.c_str()) + "\n";
}

Result<json> parse_yaml(const std::string& text) {
  try {
    return Converter(text.size()).convert(YAML::Load(text));
  } catch (const YAML::Exception& e) {
    return fail(ErrorKind::Malformed, "line " + std::to_string(e.mark.line + 1) + ", column " +
                                          std::to_string(e.mark.column + 1) + ": " + e.msg);
  }
}

}  // namespace pawl::cli

#include "suite/import_parts.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "json/clip.h"
#include "json/parse.h"
#include "suite/canonical.h"
#include "suite/words.h"

namespace pawl::suite {
namespace {

using domain::Case;

constexpr std::size_t kFileMax = std::size_t{64} << 20;
constexpr std::size_t kTagMax = 253;

bool id_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == ':' || c == '/' || c == '-';
}

std::string as_id(std::string text) {
  for (char& c : text) c = id_character(c) ? c : '-';
  text.resize(std::min<std::size_t>(text.size(), 240));
  return text;
}

/// What is wrong with a case, as its reader would say; empty: nothing.
std::string fault_of(const Case& one) {
  json::Reading reading;
  const Json json = case_json(one);
  (void)read_case(json::Cursor(json, "", reading));
  return reading.ok() ? "" : reading.faults().front().path + ": " + reading.faults().front().message;
}

// --- YAML

class YamlReader {
 public:
  explicit YamlReader(std::size_t bytes) : left_(1000 + bytes * 20) {}

  Json convert(const YAML::Node& node, std::size_t depth = 0) {
    if (left_ == 0 || depth > 64) {
      too_large_ = true;
      return nullptr;
    }
    --left_;
    if (node.IsScalar()) return scalar(node);
    if (node.IsSequence()) {
      Json list = Json::array();
      for (const YAML::Node& item : node) list.push_back(convert(item, depth + 1));
      return list;
    }
    if (!node.IsMap()) return nullptr;
    Json object = Json::object();
    for (const auto& field : node) {
      object[field.first.IsScalar() ? field.first.Scalar() : "?"] = convert(field.second, depth + 1);
    }
    return object;
  }
  [[nodiscard]] bool too_large() const { return too_large_; }

 private:
  Json scalar(const YAML::Node& node) {
    const std::string& text = node.Scalar();
    left_ -= std::min(left_, text.size());
    if (node.Tag() == "!") return text;  // quoted
    if (text == "true" || text == "True") return true;
    if (text == "false" || text == "False") return false;
    if (text == "null" || text == "~" || text.empty()) return nullptr;
    const Json number = Json::parse(text, nullptr, false);
    return number.is_number() ? number : Json(text);
  }

  std::size_t left_;
  bool too_large_ = false;
};

}  // namespace

void Gathering::add(Case one) {
  ++count_;
  if (one.id.empty()) one.id = as_id(fmt::format("{}-{}", options_.name, count_));
  else one.id = as_id(one.id);
  if (one.capability.empty()) one.capability = options_.capability;
  if (one.expect.empty()) return unmapped("case without an expectation that can be judged here: left out");
  const std::string wanted = one.id;
  for (std::size_t n = 2; ids_.count(one.id) > 0; ++n) one.id = fmt::format("{}-{}", wanted, n);
  if (one.id != wanted) unmapped("id used twice: numbered");
  if (const std::string fault = fault_of(one); !fault.empty()) {
    unmapped("case left out");
    return this->fault(0, fmt::format("case {}: {}", count_, fault));
  }
  ids_.insert(one.id);
  result_.cases.push_back(std::move(one));
}

std::string Gathering::capability(const std::string& name) {
  std::string out;
  for (const char c : name.substr(0, 63)) {
    if (c >= 'A' && c <= 'Z') out += static_cast<char>(c - 'A' + 'a');
    else out += (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '-';
  }
  while (!out.empty() && out.front() == '-') out.erase(0, 1);
  while (!out.empty() && out.back() == '-') out.pop_back();
  if (out != name) unmapped("capability not in a-z, 0-9 and '-': rewritten");
  return out;
}

void Gathering::metadata(const Json& metadata, Case& one) {
  if (metadata.is_null()) return;
  if (!metadata.is_object()) return unmapped("metadata that is no object");
  for (const auto& [key, value] : metadata.items()) {
    if (key == "capability" && value.is_string()) one.capability = capability(value.get<std::string>());
    else if (key == "id" && value.is_string()) one.id = value.get<std::string>();
    else if (key == "canary" && value.is_string()) one.canary = value.get<std::string>();
    else if (key == "tags" && value.is_array()) {
      for (const std::string& tag : texts_of(value)) {
        if (tag.empty() || tag.size() > kTagMax) unmapped("tag that is empty or long");
        else one.tags.push_back(tag);
      }
    } else if (value.is_primitive() && !value.is_null() && key.size() + text_of(value).size() < kTagMax) {
      one.tags.push_back(key + "=" + text_of(value));
    } else {
      unmapped("metadata " + json::clip(key, 60));
    }
  }
}

std::string as_utf8(std::string_view text, Gathering& into) {
  if (text.size() > kFileMax) {
    into.fault(0, fmt::format("the file has {} bytes; split it into files below {}", text.size(), kFileMax));
    return "";
  }
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  std::string valid = json::clip(text, text.size());
  if (valid != text) into.unmapped("bytes that are not UTF-8: replaced by ?");
  return valid;
}

domain::Expectation expectation(std::string grader, const Json& parameters) {
  domain::Expectation out;
  out.grader = std::move(grader);
  out.parameters = canonical_json(parameters);
  return out;
}

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.is_null() ? "" : canonical_json(value);
}

std::vector<std::string> texts_of(const Json& value) {
  if (!value.is_array()) return {text_of(value)};
  std::vector<std::string> texts;
  for (const Json& item : value) texts.push_back(text_of(item));
  return texts;
}

std::optional<std::vector<domain::Message>> messages_of(const Json& list, Gathering& into) {
  if (!list.is_array() || list.empty()) return std::nullopt;
  std::vector<domain::Message> messages;
  for (const Json& item : list) {
    if (!item.is_object() || !item.contains("role") || !item["role"].is_string() || !item.contains("content")) {
      return std::nullopt;
    }
    const std::string name = item["role"].get<std::string>();
    const auto role = json::enum_value(kRoleNames, name == "developer" ? std::string("system") : name);
    if (!role) {
      into.unmapped("message role " + json::clip(name, 60) + ": case left out");
      return std::nullopt;
    }
    domain::Message message{*role, ""};
    const Json& content = item["content"];
    if (content.is_array()) {
      for (const Json& part : content) {
        if (part.is_object() && part.value("type", Json()) == "text" && part.contains("text")) {
          message.content += text_of(part["text"]);
        } else into.unmapped("message content that is no text");
      }
    } else {
      message.content = text_of(content);
    }
    for (const auto& [key, value] : item.items()) {
      if (key != "role" && key != "content") into.unmapped("message field " + json::clip(key, 60));
    }
    messages.push_back(std::move(message));
  }
  return messages;
}

std::optional<std::vector<CsvRow>> parse_csv(std::string_view text) {
  std::vector<CsvRow> rows;
  std::size_t line = 1;
  CsvRow row{line, {}};
  std::string cell;
  bool quoted = false;
  const auto end_row = [&] {
    row.cells.push_back(std::move(cell));
    cell.clear();
    if (row.cells.size() > 1 || !row.cells[0].empty()) rows.push_back(std::move(row));
    row = {line, {}};
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') ++line;
    if (quoted) {
      if (c != '"') cell += c;
      else if (i + 1 < text.size() && text[i + 1] == '"') cell += text[i++];
      else quoted = false;
    } else if (c == '"' && cell.empty()) {
      quoted = true;
    } else if (c == ',') {
      row.cells.push_back(std::move(cell));
      cell.clear();
    } else if (c == '\n') {
      end_row();
    } else if (c != '\r' || (i + 1 < text.size() && text[i + 1] != '\n')) {
      cell += c;
    }
  }
  if (quoted) return std::nullopt;
  if (!cell.empty() || !row.cells.empty()) end_row();
  return rows;
}

Result<Json> parse_yaml(std::string_view text) {
  if (auto json = json::parse_bounded(text, {.bytes = kFileMax, .depth = 64})) return json;
  try {
    YamlReader reader(text.size());
    Json value = reader.convert(YAML::Load(std::string(text)));
    if (reader.too_large()) {
      return fail(ErrorKind::Malformed, "nested too deeply, or made large by aliases; write it out plainly");
    }
    return value;
  } catch (const YAML::Exception& error) {
    return fail(ErrorKind::Malformed,
                fmt::format("not YAML: line {}: {}", error.mark.line + 1, json::clip(error.msg, 200)));
  }
}

std::vector<JsonLine> json_lines(std::string_view text, Gathering& into) {
  std::vector<JsonLine> lines;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    auto parsed = json::parse_bounded(line, {.bytes = kLineBytesMax, .depth = 64});
    if (!parsed) into.fault(number, parsed.error().message + "; each line must be one JSON object");
    else if (!parsed->is_object()) into.fault(number, "must be one JSON object");
    else lines.push_back({number, std::move(*parsed)});
  }
  return lines;
}

}  // namespace pawl::suite

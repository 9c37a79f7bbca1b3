#include "suite/case_codec.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/sha256.h"
#include "json/parse.h"
#include "suite/canonical.h"
#include "suite/parameters.h"
#include "suite/words.h"

namespace pawl::suite {
namespace {

using domain::Case;
using domain::Expectation;
using json::Cursor;

constexpr json::Length kText{0, kLineBytesMax};
constexpr json::Length kShort{0, 1024};
constexpr json::Between kWeight{0, 1e6};
/// (0,1]: the cursor excludes both ends, and 1 must be allowed.
constexpr json::Between kThreshold{0, 1.0000000001};

bool is_id(const std::string& id) {
  return std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == ':' || c == '/' || c == '-';
  });
}

bool is_capability(const std::string& name) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !name.empty() && plain(name.front()) && plain(name.back()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return plain(c) || c == '-'; });
}

bool is_grader(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

std::vector<domain::Message> read_input(const Cursor& at) {
  std::vector<domain::Message> input;
  for (const Cursor& item : at.required_objects("input", 1000)) {
    item.refuse_others({"role", "content"});
    domain::Message message;
    if (!item.has("role")) item.fault_at("role", "is required: system, user, assistant or tool");
    message.role = item.optional_enum("role", kRoleNames).value_or(message.role);
    message.content = item.required_string("content", kText);
    input.push_back(std::move(message));
  }
  return input;
}

std::string read_tools(const Cursor& at) {
  const Json* tools = at.raw("tools");
  if (tools == nullptr) return "";
  if (!tools->is_array() || tools->empty()) {
    at.fault_at("tools", "must be a list of tool definitions; leave the field out if there are none");
    return "";
  }
  for (const Cursor& tool : at.objects("tools", 1000)) (void)tool.has("function");
  return canonical_json(*tools);
}

std::string read_parameters(const Cursor& at, const std::string& grader) {
  const auto parameters = at.optional_object("parameters");
  check_parameters(grader, parameters ? *parameters : at.object_or_empty("parameters"));
  return parameters ? canonical_json(*at.raw("parameters")) : "{}";
}

Expectation read_expectation(const Cursor& at) {
  at.refuse_others({"grader", "parameters", "not", "weight", "threshold", "metric"});
  Expectation read;
  read.grader = at.required_string("grader", {1, 63});
  if (!read.grader.empty() && !is_grader(read.grader)) {
    at.fault_at("grader", "may hold a-z, 0-9 and '-' only, such as \"tool-calls\"");
  }
  read.parameters = read_parameters(at, read.grader);
  read.negate = at.optional_boolean("not").value_or(false);
  read.weight = at.optional_number("weight", kWeight).value_or(1);
  read.threshold = at.optional_number("threshold", kThreshold);
  read.metric = at.optional_string("metric", kShort).value_or("");
  return read;
}

domain::Provenance read_provenance(const Cursor& at) {
  at.refuse_others({"source", "reference", "revision", "incident", "reviewer", "date", "faulty", "correct"});
  const auto text = [&](std::string_view key) { return at.optional_string(key, kShort).value_or(""); };
  domain::Provenance read{text("source"),   text("reference"), text("revision"), text("incident"),
                          text("reviewer"), text("date"),      text("faulty"),   text("correct")};
  if (!read.date.empty()) (void)at.optional_time("date");
  return read;
}

Json expectation_json(const Expectation& one) {
  Json json{{"grader", one.grader}};
  Json parameters = Json::parse(one.parameters, nullptr, false);
  if (parameters.is_object() && !parameters.empty()) json["parameters"] = std::move(parameters);
  if (one.negate) json["not"] = true;
  if (one.weight != 1) json["weight"] = one.weight;
  if (one.threshold) json["threshold"] = *one.threshold;
  if (!one.metric.empty()) json["metric"] = one.metric;
  return json;
}

Json provenance_json(const domain::Provenance& from) {
  Json json = Json::object();
  const auto put = [&](const char* key, const std::string& text) {
    if (!text.empty()) json[key] = text;
  };
  put("source", from.source);
  put("reference", from.reference);
  put("revision", from.revision);
  put("incident", from.incident);
  put("reviewer", from.reviewer);
  put("date", from.date);
  put("faulty", from.faulty);
  put("correct", from.correct);
  return json;
}

/// What is judged.
Json content_json(const Case& one) {
  Json json{{"capability", one.capability}, {"input", Json::array()}, {"expect", Json::array()}};
  for (const domain::Message& message : one.input) {
    json["input"].push_back({{"role", json::enum_name(kRoleNames, message.role)}, {"content", message.content}});
  }
  for (const Expectation& expectation : one.expect) json["expect"].push_back(expectation_json(expectation));
  if (!one.tools.empty()) json["tools"] = Json::parse(one.tools, nullptr, false);
  if (one.threshold) json["threshold"] = *one.threshold;
  return json;
}

class LineReader {
 public:
  void take(std::size_t number, std::string_view line) {
    auto parsed = json::parse_bounded(line, {.bytes = kLineBytesMax, .depth = 64});
    if (!parsed) return fault(number, "", parsed.error().message + "; each line must be one JSON object");
    if (!parsed->is_object()) return fault(number, "", "must be one JSON object, such as {\"id\": ...}");
    json::Reading reading;
    Case one = read_case(Cursor(*parsed, "", reading));
    for (const json::Fault& each : reading.faults()) fault(number, each.path, each.message);
    if (!one.id.empty()) {
      const auto [it, fresh] = line_of_.emplace(one.id, number);
      if (!fresh) {
        return fault(number, "id",
                     fmt::format("\"{}\" was used on line {} already; give every case of a suite its own id", one.id,
                                 it->second));
      }
    }
    if (reading.ok()) file_.cases.push_back(std::move(one));
  }
  void fault(std::size_t number, std::string path, std::string message) {
    file_.faults.push_back({number, std::move(path), std::move(message)});
  }
  [[nodiscard]] bool full() const { return file_.cases.size() >= kCasesMax; }
  CaseFile finish() { return std::move(file_); }

 private:
  CaseFile file_;
  std::map<std::string, std::size_t> line_of_;
};

}  // namespace

std::string describe(const LineFault& fault) {
  std::string text = fault.line == 0 ? "" : fmt::format("line {}: ", fault.line);
  if (!fault.path.empty()) text += fault.path + ": ";
  return text + fault.message;
}

Case read_case(const Cursor& at) {
  at.refuse_others({"id", "capability", "input", "tools", "expect", "threshold", "canary", "provenance", "tags"});
  Case read;
  read.id = at.required_string("id", {1, 253});
  if (!is_id(read.id)) at.fault_at("id", "may hold letters, digits and . _ : / - only");
  read.capability = at.required_string("capability", {1, 63});
  if (!read.capability.empty() && !is_capability(read.capability)) {
    at.fault_at("capability", "must be a-z, 0-9 and '-', as the rollout names it, such as \"refunds\"");
  }
  read.input = read_input(at);
  read.tools = read_tools(at);
  for (const Cursor& item : at.required_objects("expect", 100)) read.expect.push_back(read_expectation(item));
  read.threshold = at.optional_number("threshold", kThreshold);
  read.canary = at.optional_string("canary", kShort).value_or("");
  read.provenance = read_provenance(at.object_or_empty("provenance"));
  read.tags = at.strings("tags", 100, {1, 253});
  return read;
}

CaseFile read_cases(std::string_view text) {
  LineReader reader;
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    if (reader.full()) {
      reader.fault(number, "", fmt::format("more than {} cases; make several suites", kCasesMax));
      break;
    }
    reader.take(number, line);
  }
  return reader.finish();
}

Json case_json(const Case& one) {
  Json json = content_json(one);
  json["id"] = one.id;
  if (!one.canary.empty()) json["canary"] = one.canary;
  if (Json from = provenance_json(one.provenance); !from.empty()) json["provenance"] = std::move(from);
  if (!one.tags.empty()) json["tags"] = one.tags;
  return json;
}

std::string write_case(const Case& one) { return canonical_json(case_json(one)); }

std::string write_cases(const std::vector<Case>& cases) {
  std::string text;
  for (const Case& one : cases) text += write_case(one) + "\n";
  return text;
}

std::string case_digest(const Case& one) { return sha256_hex(write_case(one)); }

std::string content_digest(const Case& one) { return sha256_hex(canonical_json(content_json(one))); }

std::string suite_digest(const std::vector<Case>& cases) {
  std::vector<std::string> lines;
  lines.reserve(cases.size());
  for (const Case& one : cases) lines.push_back(one.id + " " + case_digest(one) + "\n");
  std::sort(lines.begin(), lines.end());
  std::string text;
  for (const std::string& line : lines) text += line;
  return sha256_hex(text);
}

std::map<std::string, std::size_t> counts_by_capability(const std::vector<Case>& cases) {
  std::map<std::string, std::size_t> counts;
  for (const Case& one : cases) ++counts[one.capability];
  return counts;
}

}  // namespace pawl::suite

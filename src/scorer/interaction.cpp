#include "scorer/interaction.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace pawl::scorer {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostRecords = 1000;
constexpr std::size_t kMostCalls = 32;
constexpr std::size_t kMostEvents = 16;
constexpr std::size_t kLongestKind = 63;
constexpr std::size_t kLongestText = 4096;  // what the graders' regular expressions can stand

std::string text_of(const Json& object, const char* key) {
  const auto it = object.find(key);
  if (it == object.end() || !it->is_string()) return "";
  return it->get<std::string>().substr(0, kLongestText);
}

int count_of(const Json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_number_integer()
             ? static_cast<int>(std::clamp<std::int64_t>(it->get<std::int64_t>(), 0, 1'000'000'000))
             : 0;
}

std::vector<ToolCall> calls_of(const Json& record) {
  std::vector<ToolCall> out;
  const auto it = record.find("tool_calls");
  if (it == record.end() || !it->is_array()) return out;
  for (const Json& call : *it) {
    if (!call.is_object() || out.size() == kMostCalls) continue;
    const auto arguments = call.find("arguments");
    std::string text = "{}";
    if (arguments != call.end()) {
      text = arguments->is_string() ? arguments->get<std::string>()
                                    : arguments->dump(-1, ' ', false, Json::error_handler_t::replace);
    }
    out.push_back({text_of(call, "name"), text.substr(0, kLongestText)});
  }
  return out;
}

bool is_kind(const std::string& text) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  };
  // These two are the scorer's own.
  return !text.empty() && text.size() <= kLongestKind && std::ranges::all_of(text, plain) && text != "error" &&
         text != "ungraded";
}

std::vector<std::string> events_of(const Json& record) {
  std::vector<std::string> out;
  const auto it = record.find("events");
  if (it == record.end() || !it->is_array()) return out;
  for (const Json& event : *it) {
    if (out.size() < kMostEvents && event.is_string() && is_kind(event.get<std::string>())) {
      out.push_back(event.get<std::string>());
    }
  }
  return out;
}

Result<Interaction> read_one(const Json& record, std::size_t index) {
  const auto fault = [&](const std::string& what) {
    return fail(ErrorKind::Malformed, "[" + std::to_string(index) + "]" + what);
  };
  if (!record.is_object()) return fault(": not an object");
  Interaction out;
  out.agent = text_of(record, "gen_ai.agent.name");
  out.claimed_revision = text_of(record, "agent.revision");
  out.conversation = text_of(record, "gen_ai.conversation.id");
  out.id = text_of(record, "interaction.id");
  if (out.id.empty()) return fault(".interaction.id: missing");
  const auto start = parse_rfc3339(text_of(record, "start_time"));
  const auto end = parse_rfc3339(text_of(record, "end_time"));
  if (!start) return fault(".start_time: not an RFC 3339 time");
  if (!end) return fault(".end_time: not an RFC 3339 time");
  out.start = *start;
  out.end = *end;
  out.capability = text_of(record, "capability");
  out.input = text_of(record, "input");
  out.output = text_of(record, "output");
  out.tool_calls = calls_of(record);
  if (const auto usage = record.find("usage"); usage != record.end() && usage->is_object()) {
    out.input_tokens = count_of(*usage, "input_tokens");
    out.output_tokens = count_of(*usage, "output_tokens");
  }
  out.error = text_of(record, "error");
  out.events = events_of(record);
  return out;
}

}  // namespace

Result<std::vector<Interaction>> read_interactions(std::string_view json) {
  const Json body = Json::parse(json, nullptr, false);
  if (body.is_discarded()) return fail(ErrorKind::Malformed, "the body is not JSON");
  const Json batch = body.is_array() ? body : Json::array({body});
  if (batch.size() > kMostRecords) {
    return fail(ErrorKind::Invalid, "a batch may hold " + std::to_string(kMostRecords) + " records");
  }
  std::vector<Interaction> out;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    auto one = read_one(batch[i], i);
    if (!one) return fail(one.error());
    out.push_back(std::move(*one));
  }
  return out;
}

std::string write_interaction(const Interaction& it) {
  Json record;
  record["gen_ai.agent.name"] = it.agent;
  record["agent.revision"] = it.claimed_revision;
  record["gen_ai.conversation.id"] = it.conversation;
  record["interaction.id"] = it.id;
  record["start_time"] = format_rfc3339(it.start);
  record["end_time"] = format_rfc3339(it.end);
  record["capability"] = it.capability;
  record["input"] = it.input;
  record["output"] = it.output;
  record["tool_calls"] = Json::array();
  for (const ToolCall& call : it.tool_calls) {
    record["tool_calls"].push_back(
        {{"name", call.name},
         {"arguments",
          Json::parse(call.arguments, nullptr, false).is_object() ? Json::parse(call.arguments) : Json::object()}});
  }
  record["usage"] = {{"input_tokens", it.input_tokens}, {"output_tokens", it.output_tokens}};
  record["error"] = it.error;
  record["events"] = it.events;
  return record.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace pawl::scorer

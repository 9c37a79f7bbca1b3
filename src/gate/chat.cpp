#include "gate/chat.h"

#include <nlohmann/json.hpp>

#include "json/clip.h"
#include "json/parse.h"
#include "suite/words.h"

namespace pawl::gate {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kShown = 200;
constexpr std::size_t kCallsMax = 1000;

Json messages_json(const domain::Case& one) {
  Json out = Json::array();
  for (const domain::Message& message : one.input) {
    out.push_back({{"role", json::enum_name(suite::kRoleNames, message.role)}, {"content", message.content}});
  }
  return out;
}

Json tools_json(const domain::Case& one) {
  Json tools = one.tools.empty() ? Json() : Json::parse(one.tools, nullptr, false);
  return tools.is_array() ? tools : Json::array();
}

std::string last_input(const domain::Case& one) {
  for (auto message = one.input.rbegin(); message != one.input.rend(); ++message) {
    if (message->role == domain::Role::User) return message->content;
  }
  return one.input.empty() ? std::string() : one.input.back().content;
}

void fill_text(std::string& text, const std::string& input) {
  constexpr std::string_view kInput = "{{input}}";
  for (std::size_t at = text.find(kInput); at != std::string::npos; at = text.find(kInput, at + input.size())) {
    text.replace(at, kInput.size(), input);
  }
}

/// Templates are the user's own and parsed with a bounded depth.
void fill(Json& value, const domain::Case& one, const std::string& input) {  // NOLINT(misc-no-recursion)
  if (value == "{{messages}}") value = messages_json(one);
  else if (value == "{{tools}}") value = tools_json(one);
  else if (value.is_string()) fill_text(value.get_ref<std::string&>(), input);
  else if (value.is_structured()) {
    for (Json& each : value) fill(each, one, input);
  }
}

Json chat_completion(const AgentShape& shape, const domain::Case& one) {
  Json body{{"model", shape.model}, {"messages", messages_json(one)}};
  if (Json tools = tools_json(one); !tools.empty()) body["tools"] = std::move(tools);
  return body;
}

domain::Answer failed(std::string why) {
  domain::Answer answer;
  answer.error = std::move(why);
  return answer;
}

bool is_pointer(const std::string& text) {
  if (text.empty() || text[0] != '/') return false;
  for (std::size_t at = text.find('~'); at != std::string::npos; at = text.find('~', at + 1)) {
    if (at + 1 == text.size() || (text[at + 1] != '0' && text[at + 1] != '1')) return false;
  }
  return true;
}

/// The value at a pointer that is_pointer accepts; nothing if it is not there. A key that is no index of a list is not
/// there.
const Json* found_at(const Json& body, const std::string& pointer) {
  const Json* at = &body;
  for (std::size_t begin = 1; begin <= pointer.size();) {
    const std::size_t end = std::min(pointer.find('/', begin), pointer.size());
    std::string key = pointer.substr(begin, end - begin);
    for (const auto& [mark, meant] : {std::pair{"~1", "/"}, std::pair{"~0", "~"}}) {
      for (std::size_t i = key.find(mark); i != std::string::npos; i = key.find(mark, i + 1)) key.replace(i, 2, meant);
    }
    const bool is_index = !key.empty() && key.size() <= 6 && key.find_first_not_of("0123456789") == std::string::npos;
    if (at->is_object() && at->contains(key)) at = &(*at)[key];
    else if (at->is_array() && is_index && std::stoul(key) < at->size()) at = &(*at)[std::stoul(key)];
    else return nullptr;
    begin = end + 1;
  }
  return at;
}

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

int count_at(const Json& usage, const char* key) {
  if (!usage.is_object() || !usage.contains(key) || !usage[key].is_number_integer()) return 0;
  const auto count = usage[key].get<std::int64_t>();
  return count < 0 || count > 1'000'000'000 ? 0 : static_cast<int>(count);
}

/// The calls of a message; nothing if they are no calls.
std::optional<std::vector<domain::ToolCall>> calls_of(const Json& message) {
  std::vector<domain::ToolCall> out;
  if (!message.contains("tool_calls") || message["tool_calls"].is_null()) return out;
  const Json& calls = message["tool_calls"];
  if (!calls.is_array() || calls.size() > kCallsMax) return std::nullopt;
  for (const Json& call : calls) {
    const Json* function = call.is_object() && call.contains("function") ? &call["function"] : nullptr;
    if (function == nullptr || !function->is_object() || !function->contains("name") ||
        !(*function)["name"].is_string()) {
      return std::nullopt;
    }
    out.push_back({(*function)["name"].get<std::string>(),
                   function->contains("arguments") ? text_of((*function)["arguments"]) : "{}"});
  }
  return out;
}

domain::Answer read_completion(const Json& body) {
  const Json* message = found_at(body, "/choices/0/message");
  if (message == nullptr || !message->is_object()) return failed("the response has no /choices/0/message");
  auto calls = calls_of(*message);
  if (!calls) return failed("the response's tool_calls are not a list of calls with a function's name");
  domain::Answer answer;
  if (message->contains("content") && (*message)["content"].is_string()) {
    answer.text = (*message)["content"].get<std::string>();
  } else if (calls->empty()) return failed("the response's message has neither text nor tool_calls");
  answer.tool_calls = std::move(*calls);
  if (const Json* usage = found_at(body, "/usage")) {
    answer.usage = {count_at(*usage, "prompt_tokens"), count_at(*usage, "completion_tokens")};
  }
  return answer;
}

}  // namespace

Status check_shape(const AgentShape& shape) {
  if (!shape.request.empty()) {
    if (const auto parsed = json::parse_bounded(shape.request); !parsed) {
      return fail(parsed.error().during("the request template is no JSON"));
    }
    if (shape.answer.empty()) {
      return fail(ErrorKind::Invalid,
                  "a request template needs to know where the answer stands; name a JSON pointer such as /output/text");
    }
  }
  if (!shape.answer.empty() && !is_pointer(shape.answer)) {
    return fail(ErrorKind::Invalid,
                "the answer's place '" + shape.answer + "' is no JSON pointer; write one such as /output/text");
  }
  return {};
}

std::string write_request(const AgentShape& shape, const domain::Case& one) {
  Json body = shape.request.empty() ? chat_completion(shape, one) : Json::parse(shape.request, nullptr, false);
  if (!shape.request.empty()) fill(body, one, last_input(one));
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

domain::Answer read_answer(const AgentShape& shape, int status, std::string_view body) {
  if (status < 200 || status > 299) {
    return failed("answered " + std::to_string(status) + ": " + json::clip(body, kShown));
  }
  const auto parsed = json::parse_bounded(body);
  if (!parsed) return failed("the response is no JSON: " + parsed.error().message);
  if (shape.answer.empty()) return read_completion(*parsed);
  const Json* found = found_at(*parsed, shape.answer);
  if (found == nullptr || found->is_null()) return failed("the response has nothing at " + shape.answer);
  domain::Answer answer;
  answer.text = text_of(*found);
  return answer;
}

}  // namespace pawl::gate

#include "model/http_model.h"

#include <httplib.h>

#include <nlohmann/json.hpp>

namespace pawl::demo {
namespace {

using Json = nlohmann::json;

Json write_message(const Message& m) {
  Json out{{"role", m.role}, {"content", m.content}};
  if (!m.tool_call_id.empty()) out["tool_call_id"] = m.tool_call_id;
  for (const ToolCall& call : m.tool_calls) {
    out["tool_calls"].push_back(
        {{"id", call.id}, {"type", "function"}, {"function", {{"name", call.name}, {"arguments", call.arguments}}}});
  }
  return out;
}

Json write_request(const std::string& model, const std::vector<Message>& messages, const std::vector<ToolSpec>& tools) {
  Json out{{"model", model}, {"temperature", 0}, {"messages", Json::array()}};
  for (const Message& m : messages) out["messages"].push_back(write_message(m));
  for (const ToolSpec& tool : tools) {
    out["tools"].push_back(
        {{"type", "function"},
         {"function",
          {{"name", tool.name}, {"description", tool.description}, {"parameters", Json::parse(tool.parameters)}}}});
  }
  return out;
}

Completion read_completion(const Json& body) {
  const Json& message = body.at("choices").at(0).at("message");
  Completion out;
  out.message.role = "assistant";
  if (message.contains("content") && message["content"].is_string()) {
    out.message.content = message["content"].get<std::string>();
  }
  if (message.contains("tool_calls") && message["tool_calls"].is_array()) {
    for (const Json& call : message["tool_calls"]) {
      const Json& function = call.at("function");
      out.message.tool_calls.push_back({call.at("id").get<std::string>(), function.at("name").get<std::string>(),
                                        function.at("arguments").get<std::string>()});
    }
  }
  if (body.contains("usage") && body["usage"].is_object()) {
    out.usage = {body["usage"].value("prompt_tokens", 0), body["usage"].value("completion_tokens", 0)};
  }
  return out;
}

}  // namespace

HttpModel::HttpModel(std::string url, std::string model, std::string key)
    : model_(std::move(model)), key_(std::move(key)) {
  const auto scheme = url.find("://");
  const auto path = url.find('/', scheme == std::string::npos ? 0 : scheme + 3);
  origin_ = url.substr(0, path);
  prefix_ = path == std::string::npos ? "" : url.substr(path);
  while (!prefix_.empty() && prefix_.back() == '/') prefix_.pop_back();
}

Result<Completion> HttpModel::complete(const std::vector<Message>& messages, const std::vector<ToolSpec>& tools) const {
  httplib::Client client(origin_);
  client.set_connection_timeout(5);
  client.set_read_timeout(60);
  if (!key_.empty()) client.set_bearer_token_auth(key_);
  try {
    const std::string request =
        write_request(model_, messages, tools).dump(-1, ' ', false, Json::error_handler_t::replace);
    const auto answer = client.Post(prefix_ + "/chat/completions", request, "application/json");
    if (!answer) return fail(ErrorKind::Unavailable, "the model did not answer: " + httplib::to_string(answer.error()));
    if (answer->status != 200) {
      return fail(ErrorKind::Unavailable, "the model answered " + std::to_string(answer->status));
    }
    return read_completion(Json::parse(answer->body));
  } catch (const Json::exception& e) {
    return fail(ErrorKind::Malformed, std::string("the model's answer: ") + e.what());
  }
}

}  // namespace pawl::demo

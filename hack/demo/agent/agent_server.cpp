#include "agent/agent_server.h"

#include <httplib.h>

#include <atomic>
#include <nlohmann/json.hpp>

#include "agent/answer.h"

namespace pawl::demo {
namespace {

using Json = nlohmann::json;

constexpr const char* kConversationHeader = "X-Conversation-Id";
constexpr std::size_t kThreads = 64;  // one per kept-alive connection; they sleep when idle

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::vector<Message> read_messages(const Json& body) {
  std::vector<Message> out;
  if (!body.is_object() || !body.contains("messages") || !body["messages"].is_array()) return out;
  for (const Json& m : body["messages"]) {
    if (!m.is_object() || !m.contains("role") || !m["role"].is_string() || !m.contains("content") ||
        !m["content"].is_string()) {
      continue;
    }
    out.push_back({m["role"].get<std::string>(), m["content"].get<std::string>()});
  }
  return out;
}

Json write_completion(const Answer& answer, const std::string& id, const std::string& digest) {
  return {{"id", id},
          {"object", "chat.completion"},
          {"model", "support-bot-" + digest.substr(0, 12)},
          {"choices", Json::array({{{"index", 0},
                                    {"finish_reason", "stop"},
                                    {"message", {{"role", "assistant"}, {"content", answer.text}}}}})},
          {"usage",
           {{"prompt_tokens", answer.usage.input_tokens},
            {"completion_tokens", answer.usage.output_tokens},
            {"total_tokens", answer.usage.input_tokens + answer.usage.output_tokens}}}};
}

}  // namespace

struct AgentServer::Impl {
  Behaviour behaviour;
  const ChatModel& model;
  Recorder& recorder;
  const Clock& clock;
  AgentNames names;
  std::atomic<std::uint64_t> served{0};
  std::string instance;  ///< makes interaction ids unique between restarts
  httplib::Server server = {};

  void chat(const httplib::Request& request, httplib::Response& response);
  void record(const std::string& id, const std::string& conversation, const std::string& input, const Answer& given,
              Instant start) const;
};

void AgentServer::Impl::chat(const httplib::Request& request, httplib::Response& response) {
  const Instant start = clock.wall();
  const std::vector<Message> messages = read_messages(Json::parse(request.body, nullptr, false));
  if (messages.empty()) {
    response.status = 400;
    response.set_content(R"({"error":{"message":"messages: missing","type":"invalid_request_error"}})",
                         "application/json");
    return;
  }
  const Answer given = answer(behaviour, model, messages);
  const std::string id = instance + "-" + std::to_string(++served);
  const std::string conversation = request.get_header_value(kConversationHeader);
  response.status = given.error.empty() ? 200 : 502;
  response.set_header("X-Agent-Revision", behaviour.digest);
  if (!conversation.empty()) response.set_header(kConversationHeader, conversation);
  const Json body = given.error.empty() ? write_completion(given, id, behaviour.digest)
                                        : Json{{"error", {{"message", given.error}, {"type", "model_error"}}}};
  response.set_content(text_of(body), "application/json");
  record(id, conversation, messages.back().content, given, start);
}

void AgentServer::Impl::record(const std::string& id, const std::string& conversation, const std::string& input,
                               const Answer& given, Instant start) const {
  if (!behaviour.reporting.report_failures && !given.helped) return;
  Json out;
  out["gen_ai.agent.name"] = names.agent;
  out["agent.revision"] = behaviour.reporting.report_as.empty() ? names.revision : behaviour.reporting.report_as;
  out["gen_ai.conversation.id"] = conversation;
  out["interaction.id"] = id;
  out["start_time"] = format_rfc3339(start);
  out["end_time"] = format_rfc3339(clock.wall());
  out["input"] = input;
  out["output"] = given.text;
  out["tool_calls"] = Json::array();
  for (const ToolCall& call : given.tool_calls) {
    out["tool_calls"].push_back({{"name", call.name}, {"arguments", Json::parse(call.arguments, nullptr, false)}});
  }
  out["usage"] = {{"input_tokens", given.usage.input_tokens}, {"output_tokens", given.usage.output_tokens}};
  out["error"] = given.error;
  recorder.record(text_of(out));
}

AgentServer::AgentServer(Behaviour behaviour, const ChatModel& model, Recorder& recorder, const Clock& clock,
                         AgentNames names)
    : impl_(new Impl{std::move(behaviour), model, recorder, clock, std::move(names), 0, ""}) {
  Impl& it = *impl_;
  if (it.names.revision.empty()) it.names.revision = it.behaviour.digest;
  it.instance = it.behaviour.digest.substr(0, 8) + "-" + std::to_string(clock.wall().time_since_epoch().count());
  it.server.set_tcp_nodelay(true);
  it.server.set_payload_max_length(1U << 20U);
  it.server.set_keep_alive_max_count(1'000'000);
  it.server.set_keep_alive_timeout(300);
  it.server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  it.server.Post("/v1/chat/completions",
                 [&it](const httplib::Request& request, httplib::Response& response) { it.chat(request, response); });
  it.server.Get("/revision", [&it](const httplib::Request&, httplib::Response& response) {
    response.set_content(Json{{"digest", it.behaviour.digest}}.dump(), "application/json");
  });
  it.server.Get("/healthz", [&it](const httplib::Request&, httplib::Response& response) {
    response.set_content(Json{{"ok", true}, {"served", it.served.load()}, {"records_lost", it.recorder.lost()}}.dump(),
                         "application/json");
  });
}

AgentServer::~AgentServer() = default;

bool AgentServer::serve(const std::string& host, int port) { return impl_->server.listen(host.c_str(), port); }

void AgentServer::stop() { impl_->server.stop(); }

}  // namespace pawl::demo

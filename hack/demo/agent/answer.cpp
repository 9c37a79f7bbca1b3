#include "agent/answer.h"

#include "agent/tools.h"

namespace pawl::demo {
namespace {

constexpr int kMostRounds = 4;

}  // namespace

Answer answer(const Behaviour& behaviour, const ChatModel& model, const std::vector<Message>& conversation) {
  std::vector<Message> messages{{"system", behaviour.prompt}};
  for (const Message& m : conversation) {
    if (m.role == "user" || m.role == "assistant") messages.push_back(m);
  }
  Answer out;
  for (int round = 0; round < kMostRounds; ++round) {
    auto completion = model.complete(messages, behaviour.tools);
    if (!completion) {
      out.error = completion.error().message;
      return out;
    }
    out.usage.input_tokens += completion->usage.input_tokens;
    out.usage.output_tokens += completion->usage.output_tokens;
    messages.push_back(completion->message);
    if (completion->message.tool_calls.empty()) {
      out.text = completion->message.content;
      out.helped = !out.tool_calls.empty();
      return out;
    }
    for (const ToolCall& call : completion->message.tool_calls) {
      messages.push_back({"tool", run_tool(call, behaviour.policy), {}, call.id});
      out.tool_calls.push_back(call);
    }
  }
  out.error = "the model kept calling tools";
  return out;
}

}  // namespace pawl::demo

#include "model/small_model.h"

#include <algorithm>

#include "model/choose.h"
#include "model/render.h"

namespace pawl::demo {
namespace {

const Message* last_with_role(const std::vector<Message>& messages, std::string_view role) {
  const auto it = std::find_if(messages.rbegin(), messages.rend(), [&](const Message& m) { return m.role == role; });
  return it == messages.rend() ? nullptr : &*it;
}

std::string tool_name_of(const std::vector<Message>& messages, const std::string& call_id) {
  for (auto m = messages.rbegin(); m != messages.rend(); ++m) {
    for (const ToolCall& call : m->tool_calls) {
      if (call.id == call_id) return call.name;
    }
  }
  return "";
}

std::vector<ToolResult> results_since_the_request(const std::vector<Message>& messages) {
  std::vector<ToolResult> out;
  for (const Message& m : messages) {
    if (m.role == "user") out.clear();
    if (m.role == "tool") out.push_back({tool_name_of(messages, m.tool_call_id), m.content});
  }
  return out;
}

int tokens(std::string_view text) { return static_cast<int>(words(text).size()); }

}  // namespace

Result<Completion> SmallModel::complete(const std::vector<Message>& messages,
                                        const std::vector<ToolSpec>& tools) const {
  const Message* user = last_with_role(messages, "user");
  if (user == nullptr) return fail(ErrorKind::Invalid, "the conversation has no user message");
  const Message* system = last_with_role(messages, "system");
  const std::vector<Instruction> prompt = read_prompt(system == nullptr ? "" : system->content);
  const std::vector<Attended> mind = attend(prompt, user->content);

  Completion out;
  out.message.role = "assistant";
  for (const Message& m : messages) out.usage.input_tokens += tokens(m.content);
  const std::vector<ToolResult> results = results_since_the_request(messages);
  if (results.empty()) out.message.tool_calls = choose_calls(mind, user->content, tools);
  if (out.message.tool_calls.empty()) out.message.content = render_answer(mind, user->content, results);
  out.usage.output_tokens = tokens(out.message.content) + 8 * static_cast<int>(out.message.tool_calls.size());
  return out;
}

}  // namespace pawl::demo

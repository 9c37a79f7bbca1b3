// What a chat model is to the agent: OpenAI's chat shape as plain values.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace pawl::demo {

struct ToolCall {
  std::string id;
  std::string name;
  std::string arguments;  ///< JSON text of an object
};

struct Message {
  std::string role;  ///< system, user, assistant or tool
  std::string content;
  std::vector<ToolCall> tool_calls = {};
  std::string tool_call_id = {};  ///< role tool: which call this answers
};

struct ToolSpec {
  std::string name;
  std::string description;
  std::string parameters;  ///< JSON Schema text
};

struct Usage {
  int input_tokens = 0;
  int output_tokens = 0;
};

struct Completion {
  Message message;
  Usage usage;
};

/// Thread-safe.
class ChatModel {
 public:
  virtual ~ChatModel() = default;
  virtual Result<Completion> complete(const std::vector<Message>& messages,
                                      const std::vector<ToolSpec>& tools) const = 0;
};

}  // namespace pawl::demo

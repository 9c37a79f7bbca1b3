// One request through the agent: the loop of model and tools.
#pragma once

#include <string>
#include <vector>

#include "agent/behaviour.h"
#include "model/chat.h"

namespace pawl::demo {

struct Answer {
  std::string text;
  std::vector<ToolCall> tool_calls;  ///< all of them, in order
  Usage usage;
  std::string error;    ///< of the model, empty when all went well
  bool helped = false;  ///< the agent's own guess: it did something and was not at a loss
};

/// `conversation` holds the client's messages; system messages in it are dropped, the bundle's prompt rules.
Answer answer(const Behaviour& behaviour, const ChatModel& model, const std::vector<Message>& conversation);

}  // namespace pawl::demo

// A very small chat model that does what its prompt says, within a limited attention.
//
// It has no knowledge of the demo's revisions. It reads the system prompt as instructions (instruction.h), calls
// the tools that the attended instructions and the request point to, and words its answer as they ask.
// The same prompt, tools and messages always give the same answer.
#pragma once

#include "model/chat.h"

namespace pawl::demo {

class SmallModel final : public ChatModel {
 public:
  Result<Completion> complete(const std::vector<Message>& messages, const std::vector<ToolSpec>& tools) const override;
};

}  // namespace pawl::demo

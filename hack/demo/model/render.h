// How the small model words its answer, from what the tools said and what its instructions ask.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/chat.h"
#include "model/instruction.h"

namespace pawl::demo {

struct ToolResult {
  std::string tool;
  std::string content;  ///< JSON text
};

std::string render_answer(const std::vector<Attended>& mind, std::string_view request,
                          const std::vector<ToolResult>& results);

}  // namespace pawl::demo

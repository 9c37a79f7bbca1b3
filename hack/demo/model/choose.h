// Which tools the small model calls for a request, and with what.
#pragma once

#include <string_view>
#include <vector>

#include "model/chat.h"
#include "model/instruction.h"

namespace pawl::demo {

/// At most two calls, best first; empty when answering from the head seems better.
std::vector<ToolCall> choose_calls(const std::vector<Attended>& mind, std::string_view request,
                                   const std::vector<ToolSpec>& tools);

/// The order number meant: the first long number, unless the mind holds an instruction about order numbers, then
/// the one that follows a word for "order". Empty if there is none.
std::string order_number(const std::vector<Attended>& mind, std::string_view request);

}  // namespace pawl::demo

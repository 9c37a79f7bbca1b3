// The shop behind the agent: what its four tools do. Orders are made up from their number, so nothing is stored.
#pragma once

#include <string>
#include <vector>

#include "agent/behaviour.h"

namespace pawl::demo {

/// Runs one call and returns JSON text; a bad call is an {"error": ...} for the model to read.
std::string run_tool(const ToolCall& call, const std::vector<PolicyEntry>& policy);

}  // namespace pawl::demo

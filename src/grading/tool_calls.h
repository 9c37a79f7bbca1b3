// Were the right tools called with the right arguments? Scored as BFCL v4 does it (bfcl-eval, ast_checker.py), which
// hack/bfcl_agreement measures; where the two differ is in docs/gate/graders.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "domain/gate/answer.h"
#include "domain/gate/graded.h"

namespace pawl::grading {

using Json = nlohmann::json;

/// Whether a tool of this name was called at all.
bool called(const std::vector<domain::ToolCall>& calls, std::string_view tool);
/// An argument of a call as text: a string as it is, anything else as JSON. Nothing when the arguments are no JSON
/// object or lack it.
std::optional<std::string> argument_text(const domain::ToolCall& call, const std::string& argument);

/// `parameters` are those of the grader "tool-calls" (domain/gate/case.h). `tools` is a list of tool definitions,
/// OpenAI's shape or {"name", "parameters"} alone; without a definition types are taken from the accepted values.
///
/// Every expected call must be made, and no other. "any" order: each expected call takes the first call that fits it.
/// Python: an integer stands for a float; texts are compared without case, blanks and punctuation. Java, JavaScript:
/// arguments are source text.
/// Invalid: parameters or a definition that cannot be used. Arguments that are no JSON are the agent's fault: score 0.
domain::Graded grade_tool_calls(const Json& parameters, const Json& tools, const std::vector<domain::ToolCall>& calls);

}  // namespace pawl::grading

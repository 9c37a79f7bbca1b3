// Grades (expectation, answer) pairs of tool calls: a JSON object a line in, a JSON object a line out.
//   in:  {"id": any, "parameters": of the grader tool-calls, "tools": [definitions], "calls": [{"name", "arguments"}]}
//   out: {"id", "score", "reason"} or {"id", "error"}
// hack/bfcl_agreement compares its output with BFCL's own checker.
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "grading/tool_calls.h"

namespace {

using Json = nlohmann::json;

Json graded(const Json& pair) {
  std::vector<pawl::domain::ToolCall> calls;
  for (const Json& call : pair["calls"]) calls.push_back({call["name"], call["arguments"].dump()});
  const auto outcome = pawl::grading::grade_tool_calls(pair["parameters"], pair.value("tools", Json::array()), calls);
  if (!outcome) return {{"id", pair["id"]}, {"error", outcome.error().message}};
  return {{"id", pair["id"]}, {"score", outcome->value}, {"reason", outcome->reason}};
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << graded(Json::parse(line)).dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
  }
}

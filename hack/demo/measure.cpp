#include "measure.h"

#include "agent/answer.h"

namespace pawl::demo {

scorer::Grade try_request(const Behaviour& behaviour, const ChatModel& model, const scorer::Grading& grading,
                          const std::string& request) {
  const Answer given = answer(behaviour, model, {{"user", request}});
  scorer::Interaction it;
  it.input = request;
  it.output = given.text;
  it.error = given.error;
  for (const ToolCall& call : given.tool_calls) it.tool_calls.push_back({call.name, call.arguments});
  return grading.grade(it);
}

Measured measure(const Behaviour& behaviour, const ChatModel& model, const scorer::Grading& grading,
                 const std::vector<std::string>& requests) {
  Measured out;
  for (const std::string& request : requests) {
    const scorer::Grade grade = try_request(behaviour, model, grading, request);
    for (const std::string& violation : grade.violations) ++out.violations[violation];
    if (grade.capability.empty()) {
      ++out.ungraded;
      continue;
    }
    for (Mean* mean : {&out.capabilities[grade.capability], &out.overall}) {
      mean->sum += grade.score;
      ++mean->count;
    }
  }
  return out;
}

}  // namespace pawl::demo

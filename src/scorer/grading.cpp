#include "scorer/grading.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scorer/card_number.h"

namespace pawl::scorer {
namespace {

using Json = nlohmann::json;

bool called(const Interaction& it, const std::string& tool) {
  return std::any_of(it.tool_calls.begin(), it.tool_calls.end(), [&](const ToolCall& call) { return call.name == tool; });
}

bool argument_matches(const Check& check, const Interaction& it) {
  std::smatch found;
  if (!std::regex_search(it.input, found, check.pattern) || found.size() < 2) return false;
  const std::string expected = found[1].str();
  return std::any_of(it.tool_calls.begin(), it.tool_calls.end(), [&](const ToolCall& call) {
    if (call.name != check.tool) return false;
    const Json arguments = Json::parse(call.arguments, nullptr, false);
    if (!arguments.is_object() || !arguments.contains(check.argument)) return false;
    const Json& value = arguments[check.argument];
    return (value.is_string() ? value.get<std::string>() : value.dump()) == expected;
  });
}

bool passes(const Check& check, const Interaction& it) {
  switch (check.kind) {
    case CheckKind::MustMatch: return std::regex_search(it.output, check.pattern);
    case CheckKind::MustNotMatch: return !std::regex_search(it.output, check.pattern);
    case CheckKind::ToolCalled: return called(it, check.tool);
    case CheckKind::ToolNotCalled: return !called(it, check.tool);
    case CheckKind::ArgumentFromInput: return argument_matches(check, it);
  }
  return false;
}

bool violates(const Violation& rule, const Interaction& it) {
  if (rule.card_numbers && contains_card_number(it.output)) return true;
  return rule.output && std::regex_search(it.output, *rule.output);
}

}  // namespace

const Capability* Grading::capability_of(const Interaction& it) const {
  // Where any rule assigns capabilities, the agent's word counts for nothing: it could file its failures elsewhere.
  const bool has_rules = std::any_of(capabilities_.begin(), capabilities_.end(), [](const Capability& c) { return c.input.has_value(); });
  for (const Capability& capability : capabilities_) {
    const bool matches = has_rules ? capability.input && std::regex_search(it.input, *capability.input) : capability.name == it.capability;
    if (matches) return &capability;
  }
  return nullptr;
}

Grade Grading::grade(const Interaction& it) const {
  Grade out;
  for (const Violation& rule : violations_) {
    const bool known = std::find(out.violations.begin(), out.violations.end(), rule.name) != out.violations.end();
    if (!known && violates(rule, it)) out.violations.push_back(rule.name);
  }
  const Capability* capability = capability_of(it);
  if (capability == nullptr) return out;
  out.capability = capability->name;
  int applicable = 0;
  for (const Check& check : capability->checks) {
    if (check.when && !std::regex_search(it.input, *check.when)) continue;
    ++applicable;
    if (!it.error.empty() || !passes(check, it)) out.failed.push_back(check.text);
  }
  if (applicable > 0) out.score = static_cast<double>(applicable - static_cast<int>(out.failed.size())) / applicable;
  return out;
}

}  // namespace pawl::scorer

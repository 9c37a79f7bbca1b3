#include "scorer/grading.h"

#include <algorithm>

#include "grading/tool_calls.h"
#include "scorer/card_number.h"

namespace pawl::scorer {
namespace {

bool argument_matches(const Check& check, const Interaction& it) {
  const auto expected = check.pattern->group_in(it.input);
  return expected && std::any_of(it.tool_calls.begin(), it.tool_calls.end(), [&](const ToolCall& call) {
           return call.name == check.tool && grading::argument_text(call, check.argument) == expected;
         });
}

bool passes(const Check& check, const Interaction& it) {
  switch (check.kind) {
    case CheckKind::MustMatch:
      return check.pattern->found_in(it.output);
    case CheckKind::MustNotMatch:
      return !check.pattern->found_in(it.output);
    case CheckKind::ToolCalled:
      return grading::called(it.tool_calls, check.tool);
    case CheckKind::ToolNotCalled:
      return !grading::called(it.tool_calls, check.tool);
    case CheckKind::ArgumentFromInput:
      return argument_matches(check, it);
  }
  return false;
}

bool violates(const Violation& rule, const Interaction& it) {
  if (rule.card_numbers && contains_card_number(it.output)) return true;
  return rule.output && rule.output->found_in(it.output);
}

}  // namespace

const Capability* Grading::capability_of(const Interaction& it) const {
  // Where any rule assigns capabilities, the agent's word counts for nothing: it could file its failures elsewhere.
  const bool has_rules =
      std::any_of(capabilities_.begin(), capabilities_.end(), [](const Capability& c) { return c.input.has_value(); });
  for (const Capability& capability : capabilities_) {
    const bool matches =
        has_rules ? capability.input && capability.input->found_in(it.input) : capability.name == it.capability;
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
    if (check.when && !check.when->found_in(it.input)) continue;
    ++applicable;
    if (!it.error.empty() || !passes(check, it)) out.failed.push_back(check.text);
  }
  if (applicable > 0) out.score = static_cast<double>(applicable - static_cast<int>(out.failed.size())) / applicable;
  return out;
}

}  // namespace pawl::scorer

#include "codec/conditions_codec.h"

#include <algorithm>

#include "codec/enums.h"
#include "codec/status_parts.h"

namespace pawl::codec {
namespace {

domain::Condition read_condition(const json::Cursor& at) {
  domain::Condition condition;
  condition.type = at.required_string("type", {1, 316});
  condition.status = at.optional_enum("status", kConditionStatusNames).value_or(condition.status);
  condition.reason = at.required_string("reason", {1, kTextMax});
  condition.message = at.optional_string("message", kStored).value_or("");
  condition.observed_generation = at.optional_integer("observedGeneration", {.min = 0}).value_or(0);
  condition.last_transition = at.required_time("lastTransitionTime");
  return condition;
}

Json render_condition(const domain::Condition& condition) {
  return {{"type", json::clip(condition.type, 316)},
          {"status", json::enum_name(kConditionStatusNames, condition.status)},
          {"reason", json::clip(condition.reason, kTextMax)},
          {"message", json::clip(condition.message, kTextMax)},
          {"observedGeneration", condition.observed_generation},
          {"lastTransitionTime", format_rfc3339(condition.last_transition)}};
}

}  // namespace

std::vector<domain::Condition> read_conditions(const json::Cursor& status, json::Reading& reading) {
  auto conditions = read_sound_items<domain::Condition>(status, "conditions", reading, read_condition);
  std::sort(conditions.begin(), conditions.end(),
            [](const domain::Condition& a, const domain::Condition& b) { return a.type < b.type; });
  return conditions;
}

Json render_conditions(const std::vector<domain::Condition>& conditions) {
  Json list = Json::array();
  for (const domain::Condition& condition : conditions) list.push_back(render_condition(condition));
  return list;
}

}  // namespace pawl::codec

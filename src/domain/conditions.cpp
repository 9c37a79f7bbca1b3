#include "domain/conditions.h"

#include <algorithm>

namespace pawl::domain {

void set_condition(std::vector<Condition>& conditions, Condition wanted, Instant now) {
  const auto at = std::lower_bound(conditions.begin(), conditions.end(), wanted.type,
                                   [](const Condition& c, const std::string& type) { return c.type < type; });
  if (at == conditions.end() || at->type != wanted.type) {
    wanted.last_transition = now;
    conditions.insert(at, std::move(wanted));
    return;
  }
  wanted.last_transition = at->status == wanted.status ? at->last_transition : now;
  *at = std::move(wanted);
}

void remove_condition(std::vector<Condition>& conditions, const std::string& type) {
  std::erase_if(conditions, [&](const Condition& c) { return c.type == type; });
}

const Condition* find_condition(const std::vector<Condition>& conditions, const std::string& type) {
  const auto it =
      std::find_if(conditions.begin(), conditions.end(), [&](const Condition& c) { return c.type == type; });
  return it == conditions.end() ? nullptr : &*it;
}

bool is_true(const std::vector<Condition>& conditions, const std::string& type) {
  const Condition* found = find_condition(conditions, type);
  return found != nullptr && found->status == ConditionStatus::True;
}

}  // namespace pawl::domain

// Conditions as Kubernetes has them: a type, a status, a stable reason for machines and a message for people.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"

namespace pawl::domain {

enum class ConditionStatus { True, False, Unknown };

struct Condition {
  std::string type;
  ConditionStatus status = ConditionStatus::Unknown;
  std::string reason;   ///< CamelCase, stable, never empty
  std::string message;  ///< for a person; no counters that change with each look
  std::int64_t observed_generation = 0;
  Instant last_transition{};

  bool operator==(const Condition&) const = default;
};

/// Sets one condition. `last_transition` moves only when the status flips. Keeps the list sorted by type.
void set_condition(std::vector<Condition>& conditions, Condition wanted, Instant now);
/// Removes it; abnormal-true conditions (Reconciling, Stalled) are absent when not true.
void remove_condition(std::vector<Condition>& conditions, const std::string& type);
const Condition* find_condition(const std::vector<Condition>& conditions, const std::string& type);
bool is_true(const std::vector<Condition>& conditions, const std::string& type);

}  // namespace pawl::domain

#include "scorer/cohorts.h"

namespace pawl::scorer {

std::optional<Cohort> CohortTable::live(const std::string& agent) const {
  return cohorts_.with([&](const std::map<std::string, Cohort>& cohorts) -> std::optional<Cohort> {
    const auto it = cohorts.find(agent);
    return it == cohorts.end() ? std::nullopt : std::optional(it->second);
  });
}

void CohortTable::replace(std::map<std::string, Cohort> cohorts) {
  cohorts_.with([&](std::map<std::string, Cohort>& mine) { mine = std::move(cohorts); });
}

}  // namespace pawl::scorer

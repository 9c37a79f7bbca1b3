#include "cli/rollout/picture.h"

namespace pawl::cli {

std::string revision_in_question(const domain::RolloutStatus& status) {
  if (status.candidate) return status.candidate->revision.name;
  if (status.last_decision && !status.last_decision->revision.name.empty()) return status.last_decision->revision.name;
  return status.stable ? status.stable->name : std::string{};
}

}  // namespace pawl::cli

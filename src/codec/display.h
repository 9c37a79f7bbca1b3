// The prebuilt strings behind the columns of `kubectl get`: JSONPath cannot format.
// They follow from decisions only, so a steady world changes none of them.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "domain/rollout/spec.h"
#include "domain/rollout/status.h"

namespace pawl::codec {

/// status.display of a rollout. Columns with nothing to say are absent.
nlohmann::json render_display(const domain::RolloutStatus& status, const domain::RolloutSpec& spec);

/// "2/3": the step being taken, of how many. Empty without one.
std::string step_text(int step, std::size_t steps);
/// "refunds -0.12": the capability that lost most, among those with samples on both sides. Empty without one.
std::string worst_text(const std::vector<domain::ScoreRow>& scoreboard);

}  // namespace pawl::codec

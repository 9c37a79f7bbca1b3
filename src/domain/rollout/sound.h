// Whether a stored status can be gone on from. Pure.
#pragma once

#include <optional>
#include <string>

#include "domain/rollout/status.h"

namespace pawl::domain {

/// What `status` lacks, or has too much, for its phase, with the field's path; nothing if it is sound. The operator
/// writes sound ones only, but others may edit a status, and what cannot be parsed is read as absent. The rules and
/// `converge` rely on it: an unsound status is never followed.
[[nodiscard]] std::optional<std::string> unsound(const RolloutStatus& status);

}  // namespace pawl::domain

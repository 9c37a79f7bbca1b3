// `pawl provenance`: a rollout's decisions, and whether their chain holds. Pure.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "cli/rollout/chain.h"

namespace pawl::cli {

/// One line: "16 records, chain holds", or the first fault.
std::string verification(const Chain& chain);
nlohmann::json verification_json(const Chain& chain);

/// One line for each record, oldest first, then the verification.
std::string decisions_table(const Chain& chain);
/// The records as they are stored, oldest first.
nlohmann::json decisions_json(const Chain& chain);

}  // namespace pawl::cli

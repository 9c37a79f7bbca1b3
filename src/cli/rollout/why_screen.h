// `pawl why`: the last decision and everything it rests on. Pure.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "cli/rollout/chain.h"
#include "cli/rollout/picture.h"

namespace pawl::cli {

/// `chain` is the walk from the status' head: its newest link is the decision.
std::string why_screen(const Picture& picture, const Chain& chain);
/// For programs: the record as stored, and whether the chain holds.
nlohmann::json why_json(const Picture& picture, const Chain& chain);

}  // namespace pawl::cli

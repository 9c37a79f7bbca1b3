// AgentRollout.spec -> domain::RolloutSpec.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "domain/rollout/spec.h"
#include "json/cursor.h"

namespace pawl::codec {

using json::Json;

/// The spec, or Invalid with every fault in one message. Rules across fields are domain::validate's.
/// Fields we do not know are left alone.
Result<domain::RolloutSpec> parse_rollout_spec(const Json& spec);

/// The same at a cursor; the faults are in its Reading.
domain::RolloutSpec read_rollout_spec(const json::Cursor& spec);

}  // namespace pawl::codec

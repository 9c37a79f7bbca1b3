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
/// Parts of it, where they are stored alone.
domain::AnalysisSpec read_analysis_spec(const json::Cursor& analysis);
domain::EvidenceSpec read_evidence_spec(const json::Cursor& evidence);
/// The list `breakers` of this object.
std::vector<domain::BreakerSpec> read_breakers(const json::Cursor& holder);

}  // namespace pawl::codec

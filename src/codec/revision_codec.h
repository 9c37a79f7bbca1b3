// AgentRevision.spec -> domain::RevisionSpec.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "domain/rollout/spec.h"
#include "json/cursor.h"

namespace pawl::codec {

using json::Json;

/// The spec, or Invalid with every fault in one message. Fields we do not know are left alone.
Result<domain::RevisionSpec> parse_revision_spec(const Json& spec);

/// The same at a cursor; the faults are in its Reading.
domain::RevisionSpec read_revision_spec(const json::Cursor& spec);

}  // namespace pawl::codec

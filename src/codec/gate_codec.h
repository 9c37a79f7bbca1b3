// AgentRevision.status.gate <-> domain::RevisionGate. The gate writes it; the operator and the command line read it.
#pragma once

#include <optional>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "domain/gate/gate_verdict.h"
#include "json/cursor.h"

namespace pawl::codec {

using json::Json;

/// The verdict in the status of a revision. Nothing if there is none, or if it cannot be read whole: half a verdict is
/// no verdict.
std::optional<domain::RevisionGate> parse_revision_gate(const Json& revision_status);

/// The field `gate` of this object; nothing if absent. Faults go to the cursor's Reading.
std::optional<domain::RevisionGate> read_revision_gate(const json::Cursor& holder);

/// How far the gate is: the field `gateProgress` of a revision's status. Nothing if absent or unreadable.
std::optional<domain::GateProgress> parse_gate_progress(const Json& revision_status);
Json render_gate_progress(const domain::GateProgress& progress);

/// Keeps the CRD's bounds.
Json render_revision_gate(const domain::RevisionGate& gate);

}  // namespace pawl::codec

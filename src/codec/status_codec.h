// AgentRollout.status and AgentRevision.status <-> domain. Reading is tolerant: our own past is never a reason to
// stop. A corrupt part reads as its default (an item of a list is left out) and is reported.
// Absent means none, so a status must be written whole (replace or apply), not merged into the stored one.
#pragma once

#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "domain/rollout/spec.h"
#include "domain/rollout/status.h"
#include "json/cursor.h"

namespace pawl::codec {

using json::Json;

/// `status` may be null: a rollout never seen before. `faults`, if given, receives what had to be dropped.
domain::RolloutStatus parse_rollout_status(const Json& status, std::vector<json::Fault>* faults = nullptr);
/// Keeps the CRD's bounds: long texts are cut, of long lists the newest items stay. `spec` gives "step 2 of 3".
Json render_rollout_status(const domain::RolloutStatus& status, const domain::RolloutSpec& spec);
/// What a reader of the stored status will find: long texts cut, long lists shortened.
domain::RolloutStatus as_stored(const domain::RolloutStatus& status, const domain::RolloutSpec& spec);

domain::RevisionStatus parse_revision_status(const Json& status, std::vector<json::Fault>* faults = nullptr);
/// Without `gate`: that is the gate's field, and no writer of ours touches it (gate_codec.h).
Json render_revision_status(const domain::RevisionStatus& status);

/// The same at a cursor of `reading`.
domain::RolloutStatus read_rollout_status(const json::Cursor& at, json::Reading& reading);
domain::RevisionStatus read_revision_status(const json::Cursor& at, json::Reading& reading);

}  // namespace pawl::codec

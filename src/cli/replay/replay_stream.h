// `pawl replay --stream`: blocks from a file, one verdict per run.
#pragma once

#include <iosfwd>
#include <string>

#include "base/result.h"
#include "domain/replay/stream_replay.h"

namespace pawl::cli {

/// "Rollback", "Promote", "Inconclusive", "Hold", "Yellow" or "GoOn".
std::string_view decision_word(domain::Verdict::Kind kind);

/// One line of JSON, without its end: {run, decision, reason, blamed, t, canary_interactions, log_e, per_capability}.
std::string verdict_line(const domain::RunVerdict& verdict);

/// Reads the stream to its end and writes one line for each run, as soon as it is over. An error names the line that
/// cannot be read; the lines of the runs before it are written.
Status replay_stream(std::istream& in, const domain::EvidencePolicy& policy, std::ostream& out);

}  // namespace pawl::cli

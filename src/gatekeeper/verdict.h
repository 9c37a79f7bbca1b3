// The verdict as the gate publishes it: one bit for each capability and one of a few words. Anything finer would tell
// the proposer about secret cases, and could be asked for again and again. Pure.
#pragma once

#include <string>

#include "base/time.h"
#include "domain/gate/gate_report.h"
#include "domain/gate/gate_verdict.h"

namespace pawl::gatekeeper {

/// SHA-256 of all of it, as a file's name.
std::string binding_digest(const domain::GateBinding& binding);

/// The report, made coarse (domain/gate/coarse_words.h); times and rollout are the caller's. Names no case: frozen ones
/// are public, but so may be read in the suite. `baseline_needed`: a first revision has to reach thresholds, so that
/// its pass is a Pass.
domain::RevisionGate coarse_verdict(const domain::GateReport& report, const domain::GateBinding& binding,
                                    bool baseline_needed);

/// Whether an earlier verdict answers the same question: it is bound to the same, and is a failure, which never
/// expires, or has not expired.
bool still_holds(const domain::RevisionGate& verdict, const domain::GateBinding& binding, Instant now);

}  // namespace pawl::gatekeeper

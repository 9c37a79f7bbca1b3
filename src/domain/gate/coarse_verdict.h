// The verdict as it is published and kept: coarse. Pure.
#pragma once

#include "base/time.h"
#include "domain/gate/gate_report.h"
#include "domain/gate/gate_verdict.h"

namespace pawl::domain {

/// The report, made coarse (coarse_words.h); times and rollout are the caller's. Names no case: frozen ones are public,
/// but so may be read in the suite. `baseline_needed`: a first revision has to reach thresholds, so that its pass is a
/// Pass.
RevisionGate coarse_verdict(const GateReport& report, const GateBinding& binding, bool baseline_needed);

/// Whether an earlier verdict answers the same question: it is bound to the same, and is a failure, which never
/// expires, or has not expired.
bool still_holds(const RevisionGate& verdict, const GateBinding& binding, Instant now);

}  // namespace pawl::domain

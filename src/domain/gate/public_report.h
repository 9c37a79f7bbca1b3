// The report as its author may read it. Pure.
#pragma once

#include "domain/gate/gate_report.h"

namespace pawl::domain {

/// Public capabilities keep their numbers. A capability with held-out cases is one bit (coarse_words.h), a step that
/// looked at held-out cases a verdict and a coarse word, and no held-out case is named or counted. Of steps after the
/// one that decides, only those remain that looked at no held-out case: each verdict more would be a bit more.
GateReport for_everyone(const GateReport& report);

}  // namespace pawl::domain

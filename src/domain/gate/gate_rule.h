// The rule of the held-out gate: from paired, judged answers to one verdict. Pure; the same input gives the same
// report. The steps, in order, and what each answers when it does not pass:
//
//   integrity        same cases, suite and graders on both arms, nothing missing
//                    (else Insufficient)
//   regression       every frozen case passes in most epochs, 2 of 3
//                    (else Fail)
//   non-inferiority  no capability lost more than its margin, Holm over them
//                    (lost: Fail; not proven: Insufficient)
//   superiority      the claimed capabilities got better, by an anytime-valid test
//                    (not risen: Fail; not proven: Insufficient)
//   ceilings         cost and latency
//                    (above: Fail; not measured: Insufficient)
//   error budget     the same proof at the level that is left for this candidate
//                    (else Insufficient)
//
// Cases that only inform (PlannedCase::informs) are shown in a step of their own, "judge", and count in none of these.
// Pass rates of cases that a calibrated judge decides alone are shown corrected for its errors in the step "judge
// rates", which decides nothing: both arms have the same judge, and its errors shrink a difference, never turn it.
// The first step that is not Pass gives the verdict. A revision without a baseline skips what compares: see
// InitialPolicy.
#pragma once

#include "domain/gate/gate_input.h"
#include "domain/gate/gate_policy.h"
#include "domain/gate/gate_report.h"

namespace pawl::domain {

GateReport judge_candidate(const GateInput& input, const GatePolicy& policy);

}  // namespace pawl::domain

// The gate's report as JUnit XML, which CI systems show.
#pragma once

#include <string>

#include "domain/gate/gate_report.h"
#include "report/audience.h"

namespace pawl::report {

/// The suite "gate" has one test per step; then one suite per capability, with one test per case, or for held-out cases
/// shown to everyone one test for all of it. A <failure> blames the candidate (type regression, collapse, threshold or
/// the step's reason); an <error> could not be evaluated (type missing); <skipped>: set aside, or failing on stable
/// too.
std::string junit_xml(const domain::GateReport& report, Audience audience);

}  // namespace pawl::report

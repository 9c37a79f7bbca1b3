// The gate's report as JSON, for programs.
#pragma once

#include <string>

#include "domain/gate/gate_report.h"
#include "report/audience.h"

namespace pawl::report {

/// Two blanks of indent, sorted keys, a line break at the end; numbers that are not finite are null.
std::string gate_json(const domain::GateReport& report, Audience audience);

}  // namespace pawl::report

// The gate's report for a pull request: the verdict in one line, and sections only where there is something to say.
#pragma once

#include <string>

#include "domain/gate/gate_report.h"
#include "report/audience.h"

namespace pawl::report {

/// What agents wrote (names, reasons) is shown as plain text: no markup, no mentions.
std::string gate_markdown(const domain::GateReport& report, Audience audience);

}  // namespace pawl::report

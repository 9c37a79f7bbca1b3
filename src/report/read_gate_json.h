// A gate's report read back: what screens show of it.
#pragma once

#include <string_view>

#include "base/result.h"
#include "domain/gate/gate_report.h"

namespace pawl::report {

/// Verdict, names, steps without their numbers, and the scoreboard; cases and digests are left out. Malformed if it is
/// no report of the gate, with what is wrong.
Result<domain::GateReport> read_gate_json(std::string_view text);

}  // namespace pawl::report

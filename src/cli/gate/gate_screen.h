// What the gate says, as a screen. Pure.
#pragma once

#include <string>

#include "domain/gate/gate_report.h"

namespace pawl::cli {

/// A heading and a line for each capability (cases, epochs, both sides' means with their intervals, state), then all
/// cases together.
std::string gate_scoreboard(const domain::GateReport& report);

/// What it is given is shown: domain::for_everyone makes it fit for everyone. Verdict and reason first, then the steps
/// with what each found, then the scoreboard.
std::string gate_screen(const domain::GateReport& report);

}  // namespace pawl::cli

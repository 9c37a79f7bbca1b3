// The suites of one run, put together.
#pragma once

#include <string>
#include <vector>

#include "domain/gate/contamination.h"
#include "domain/gate/gate_report.h"
#include "gate/run.h"

namespace pawl::gate {

struct Suite {
  std::string name;
  domain::Tier tier = domain::Tier::HeldOut;
  std::vector<domain::Case> cases;
  std::vector<domain::WaivedCase> waived{};  ///< regression tier: not among the cases
};

/// SHA-256 over tier and digest of each: names and order mean nothing.
std::string suites_digest(const std::vector<Suite>& suites);

/// Puts the cases into the order. Invalid if an id occurs twice, for the report names cases by it.
Status add_suites(const std::vector<Suite>& suites, RunOrder& order);

/// The edit against every held-out suite. What stands in `before`, the parent's files, is no news.
domain::Contamination scan_edit(const std::vector<Suite>& suites, const std::vector<BundleFile>& edit,
                                const std::vector<BundleFile>& before);

/// What the scan says, as a step of the gate: Pass if clean. Names files, never cases.
domain::GateStep contamination_step(const domain::Contamination& found);

/// The report of a candidate that one step has decided about before anybody was asked.
domain::GateReport unasked_report(domain::GateStep step, const RunOrder& order);

}  // namespace pawl::gate

// Why a suite cannot be judged by: each check answers with the reason of the condition Ready.
#pragma once

#include <string>
#include <vector>

#include "gatekeeper/suite_store.h"

namespace pawl::gatekeeper {

/// An Invalid error whose reason becomes that of the condition.
tl::unexpected<Error> not_ready(std::string reason, std::string message);

std::vector<std::string> content_digests(const std::vector<domain::Case>& cases);

/// The graders a suite pins must be those this gate has.
Status check_graders(const domain::SuiteSpec& spec, const std::vector<domain::Case>& cases);

/// What a generation has told holds for the cases that are kept: a new one must have enough others.
Status check_refresh(const StoredSuite& suite, const std::vector<domain::Case>& cases);

/// The cases that count, of a regression suite without those that were waived. A suite of another tier must have no
/// frozen cases to lose.
Result<suite::Regression> settle_cases(const StoredSuite& stored, std::vector<domain::Case> cases,
                                       const std::string& waiver_lines);

}  // namespace pawl::gatekeeper

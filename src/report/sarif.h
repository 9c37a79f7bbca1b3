// Held-out text found in an edit, as SARIF 2.1.0, which code hosts show beside the changed files.
#pragma once

#include <string>

#include "domain/gate/contamination.h"

namespace pawl::report {

/// One result per file with hits: how many cases, never which, for that would be a leak of its own. Valid without any.
std::string contamination_sarif(const domain::Contamination& found);

}  // namespace pawl::report

// The graders that need nothing but text, enough for a suite to be checked without running an agent. Pure.
#pragma once

#include <optional>
#include <string>

#include "domain/gate/case.h"

namespace pawl::suite {

/// Whether the answer passes the case. Nothing if that takes a grader that is not plain (exact, prefix, contains,
/// json, tool-calls of a text without calls) and no plain one says no.
std::optional<bool> passes_plainly(const domain::Case& one, const std::string& answer);

}  // namespace pawl::suite

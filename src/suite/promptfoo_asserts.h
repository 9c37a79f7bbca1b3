// promptfoo's assertions against our expectations.
#pragma once

#include "suite/import_parts.h"

namespace pawl::suite {

/// Appends what one assertion expects; what has no place is counted.
void add_assertion(const Json& assertion, std::vector<domain::Expectation>& into, Gathering& gathering);

/// A cell of an `__expected` column, "type(threshold):value", as an assertion.
Json assertion_of_cell(const std::string& cell);

/// The way back; nothing if promptfoo has no such assertion.
std::optional<Json> to_assertion(const domain::Expectation& expectation);

}  // namespace pawl::suite

// YAML as JSON, read as kubectl would send it, save that a number with a point or an exponent stays the text it was:
// our objects hold fractions as texts. And JSON as YAML, for people to read. Pure.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "base/result.h"

namespace pawl::cli {

/// The first document. Malformed, with line and column, for what is no YAML, for a key that is written twice, and for
/// what is nested deeper than 32 levels or made much larger than its text by aliases.
Result<nlohmann::json> parse_yaml(const std::string& text);

/// Reads back as the same value. Texts of several lines are written as they are where YAML can hold them so.
std::string print_yaml(const nlohmann::json& value);

}  // namespace pawl::cli

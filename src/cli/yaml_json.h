// YAML as JSON, read as kubectl would send it, save that a number with a point or an exponent stays the text it was:
// our objects hold fractions as texts. Pure.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "base/result.h"

namespace pawl::cli {

/// The first document. Malformed, with line and column, for what is no YAML.
Result<nlohmann::json> parse_yaml(const std::string& text);

}  // namespace pawl::cli

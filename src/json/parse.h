// Text to JSON, bounded: a hostile or broken peer costs a known amount of memory and no exception.
#pragma once

#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"

namespace pawl::json {

using Json = nlohmann::json;

struct ParseLimits {
  std::size_t bytes = std::size_t{8} << 20;
  std::size_t depth = 64;
};

/// Malformed on a syntax error, an object that names a key twice, or a text beyond the limits.
Result<Json> parse_bounded(std::string_view text, const ParseLimits& limits = {});

}  // namespace pawl::json

// One text per JSON value, so that equal content has an equal digest on every machine.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace pawl::suite {

using Json = nlohmann::json;

/// Keys sorted by bytes, no blanks, numbers without a fraction written as integers (1.0 is 1), characters as UTF-8.
/// Bytes that are not UTF-8 become U+FFFD.
std::string canonical_json(const Json& value);

}  // namespace pawl::suite

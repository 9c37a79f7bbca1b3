// The types of BFCL's function definitions against those of JSON Schema.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace pawl::suite {

/// BFCL's parameters as JSON Schema. A type that would not come back is kept beside it as "x-bfcl-type".
nlohmann::json to_json_schema(const nlohmann::json& parameters);
/// The way back.
nlohmann::json to_bfcl_types(const nlohmann::json& schema);

}  // namespace pawl::suite

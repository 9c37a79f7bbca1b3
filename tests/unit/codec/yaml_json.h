// YAML files as JSON, for tests that read the CRDs and example objects.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace pawl::codec {

/// `path` is relative to the source tree.
nlohmann::json load_yaml(const std::string& path);

}  // namespace pawl::codec

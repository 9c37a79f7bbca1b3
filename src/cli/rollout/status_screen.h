// `pawl status`: one screen for whoever was woken up, most urgent first. Pure.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "cli/rollout/picture.h"

namespace pawl::cli {

/// Lines of at most 100 columns, in plain text.
std::string status_screen(const Picture& picture);

/// The same facts for programs.
nlohmann::json status_json(const Picture& picture);

}  // namespace pawl::cli

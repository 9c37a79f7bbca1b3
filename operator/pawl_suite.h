// The commands of `pawl suite`: flags only.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace pawl::cli {

/// Adds `suite` with its commands. `chosen` becomes the one the user named; it answers with the exit code.
void add_suite_commands(CLI::App& app, std::function<int()>& chosen);

}  // namespace pawl::cli

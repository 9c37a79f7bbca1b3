// The commands of `pawl judge`: flags only.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace pawl::cli {

/// Adds `judge` with its commands. `chosen` becomes the one the user named; it answers with the exit code.
void add_judge_commands(CLI::App& app, std::function<int()>& chosen);

}  // namespace pawl::cli

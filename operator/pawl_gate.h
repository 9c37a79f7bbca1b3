// The commands `pawl gate run` and `pawl scores`: flags only.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace pawl::cli {

/// `chosen` becomes the command the user named; it answers with the exit code.
void add_gate_commands(CLI::App& app, std::function<int()>& chosen);

}  // namespace pawl::cli

// The end of every `main` that serves until a signal: run, tell what went wrong, and say it in the exit code.
#pragma once

#include <functional>

#include "base/result.h"
#include "runtime/termination.h"

namespace pawl::runtime {

/// Call it from `main` before any thread is started, with logging configured. `serve` returns when the signal came, or
/// why it cannot serve; what it throws is such a reason too (a metrics server reports a taken port that way).
/// 0, or 1 for a reason, which is logged.
int run_program(const std::function<Status(const Termination&)>& serve);

}  // namespace pawl::runtime

// A sleep that can be ended early.
#pragma once

#include <stop_token>

#include "base/time.h"

namespace pawl::runtime {

/// Waits for `length`; false when `stop` was requested before that was over.
bool pause(Duration length, const std::stop_token& stop);

}  // namespace pawl::runtime

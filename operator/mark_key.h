// The key that pawl-gate and pawl-scorer share, so that the scorer sets aside what the gate asked.
#pragma once

#include <string>

#include "base/result.h"

namespace pawl {

/// Without the white space at its end. Invalid if it is too short to be a secret; the message names the remedy.
Result<std::string> read_mark_key(const std::string& path);

}  // namespace pawl

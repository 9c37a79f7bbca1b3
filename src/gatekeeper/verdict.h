// What one verdict is about, as a name for what is remembered of it; the verdict itself is
// domain/gate/coarse_verdict.h. Pure.
#pragma once

#include <string>

#include "domain/gate/coarse_verdict.h"

namespace pawl::gatekeeper {

/// SHA-256 of all of it, as a file's name.
std::string binding_digest(const domain::GateBinding& binding);

}  // namespace pawl::gatekeeper

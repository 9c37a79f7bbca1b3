// The gate's policy as a file: YAML or JSON (docs/gate/policy.md).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/gate/gate_policy.h"

namespace pawl::gate {

/// What is absent keeps its default. Invalid with every fault, each with its field and what to write instead: a field
/// that is not known would be a rule that nobody applies.
Result<domain::GatePolicy> read_policy(std::string_view text);

/// SHA-256 over every field: verdicts of different policies answer different questions.
std::string policy_digest(const domain::GatePolicy& policy);

}  // namespace pawl::gate

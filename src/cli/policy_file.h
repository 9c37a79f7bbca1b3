// A policy in a file: an AgentRollout, its spec, or spec.analysis alone; YAML or JSON. Pure.
#pragma once

#include <string>

#include "base/result.h"
#include "domain/evidence/policy.h"
#include "domain/rollout/spec.h"

namespace pawl::cli {

/// The policy a text asks for. A whole AgentRollout brings its capabilities, breakers and interval with it; an analysis
/// alone leaves those at their defaults. Every fault comes with its path: a field that nobody knows is one.
Result<domain::EvidencePolicy> read_policy(const std::string& text);

/// The same, before it is turned into a policy: with its steps, if there are any.
Result<domain::RolloutSpec> read_policy_spec(const std::string& text);

}  // namespace pawl::cli

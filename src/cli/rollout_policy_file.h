// A policy in a file: an AgentRollout, its spec, or spec.analysis alone; YAML or JSON. Pure.
#pragma once

#include <string>

#include "base/result.h"
#include "domain/rollout/spec.h"

namespace pawl::cli {

struct PolicyFile {
  domain::RolloutSpec spec;  ///< of which analysis, evidence and breakers count
  bool whole = false;        ///< false: it has an analysis alone, the rest is at its defaults
};

/// The policy a text asks for. Every fault comes with its path; a field that nobody knows is one, and so is what the
/// rules of the CRD refuse.
Result<PolicyFile> read_policy(const std::string& text);

}  // namespace pawl::cli

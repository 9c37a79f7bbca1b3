// Everything the screens speak of, as it was fetched at one moment. A value.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/rollout/edit.h"
#include "cli/rollout/record_reader.h"
#include "domain/gate/gate_verdict.h"
#include "domain/rollout/spec.h"
#include "domain/rollout/status.h"

namespace pawl::cli {

struct Picture {
  std::string ns;
  std::string name;
  bool deleting = false;
  std::int64_t generation = 0;
  domain::RolloutSpec spec;
  domain::RolloutStatus status;
  std::optional<Edit> edit;              ///< of the revision in question
  std::optional<domain::Record> record;  ///< of the last decision, if it could be read and its hash is right
  std::optional<domain::GateProgress> gate_progress{};  ///< while the gate asks
  std::vector<std::string> not_read;                    ///< what could not be fetched, and why
  Instant now{};
};

/// The revision that a person asks about: the candidate, else the one of the last decision, else stable.
std::string revision_in_question(const domain::RolloutStatus& status);

}  // namespace pawl::cli

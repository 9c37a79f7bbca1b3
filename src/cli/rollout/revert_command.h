// `pawl revert`: one edit taken out of what serves now, as a new revision to be judged like any other.
#pragma once

#include <string>

#include "cli/commands.h"

namespace pawl::cli {

struct RevertOrder {
  std::string revision;  ///< the edit to take out
  std::string name;      ///< of the new revision; made of both names if empty
  std::string author;    ///< who asks for it; left out if empty
};

/// Prints the new AgentRevision and creates nothing. kDone; kConflict when a later edit changed the same lines: each
/// place is told; kFailed when nothing can be taken out, with the reason.
int run_revert(const Session& session, const RolloutName& which, const RevertOrder& order);

}  // namespace pawl::cli

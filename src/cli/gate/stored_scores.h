// `pawl scores ROLLOUT --gate-namespace NS`: the whole report that the gate keeps beside the held-out cases, with the
// rights of whoever asks.
#pragma once

#include <string>

#include "cli/commands.h"

namespace pawl::cli {

struct StoredScoresOrder {
  std::string gate_ns;   ///< where the gate keeps its reports
  std::string revision;  ///< empty: the newest that the gate was asked about
};

/// The report's text.
Result<std::string> read_stored_report(const kube::Client& client, const RolloutName& which,
                                       const StoredScoresOrder& order);

int run_stored_scores(const Session& session, const RolloutName& which, const StoredScoresOrder& order);

}  // namespace pawl::cli

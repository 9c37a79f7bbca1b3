// `pawl replay ROLLOUT`: is the recorded decision what the samples say? And `--what-if`: what another policy would have
// decided. Reads the API server and a SampleSource; writes nothing but its answer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/replay/sample_source.h"
#include "cli/rollout_policy_file.h"
#include "domain/replay/trial_replay.h"

namespace pawl::cli {

/// A moment as people write it: RFC 3339, or a duration before `now` ("90m"). Invalid names both forms.
Result<Instant> parse_moment(const std::string& text, Instant now);

struct ReplayOrder {
  std::string prometheus;  ///< another address than the record's; empty: that
  std::string from;        ///< bounds of the samples, as parse_moment reads them; empty: the trial's own
  std::string to;
};

/// Replays the newest decision of a trial. kDone when the verdict is the recorded one, kDiffers when not or when the
/// chain of records is broken, kFailed when it cannot be told.
int run_replay_rollout(const Session& session, const RolloutName& which, const ReplayOrder& order,
                       const SampleSource& samples);

struct WhatIfOrder {
  std::vector<std::string> rollouts;  ///< names; empty: all of the namespace
  std::string ns;
  Duration since{};  ///< trials decided before this long ago are left out
  std::string prometheus;
  PolicyFile policy;
};

/// One past trial, decided again.
struct WhatIf {
  std::string cohort;
  std::string revision;
  std::string recorded;  ///< the decision's word; "UnderWay" when none was taken yet
  Duration recorded_after{};
  std::string decision;  ///< of the other policy; "NotYet" when it would still go on
  std::string reason;
  Duration after{};
  std::vector<std::string> blamed;
  double canary_scores = 0;                ///< of the blamed capability, else of the one with fewest
  std::optional<domain::Shortfall> needs;  ///< what an undecided trial still needs
  std::string problem;                     ///< why it could not be decided again; empty if it could
};

/// Pure: the table people read.
std::string what_if_table(const std::vector<WhatIf>& trials);

/// kDone when every trial could be decided again, else kFailed.
int run_what_if(const Session& session, const WhatIfOrder& order, const SampleSource& samples);

}  // namespace pawl::cli

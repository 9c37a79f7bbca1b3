// The sentences and tables that make up `pawl status`. Pure.
#pragma once

#include <string>
#include <vector>

#include "cli/rollout/picture.h"

namespace pawl::cli {

/// "ROLLING BACK"
std::string phase_words(domain::Phase phase);
/// Why the rollout is where it is: a tripped breaker, the last decision.
std::string why_text(const Picture& picture);
/// What pawl has done about it, and whether the gateway confirmed it.
std::string action_text(const Picture& picture);
/// What comes next, and when.
std::string next_text(const Picture& picture);
/// How sure the judgement is, with the number of samples.
std::string certainty_text(const Picture& picture);
/// What promotions have lost since the anchor; empty while nothing was lost.
std::string ledger_part(const Picture& picture);
/// Whether a person is needed.
std::string what_to_do(const Picture& picture);
/// The commands that make it safe, or undo what a person set. Paste-ready; may be empty.
std::vector<std::string> commands_to_paste(const Picture& picture);

/// The scoreboard of the status, else of the last decision's record.
std::vector<domain::ScoreRow> scoreboard_of(const Picture& picture);

std::string traffic_part(const Picture& picture);
std::string breaker_part(const Picture& picture);
/// What the gate was asked about the edit, and how that stands; empty where no suite is listed.
std::string gate_part(const Picture& picture);
std::string steps_part(const Picture& picture);

}  // namespace pawl::cli

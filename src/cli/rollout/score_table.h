// The scoreboard as a table, for every screen that shows one. Pure.
#pragma once

#include <string>
#include <vector>

#include "domain/rollout/status.h"

namespace pawl::cli {

/// A heading and a row for each capability, every row a line. Worse ones are marked by word and by "<-".
std::string score_table(const std::vector<domain::ScoreRow>& rows, int min_samples);
/// "0 worse, 1 better, 2 no worse, 6 undecided; fewest samples of the edit: 6 (language)".
std::string certainty(const std::vector<domain::ScoreRow>& rows);

}  // namespace pawl::cli

#include "cli/rollout/score_table.h"

#include <algorithm>

#include <fmt/format.h>

#include "cli/text.h"

namespace pawl::cli {
namespace {

using domain::CapabilityState;
using domain::ScoreRow;

constexpr std::size_t kIntervalWidth = 18;  // "[-0.123, +0.123]  "

std::string verdict(const ScoreRow& row, int min_samples) {
  switch (row.state) {
    case CapabilityState::Held:
      return "no worse";
    case CapabilityState::Gained:
      return "better";
    case CapabilityState::Lost:
      return "WORSE  <-";
    case CapabilityState::Insufficient:
      break;
  }
  return row.canary_n < min_samples ? fmt::format("too few ({} < {})", row.canary_n, min_samples) : "not proven yet";
}

std::string mean(double value, std::int64_t n) { return n == 0 ? "-" : fmt::format("{:.3f}", value); }

std::string line(const ScoreRow& row, int min_samples) {
  const bool both = row.stable_n > 0 && row.canary_n > 0;
  const std::string delta = both ? fmt::format("{:+.3f}", row.canary_mean - row.stable_mean) : "-";
  const std::string interval =
      row.difference ? fmt::format("[{:+.3f}, {:+.3f}]", row.difference->lower, row.difference->upper) : "";
  return "  " + left(printable(row.capability), 24) + right(mean(row.stable_mean, row.stable_n), 7) +
         right(std::to_string(row.stable_n), 7) + right(mean(row.canary_mean, row.canary_n), 9) +
         right(std::to_string(row.canary_n), 7) + right(delta, 8) + "  " + left(interval, kIntervalWidth) +
         verdict(row, min_samples) + "\n";
}

std::int64_t count(const std::vector<ScoreRow>& rows, CapabilityState state) {
  return std::count_if(rows.begin(), rows.end(), [&](const ScoreRow& row) { return row.state == state; });
}

}  // namespace

std::string score_table(const std::vector<ScoreRow>& rows, int min_samples) {
  std::string out = left("SCOREBOARD", 26) + right("stable", 7) + right("n", 7) + right("canary", 9) + right("n", 7) +
                    right("delta", 8) + "  " + left("95 % interval", kIntervalWidth) + "verdict\n";
  for (const ScoreRow& row : rows) out += line(row, min_samples);
  return out;
}

std::string certainty(const std::vector<ScoreRow>& rows) {
  if (rows.empty()) return "no numbers yet";
  const auto fewest = std::min_element(rows.begin(), rows.end(),
                                       [](const ScoreRow& a, const ScoreRow& b) { return a.canary_n < b.canary_n; });
  return fmt::format("{} worse, {} better, {} no worse, {} undecided; fewest samples of the edit: {} ({})",
                     count(rows, CapabilityState::Lost), count(rows, CapabilityState::Gained),
                     count(rows, CapabilityState::Held), count(rows, CapabilityState::Insufficient), fewest->canary_n,
                     fewest->capability);
}

}  // namespace pawl::cli

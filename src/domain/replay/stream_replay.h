// Runs of blocks, judged as the operator would have: the same trial, one decision after every scrape.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/evidence/trial.h"
#include "domain/replay/stream_csv.h"

namespace pawl::domain {

/// What came of one run.
struct RunVerdict {
  std::int64_t run = 0;
  Verdict verdict;                  ///< when it was decided, or after its last scrape
  bool decided = false;             ///< false: the lines ended first
  std::int64_t t = kHistoryScrape;  ///< the scrape of that; kHistoryScrape when there was none
  /// Canary interactions up to then of the blamed capability (of several, the one with the largest e-value). Without
  /// blame: of the capability that has most.
  double canary_interactions = 0;
};

/// True for what ends a rollout.
bool ends_trial(Verdict::Kind kind);

/// A scrape is complete when a line of another one, or none, follows. Scrape t ends at age (t + 1) * policy.interval.
/// Data in a file is there: nothing is held for staleness. Lines after a run's decision are passed over. Not
/// thread-safe; how the lines are cut into calls does not change a bit.
class StreamReplay {
 public:
  explicit StreamReplay(EvidencePolicy policy) : policy_(std::move(policy)) {}

  /// Rows as StreamCsv gives them, in its order; `capabilities` are its names. Finished runs are appended to `done`.
  void add(std::span<const StreamRow> rows, const std::vector<std::string>& capabilities,
           std::vector<RunVerdict>& done);
  /// No row comes any more: finishes the last run.
  void finish(std::vector<RunVerdict>& done);

 private:
  struct Run {
    std::int64_t number = 0;
    std::int64_t t = kHistoryScrape;
    StableHistory history;
    std::optional<Trial> trial;                           ///< begins with the first line that is not history
    std::vector<std::optional<Trial::Subject>> subjects;  ///< by capability
    std::vector<bool> asked;                              ///< whether `subjects` knows the answer
    std::optional<RunVerdict> verdict;
  };
  void note_history(const StreamRow& row, const std::string& capability);
  Trial& trial();
  void add_block(const StreamRow& row, const std::vector<std::string>& capabilities);
  void end_scrape();
  void end_run(std::vector<RunVerdict>& done);
  RunVerdict judged(bool decided);
  [[nodiscard]] Duration age() const { return policy_.interval * (run_->t + 1); }

  EvidencePolicy policy_;
  std::optional<Run> run_;
};

}  // namespace pawl::domain

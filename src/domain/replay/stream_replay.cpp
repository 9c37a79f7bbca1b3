#include "domain/replay/stream_replay.h"

#include <algorithm>

namespace pawl::domain {
namespace {

double affected_interactions(const Verdict& verdict) {
  const ScoreboardRow* blamed = nullptr;
  double most = 0;
  for (const ScoreboardRow& row : verdict.scoreboard) {
    if (row.capability == kAggregate) continue;
    most = std::max(most, row.n_canary);
    const bool named = std::ranges::find(verdict.blamed, row.capability) != verdict.blamed.end();
    if (named && (blamed == nullptr || row.log_e > blamed->log_e)) blamed = &row;
  }
  return blamed == nullptr ? most : blamed->n_canary;
}

}  // namespace

bool ends_trial(Verdict::Kind kind) {
  switch (kind) {
    case Verdict::Kind::RollBackGuardrail:
    case Verdict::Kind::RollBackRegression:
    case Verdict::Kind::Promote:
    case Verdict::Kind::Inconclusive:
      return true;
    case Verdict::Kind::None:
    case Verdict::Kind::Hold:
    case Verdict::Kind::Yellow:
    case Verdict::Kind::GoOn:
      return false;
  }
  return false;
}

void StreamReplay::add(std::span<const StreamRow> rows, const std::vector<std::string>& capabilities,
                       std::vector<RunVerdict>& done) {
  for (const StreamRow& row : rows) {
    if (!run_ || run_->number != row.run) {
      end_run(done);
      run_.emplace().number = row.run;
    }
    if (run_->verdict) continue;
    if (row.t != run_->t) {
      end_scrape();
      if (run_->verdict) continue;
      run_->t = row.t;
    }
    if (row.t == kHistoryScrape) note_history(row, capabilities[row.capability]);
    else add_block(row, capabilities);
  }
}

void StreamReplay::finish(std::vector<RunVerdict>& done) { end_run(done); }

void StreamReplay::note_history(const StreamRow& row, const std::string& capability) {
  if (row.n_stable == 0) return;
  run_->history[capability] = pseudo_scores(row.block().stable);
}

// Capabilities with a history are part of the trial from its beginning.
Trial& StreamReplay::trial() {
  Run& run = *run_;
  if (run.trial) return *run.trial;
  run.trial.emplace(policy_, run.history);
  for (const auto& [capability, history] : run.history) (void)run.trial->subject(capability);
  return *run.trial;
}

void StreamReplay::add_block(const StreamRow& row, const std::vector<std::string>& capabilities) {
  Run& run = *run_;
  (void)trial();
  if (row.capability >= run.asked.size()) {
    run.asked.resize(capabilities.size(), false);
    run.subjects.resize(capabilities.size());
  }
  if (!run.asked[row.capability]) {
    run.subjects[row.capability] = run.trial->subject(capabilities[row.capability]);
    run.asked[row.capability] = true;
  }
  if (const auto subject = run.subjects[row.capability]) run.trial->add(*subject, row.block());
}

void StreamReplay::end_scrape() {
  Run& run = *run_;
  if (!run.trial || run.verdict) return;
  run.trial->end_of_scrape();
  if (ends_trial(run.trial->decision(age()))) run.verdict = judged(true);
}

RunVerdict StreamReplay::judged(bool decided) {
  RunVerdict out;
  out.run = run_->number;
  out.verdict = trial().verdict(age());
  out.decided = decided;
  out.t = run_->t;
  out.canary_interactions = affected_interactions(out.verdict);
  return out;
}

void StreamReplay::end_run(std::vector<RunVerdict>& done) {
  if (!run_) return;
  end_scrape();
  (void)trial();
  done.push_back(run_->verdict ? std::move(*run_->verdict) : judged(false));
  run_.reset();
}

}  // namespace pawl::domain

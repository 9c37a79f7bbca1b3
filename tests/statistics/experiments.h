// The experiments of the acceptance table, once: the tests hold them against their bars with few runs, `make
// bench-statistics` prints them with many.
#pragma once

#include <vector>

#include "statistics/monte_carlo.h"
#include "statistics/rule.h"
#include "statistics/streams.h"

namespace pawl::statistics {

/// Runs have the seeds first .. first + runs - 1.
struct Effort {
  int runs = 100;
  int threads = 1;
  std::uint64_t first = 1;
};

/// How a rule fared on one scenario.
struct Detection {
  Estimate rolled_back;
  Estimate delay;        ///< canary interactions of the culprit from the drop on; a run without rollback counts in full
  Estimate early;        ///< rolled back before the drop
  Estimate right_blame;  ///< of those rolled back
};
Detection summary(const std::vector<Outcome>& outcomes, double drop_after = 0);

/// Our rule on pass/fail streams.
Detection detect(const Scenario& scenario, Effort effort);
/// Comparing running totals instead, on the same streams.
Detection detect_by_totals(const Scenario& scenario, Effort effort);
/// Graded scores, known by count, sum and sum of squares.
Detection detect(const GradedScenario& scenario, Effort effort);
/// The same by the bets alone (bare_bets.h).
Detection detect_by_bare_bets(const GradedScenario& scenario, Effort effort);
/// Interactions in sessions: judged one by one as if they were independent, or session by session.
Detection detect_sessions(const Scenario& scenario, double icc, SessionStream::Unit unit, Effort effort);
/// Healthy canary whose failures are scored after 15 s and whose passes after 10 min.
Detection detect_delayed(bool cohort, Effort effort);
/// A fifth of the scrapes is lost, and pods restart: increments by the operator's delta rule.
Detection detect_through_counters(const Scenario& scenario, Effort effort);
/// The same, raw samples into the operator's fold, its verdict asked at every scrape.
Detection detect_through_fold(const Scenario& scenario, Effort effort);

/// The promote test beside the rollback test, as section 2 orders them.
struct Promotion {
  Estimate promoted;
  Estimate rolled_back;
  Estimate interactions;  ///< canary interactions of the capability when promoted
};
Promotion promote(double drop, Effort effort);
/// Only the capability that lost `drop`: how often it is declared not to have lost more than the margin of .05.
Estimate declared_non_inferior(double drop, Effort effort);

/// An absolute limit of one event in a thousand interactions, while the true rate is `times` that.
struct Guard {
  Estimate alarmed;
  Estimate events;  ///< seen when it alarmed
};
Guard guard(double times, Effort effort);

}  // namespace pawl::statistics

#include "statistics/experiments.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>

#include "domain/evidence/carry.h"
#include "domain/evidence/evidence.h"
#include "domain/evidence/guardrail.h"
#include "domain/evidence/non_inferiority.h"
#include "statistics/bare_bets.h"
#include "statistics/pawl_rule.h"
#include "statistics/pooled_totals.h"

namespace pawl::statistics {
namespace {

constexpr double kMargin = 0.05;
constexpr double kBeta = 0.05;

template <class Make>
std::vector<Outcome> outcomes(Effort effort, int culprit, const Make& make) {
  return each_run<Outcome>(effort.runs, effort.threads, [&](int run) {
    const auto [stream, rule] = make(effort.first + static_cast<std::uint64_t>(run));
    return watch(*stream, *rule, culprit);
  });
}

using Match = std::pair<std::unique_ptr<Stream>, std::unique_ptr<Rule>>;

/// Variance of a session's mean: a day of stable's sessions tells it well enough to be taken as known.
double session_variance(double p, double icc) {
  double inverse_size = 0;
  double reached = 1;
  for (int size = 1; size <= 8; ++size) {
    const double ends = size < 8 ? reached * 0.25 : reached;
    inverse_size += ends / size;
    reached -= ends;
  }
  return p * (1 - p) * (icc + (1 - icc) * inverse_size);
}

}  // namespace

Detection summary(const std::vector<Outcome>& outcomes, double drop_after) {
  Tally rolled_back, delay, early, right;
  for (const Outcome& outcome : outcomes) {
    rolled_back.add(outcome.rolled_back ? 1 : 0);
    delay.add(outcome.interactions - drop_after);
    early.add(outcome.rolled_back && outcome.interactions <= drop_after ? 1 : 0);
    if (outcome.rolled_back) right.add(outcome.right_blame ? 1 : 0);
  }
  return {rolled_back.estimate(), delay.estimate(), early.estimate(), right.estimate()};
}

Detection detect(const Scenario& scenario, Effort effort) {
  return summary(outcomes(effort, scenario.culprit,
                          [&](std::uint64_t seed) {
                            return Match{std::make_unique<BinaryStream>(scenario, seed),
                                         std::make_unique<PawlRule>(history_of(scenario, seed))};
                          }),
                 scenario.drop_after);
}

Detection detect_by_totals(const Scenario& scenario, Effort effort) {
  return summary(outcomes(effort, scenario.culprit, [&](std::uint64_t seed) {
    return Match{std::make_unique<BinaryStream>(scenario, seed), std::make_unique<PooledTotals>(scenario.capabilities)};
  }));
}

Detection detect(const GradedScenario& scenario, Effort effort) {
  return summary(outcomes(effort, 0, [&](std::uint64_t seed) {
    return Match{std::make_unique<GradedStream>(scenario, seed), std::make_unique<PawlRule>(history_of(scenario))};
  }));
}

Detection detect_by_bare_bets(const GradedScenario& scenario, Effort effort) {
  const domain::History known{200, scenario.stable_mean, scenario.variance()};
  return summary(outcomes(effort, 0, [&](std::uint64_t seed) {
    return Match{std::make_unique<GradedStream>(scenario, seed),
                 std::make_unique<BareBets>(scenario.capabilities, known, kAlpha)};
  }));
}

Detection detect_sessions(const Scenario& scenario, double icc, SessionStream::Unit unit, Effort effort) {
  return summary(outcomes(effort, scenario.culprit, [&](std::uint64_t seed) {
    Histories histories = history_of(scenario, seed);
    if (unit == SessionStream::Unit::Session) {
      for (domain::History& history : histories) history.variance = session_variance(scenario.p_stable, icc);
    }
    return Match{std::make_unique<SessionStream>(scenario, icc, unit, seed), std::make_unique<PawlRule>(histories)};
  }));
}

Detection detect_delayed(bool cohort, Effort effort) {
  constexpr double kFast = 1;
  constexpr double kSlow = 40;
  constexpr int kScrapes = 1500;
  const Scenario scenario = null_at(0.10);
  return summary(outcomes(effort, scenario.culprit, [&](std::uint64_t seed) {
    return Match{std::make_unique<DelayedStream>(scenario, kFast, kSlow, cohort, kScrapes, seed),
                 std::make_unique<PawlRule>(history_of(scenario, seed))};
  }));
}

Detection detect_through_counters(const Scenario& scenario, Effort effort) {
  return summary(outcomes(effort, scenario.culprit, [&](std::uint64_t seed) {
    return Match{std::make_unique<CounterStream>(std::make_unique<BinaryStream>(scenario, seed), CounterStream::Loss{},
                                                 seed + 1'000'000),
                 std::make_unique<PawlRule>(history_of(scenario, seed))};
  }));
}

Detection detect_through_fold(const Scenario& scenario, Effort effort) {
  using domain::Verdict;
  constexpr Duration kInterval = std::chrono::seconds{15};
  const Instant began{Duration{1'795'489'200'000}};
  return summary(each_run<Outcome>(effort.runs, effort.threads, [&](int run) -> Outcome {
    const std::uint64_t seed = effort.first + static_cast<std::uint64_t>(run);
    CounterStream pods(std::make_unique<BinaryStream>(scenario, seed), CounterStream::Loss{}, seed + 1'000'000);
    const Histories histories = history_of(scenario, seed);
    domain::EvidenceFold fold(PawlRule::policy(histories.size()), kCanaryDigest, kStableDigest, began,
                              PawlRule::by_name(histories));
    const std::vector<domain::ShareChange> share{{began, static_cast<int>(10000 * scenario.share)}};
    for (int t = 1; t <= pods.scrapes(); ++t) {
      pods.next();
      const Instant now = began + kInterval * t;
      fold.add(pods.scraped(now), share);
      const Verdict verdict = fold.verdict(now);
      if (verdict.kind != Verdict::Kind::RollBackRegression) continue;
      return {true, pods.interactions(), verdict.blamed == std::vector{std::to_string(scenario.culprit)}};
    }
    return {false, pods.interactions(), false};
  }));
}

Promotion promote(double drop, Effort effort) {
  struct Result {
    bool promoted = false;
    bool rolled_back = false;
    double interactions = 0;
  };
  const Scenario scenario = promotion(drop);
  const auto results = each_run<Result>(effort.runs, effort.threads, [&](int run) {
    const std::uint64_t seed = effort.first + static_cast<std::uint64_t>(run);
    BinaryStream stream(scenario, seed);
    PawlRule pawl(history_of(scenario, seed));
    for (int t = 0; t < stream.scrapes(); ++t) {
      if (pawl.look(stream.next())) return Result{false, true, 0};
      if (pawl.decision() == domain::Verdict::Kind::Promote) return Result{true, false, stream.interactions()};
    }
    return Result{};
  });
  Tally promoted, rolled_back, interactions;
  for (const Result& result : results) {
    promoted.add(result.promoted ? 1 : 0);
    rolled_back.add(result.rolled_back ? 1 : 0);
    if (result.promoted) interactions.add(result.interactions);
  }
  return {promoted.estimate(), rolled_back.estimate(), interactions.estimate()};
}

Estimate declared_non_inferior(double drop, Effort effort) {
  Scenario scenario = promotion(drop);
  scenario.capabilities = 1;
  scenario.rates = {kRate};
  const auto results = each_run<char>(effort.runs, effort.threads, [&](int run) -> char {
    const std::uint64_t seed = effort.first + static_cast<std::uint64_t>(run);
    BinaryStream stream(scenario, seed);
    domain::NonInferiorityConfig config;
    config.margin = kMargin;
    config.history = history_of(scenario, seed).front();
    domain::NonInferiority test(config);
    const auto proven = [&] { return test.best_log_e() >= std::log(1 / kBeta); };
    domain::Carry carry;
    for (int t = 0; t < stream.scrapes() && !proven(); ++t) {
      if (const auto whole = carry.join(stream.next().front())) test.add(*whole);
    }
    return proven() ? 1 : 0;
  });
  Tally declared;
  for (const char result : results) declared.add(result);
  return declared.estimate();
}

Guard guard(double times, Effort effort) {
  constexpr double kLimit = 1e-3;
  constexpr double kInteractions = 200 / kLimit;
  constexpr double kAlphaGuardrail = 0.01;
  // Events at the alarm, 0 without one. The evidence can only grow at an event, so it is asked at each.
  const auto results = each_run<double>(effort.runs, effort.threads, [&](int run) {
    Random random(effort.first + static_cast<std::uint64_t>(run));
    double interactions = 0;
    for (double events = 1;; ++events) {
      interactions += tries(random, kLimit * times);
      if (interactions > kInteractions) return 0.0;
      if (domain::guardrail_log_e(events, interactions, kLimit) >= std::log(1 / kAlphaGuardrail)) return events;
    }
  });
  Tally alarmed, events;
  for (const double seen : results) {
    alarmed.add(seen > 0 ? 1 : 0);
    if (seen > 0) events.add(seen);
  }
  return {alarmed.estimate(), events.estimate()};
}

}  // namespace pawl::statistics

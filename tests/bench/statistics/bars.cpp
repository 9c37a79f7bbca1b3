#include "bench/statistics/bars.h"

#include <cmath>

#include "statistics/bounds.h"

namespace pawl::statistics {
namespace {

double bound_of(const Scenario& s) { return least_delay(s.p_culprit, s.p_stable, s.share, s.capabilities); }

/// A part of the runs.
Effort some(const Options& o, int part) { return {std::max(10, o.runs / part), o.threads}; }

void other_rates(Bars& bars, const Options& o) {
  progress("other rates");
  bars.share_at_most("B4", h1().name, detect(h1(), some(o, 2)).rolled_back, kBar);
  bars.share_at_most("B4", h2().name, detect(h2(), some(o, 4)).rolled_back, kBar);
  bars.delay("B5", h3().name, detect(h3(), some(o, 2)).delay, 1.5, bound_of(h3()));
  bars.delay("B5", h4().name, detect(h4(), some(o, 2)).delay, 1.6, bound_of(h4()));
  bars.delay("B5", h5().name, detect(h5(), some(o, 2)).delay, 1.5, bound_of(h5()));
  bars.delay("B5", h7().name, detect(h7(), some(o, 1)).delay, 1.6, bound_of(h7()));
  const Detection later = detect(h6(), some(o, 2));
  bars.delay("B6", h6().name, later.delay, 2.3, bound_of(h6()));
  bars.share_at_most("B6", h6().name + ", rolled back before the drop", later.early, kBar);
  bars.share_at_least("B6", h8().name + ", found", detect(h8(), some(o, 2)).rolled_back, 0.75);
}

void what_counters_do(Bars& bars, const Options& o) {
  using Unit = SessionStream::Unit;
  progress("ramp, sessions, lost scrapes, late scores");
  bars.share_at_most("B7", "ramp and drift, healthy", detect(ramp_and_drift(), some(o, 4)).rolled_back, kBar);
  bars.share_at_least("B7", "the same by running totals", detect_by_totals(ramp_and_drift(), some(o, 4)).rolled_back,
                      0.95);
  bars.share_at_least("B8", "sessions, interactions taken as independent, healthy",
                      detect_sessions(null_at(.1), .3, Unit::Interaction, some(o, 4)).rolled_back, 0.5);
  bars.share_at_most("B8", "sessions judged as one, healthy",
                     detect_sessions(null_at(.1), .3, Unit::Session, some(o, 4)).rolled_back, kBar);
  bars.at_most("B8", "sessions judged as one, A2, delay", detect_sessions(a2(.1), .3, Unit::Session, some(o, 4)).delay,
               600);
  const Detection clean = detect(a2(.1), some(o, 4));
  const Detection lossy = detect_through_counters(a2(.1), some(o, 4));
  bars.share_at_most("B9", "a fifth of the scrapes lost, pods restart, healthy",
                     detect_through_counters(null_at(.1), some(o, 4)).rolled_back, kBar);
  bars.ratio("B9", "the same, A2, delay against clean counters", lossy.delay.mean, clean.delay.mean, 1.10,
             clean.delay.runs);
  bars.share_at_most("B10", "failures scored early, healthy, by cohort", detect_delayed(true, some(o, 4)).rolled_back,
                     kBar);
  bars.share_at_least("B10", "the same by revision alone", detect_delayed(false, some(o, 4)).rolled_back, 0.30);
}

void many_capabilities(Bars& bars, const Options& o) {
  progress("200 capabilities");
  bars.share_at_most("B11", zipf(false).name, detect(zipf(false), some(o, 8)).rolled_back, kBar);
  bars.delay("B11", zipf(true).name, detect(zipf(true), some(o, 4)).delay, 1.5, bound_of(zipf(true)));
}

void graded_scores(Bars& bars, const Options& o) {
  progress("graded scores");
  struct Case {
    double from, to, concentration, times;
  };
  for (const Case& c : {Case{0.8, 0.76, 6, 1.5}, Case{0.8, 0.76, 20, 1.8}, Case{0.7, 0.65, 3, 1.35}}) {
    const GradedScenario scenario = graded(c.from, c.to, c.concentration, 0.05);
    const std::string what = fmt::format("graded, {:.2f}, sd {:.3f}", c.from, std::sqrt(scenario.variance()));
    bars.share_at_most("B12", what + ", healthy",
                       detect(graded_null(c.from, c.concentration, 0.05), some(o, 8)).rolled_back, kBar);
    const double bound = least_delay_graded(c.from - c.to, scenario.variance(), 0.05, 20);
    const std::string drop = fmt::format("{}, to {:.2f}", what, c.to);
    bars.delay("B12", drop, detect(scenario, some(o, 4)).delay, c.times, bound);
    bars.delay("B12", drop + ", bets alone", detect_by_bare_bets(scenario, some(o, 4)).delay, c.times, bound);
  }
}

void promotion_and_guardrail(Bars& bars, const Options& o) {
  progress("promotion and guardrail");
  const Promotion healthy = promote(0, some(o, 4));
  bars.share_at_least("B13", "healthy, promoted", healthy.promoted, 0.93);
  bars.at_most("B13", "healthy, canary interactions of a capability until promoted", healthy.interactions, 1100);
  bars.share_at_most("B13", "exactly at the margin, declared not inferior (one capability)",
                     declared_non_inferior(.05, {4 * o.runs, o.threads}), kBar);
  bars.share_at_most("B13", "twice the margin, promoted", promote(.10, some(o, 2)).promoted, 0);
  bars.share_at_most("B14", "rate at the limit, alarmed", guard(1, {4 * o.runs, o.threads}).alarmed, 0.01);
  bars.at_most("B14", "ten times the limit, events until the alarm", guard(10, {4 * o.runs, o.threads}).events, 5);
}

}  // namespace

void bars_against_peers(Bars& bars, const std::map<double, Arena>& arenas, const Options& o) {
  for (const auto& [share, arena] : arenas) {
    const std::string at = fmt::format(" at {:.0f} %", 100 * share);
    progress("healthy" + at);
    bars.share_at_most("B2", "healthy, rolled back" + at, detect(null_at(share), {2 * o.runs, o.threads}).rolled_back,
                       kBar);
    for (const auto& [name, detections] : arena.bad) {
      bars.delay("B3", name + at + ", delay", detections[0].delay, share < 0.5 ? 1.45 : 1.50, arena.bound.at(name));
      bars.share_at_least("B3", name + at + ", right blame", detections[0].right_blame, 0.99);
    }
  }
  for (const Duel& duel : duels(arenas)) {
    const std::string what = fmt::format("{} at {:.0f} %, ours / {} ({})", duel.scenario, 100 * duel.share,
                                         duel.against, arenas.at(duel.share).names[duel.peer]);
    bars.ratio("B15", what, duel.ours, duel.theirs, duel.bar, duel.runs);
  }
}

void bars_alone(Bars& bars, const Options& o) {
  other_rates(bars, o);
  what_counters_do(bars, o);
  many_capabilities(bars, o);
  graded_scores(bars, o);
  promotion_and_guardrail(bars, o);
}

}  // namespace pawl::statistics

// The statistics against their bars and against the peers' rules, all on the same streams, as a page in Markdown:
//
//   bench_statistics --runs 1000 --threads 2 > docs/benchmarks/statistics.md
//
// The page does not depend on the number of threads.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/peers/argo.h"
#include "bench/peers/flagger.h"
#include "bench/peers/kayenta.h"
#include "statistics/bounds.h"
#include "statistics/experiments.h"
#include "statistics/pawl_rule.h"

namespace pawl::statistics {
namespace {

constexpr double kBar = 0.05;

struct Options {
  int runs = 100;
  int threads = 2;
};

void progress(const std::string& what) { fmt::print(stderr, "[bench-statistics] {}\n", what); }

std::string share_text(const Estimate& e) { return fmt::format("{:.3f} ± {:.3f}", e.mean, e.error); }
std::string delay_text(const Estimate& e) { return fmt::format("{:.0f} ± {:.0f}", e.mean, e.error); }

bool keeps_the_bar(const Estimate& share) { return share.mean <= kBar + 2 * share_error(kBar, share.runs); }

// ---- against the peers

/// What an oracle reads off healthy streams: the boldest setting that rolls back at most one in twenty of them.
struct Tuned {
  std::map<int, double> flagger;  ///< by window: threshold
  std::map<int, double> argo;     ///< by window: tolerance
};
const std::vector<int> kTunedWindows{30 * kMinute, 120 * kMinute};

peers::FlaggerConfig tuned_flagger(int window) {
  peers::FlaggerConfig config;
  config.window = window;
  config.wait_for_full_window = true;
  return config;
}

peers::ArgoConfig tuned_argo(int window) {
  peers::ArgoConfig config;
  config.window = window;
  config.threshold.reset();
  config.wait_for_full_window = true;
  return config;
}

/// Largest threshold in whole percent, as people set them, that no more than one in twenty of the critical values lies
/// below.
double boldest_threshold(std::vector<double> critical) {
  std::ranges::sort(critical);
  const double least = critical[critical.size() / 20];
  return std::floor(least * 100) / 100;
}

double boldest_tolerance(std::vector<double> critical) {
  std::ranges::sort(critical, std::greater{});
  const double most = critical[critical.size() / 20];
  return std::ceil(most * 100) / 100;
}

Tuned tune(const Scenario& healthy, Effort effort) {
  struct Critical {
    std::vector<double> flagger;
    std::vector<double> argo;
  };
  const auto all = each_run<Critical>(effort.runs, effort.threads, [&](int run) {
    BinaryStream stream(healthy, effort.first + static_cast<std::uint64_t>(run));
    std::vector<std::unique_ptr<peers::FlaggerTuning>> flagger;
    std::vector<std::unique_ptr<peers::ArgoTuning>> argo;
    std::vector<Rule*> rules;
    for (const int window : kTunedWindows) {
      rules.push_back(flagger.emplace_back(std::make_unique<peers::FlaggerTuning>(tuned_flagger(window))).get());
      rules.push_back(argo.emplace_back(std::make_unique<peers::ArgoTuning>(tuned_argo(window))).get());
    }
    watch(stream, rules);
    Critical critical;
    for (const auto& tuning : flagger) critical.flagger.push_back(tuning->critical());
    for (const auto& tuning : argo) critical.argo.push_back(tuning->critical());
    return critical;
  });
  Tuned tuned;
  for (std::size_t i = 0; i < kTunedWindows.size(); ++i) {
    std::vector<double> thresholds, tolerances;
    for (const Critical& critical : all) {
      thresholds.push_back(critical.flagger[i]);
      tolerances.push_back(critical.argo[i]);
    }
    tuned.flagger[kTunedWindows[i]] = boldest_threshold(thresholds);
    tuned.argo[kTunedWindows[i]] = boldest_tolerance(tolerances);
  }
  return tuned;
}

struct Contestant {
  std::string name;
  bool told = false;  ///< its setting was read off healthy streams of the very same rates
  std::function<std::unique_ptr<Rule>()> make;
};

/// `threshold`: midway between the pass rates of a healthy and a bad canary, for the rules that need one.
std::vector<Contestant> contestants(const Scenario& scenario, double threshold, const Tuned& tuned) {
  std::vector<Contestant> all;
  const auto add = [&](std::string name, bool told, std::function<std::unique_ptr<Rule>()> make) {
    all.push_back({std::move(name), told, std::move(make)});
  };
  const auto flagger = [&](std::string name, peers::FlaggerConfig config, bool told = false) {
    add(std::move(name), told, [config] { return std::make_unique<peers::Flagger>(config); });
  };
  const auto argo = [&](std::string name, peers::ArgoConfig config, bool told = false) {
    add(std::move(name), told, [config] { return std::make_unique<peers::Argo>(config); });
  };
  const auto kayenta = [&](std::string name, int minutes, bool critical) {
    const peers::KayentaConfig config{minutes * kMinute, 10, critical, scenario.scrapes()};
    add(std::move(name), false, [config] { return std::make_unique<peers::Kayenta>(config); });
  };
  peers::FlaggerConfig plain;
  plain.threshold = threshold;
  flagger("Flagger, each capability, 1 min window, 5 failed checks", plain);
  plain.window = 30 * kMinute;
  flagger("Flagger, each capability, 30 min window, 5 failed checks", plain);
  plain.window = kMinute;
  plain.aggregate = true;
  flagger("Flagger, aggregate, 1 min window, 5 failed checks", plain);
  peers::ArgoConfig absolute;
  absolute.threshold = threshold;
  argo("Argo, each capability, 5 min window, failureLimit 3", absolute);
  peers::ArgoConfig relative;
  relative.window = 30 * kMinute;
  relative.threshold.reset();
  argo("Argo against stable − .05, 30 min window, failureLimit 3", relative);
  kayenta("Kayenta, score 95/75, 1 min points, 10 looks", 1, false);
  kayenta("Kayenta, all critical, 1 min points, 10 looks", 1, true);
  kayenta("Kayenta, all critical, 10 min points, 10 looks", 10, true);
  for (const auto& [window, least] : tuned.flagger) {
    peers::FlaggerConfig config = tuned_flagger(window);
    config.threshold = least;
    flagger(fmt::format("Flagger tuned by an oracle ‡, {} min window", window / kMinute), config, true);
  }
  for (const auto& [window, tolerance] : tuned.argo) {
    peers::ArgoConfig config = tuned_argo(window);
    config.tolerance = tolerance;
    argo(fmt::format("Argo against stable, tolerance tuned ‡, {} min window", window / kMinute), config, true);
  }
  return all;
}

/// The first row is ours.
std::vector<Detection> contest(const Scenario& scenario, const std::vector<Contestant>& others, Effort effort) {
  const auto outcomes = each_run<std::vector<Outcome>>(effort.runs, effort.threads, [&](int run) {
    const std::uint64_t seed = effort.first + static_cast<std::uint64_t>(run);
    BinaryStream stream(scenario, seed);
    PawlRule pawl(history_of(scenario, seed));
    std::vector<std::unique_ptr<Rule>> owned;
    std::vector<Rule*> rules{&pawl};
    for (const Contestant& other : others) rules.push_back(owned.emplace_back(other.make()).get());
    return watch(stream, rules, scenario.culprit);
  });
  std::vector<Detection> detections;
  for (std::size_t rule = 0; rule <= others.size(); ++rule) {
    std::vector<Outcome> column;
    for (const std::vector<Outcome>& run : outcomes) column.push_back(run[rule]);
    detections.push_back(summary(column));
  }
  return detections;
}

struct Bad {
  Scenario scenario;
  double threshold;
};

struct Arena {
  std::vector<std::string> names;  ///< ours first
  std::vector<bool> told;
  std::vector<Detection> null, null_high;             ///< both arms at .90, at .95
  std::map<std::string, std::vector<Detection>> bad;  ///< "A1", "A2", "A3"
  std::map<std::string, double> bound;
  Tuned tuned;
};

Arena arena(double share, const Options& options) {
  const Effort healthy{options.runs, options.threads};
  const Effort bad{std::max(1, options.runs / 2), options.threads};
  Arena result;
  progress(fmt::format("peers at {:.0f} %", 100 * share));
  result.tuned = tune(null_at(share), healthy);
  const Tuned high = tune(a3_null(share), healthy);
  const auto at_90 = contestants(null_at(share), 0.85, result.tuned);
  result.names.push_back("**pawl**");
  result.told.push_back(false);
  for (const Contestant& other : at_90) {
    result.names.push_back(other.name);
    result.told.push_back(other.told);
  }
  result.null = contest(null_at(share), at_90, healthy);
  result.null_high = contest(a3_null(share), contestants(a3_null(share), 0.925, high), bad);
  const auto put = [&](const std::string& name, const Scenario& scenario, double threshold, const Tuned& tuned) {
    result.bound[name] = least_delay(scenario.p_culprit, scenario.p_stable, share, scenario.capabilities);
    result.bad[name] = contest(scenario, contestants(scenario, threshold, tuned), bad);
  };
  put("A1", a1(share), 0.875, result.tuned);
  put("A2", a2(share), 0.85, result.tuned);
  put("A3", a3(share), 0.925, high);
  return result;
}

const std::vector<Detection>& null_of(const Arena& arena, const std::string& scenario) {
  return scenario == "A3" ? arena.null_high : arena.null;
}

/// The fastest peer that keeps healthy canaries, and finds most of the bad ones.
std::optional<std::size_t> best_peer(const Arena& arena, const std::string& scenario, bool told_too = true) {
  std::optional<std::size_t> best;
  const std::vector<Detection>& bad = arena.bad.at(scenario);
  for (std::size_t rule = 1; rule < bad.size(); ++rule) {
    if (!keeps_the_bar(null_of(arena, scenario)[rule].rolled_back)) continue;
    if (arena.told[rule] && !told_too) continue;
    if (!best || bad[rule].delay.mean < bad[*best].delay.mean) best = rule;
  }
  return best;
}

std::string cell(const Detection& bad, const Detection& null, double bound) {
  if (!keeps_the_bar(null.rolled_back)) return "–";
  if (bad.rolled_back.mean < 0.02) return "missed";
  std::string text = fmt::format("{} ({:.2f})", delay_text(bad.delay), bad.delay.mean / bound);
  if (bad.rolled_back.mean < 0.995) text += fmt::format(", {:.0f} % found", 100 * bad.rolled_back.mean);
  return text;
}

void print_arena(double share, const Arena& arena) {
  fmt::print("\n### {:.0f} % of traffic\n\n", 100 * share);
  fmt::print(
      "| rule | healthy at .90 | A1 | A2 | healthy at .95 | A3 | right blame A1, A2, A3 |\n|---|---|---|---|---|---|---|\n");
  fmt::print("| bound | | {:.0f} | {:.0f} | | {:.0f} | |\n", arena.bound.at("A1"), arena.bound.at("A2"),
             arena.bound.at("A3"));
  for (std::size_t rule = 0; rule < arena.names.size(); ++rule) {
    const auto at = [&](const std::string& name) {
      return cell(arena.bad.at(name)[rule], null_of(arena, name)[rule], arena.bound.at(name));
    };
    std::string blame = "never told";
    if (rule == 0) {
      blame = fmt::format("{:.1f} %, {:.1f} %, {:.1f} %", 100 * arena.bad.at("A1")[0].right_blame.mean,
                          100 * arena.bad.at("A2")[0].right_blame.mean, 100 * arena.bad.at("A3")[0].right_blame.mean);
    }
    fmt::print("| {} | {}{} | {} | {} | {}{} | {} | {} |\n", arena.names[rule],
               share_text(arena.null[rule].rolled_back), keeps_the_bar(arena.null[rule].rolled_back) ? "" : " ✗",
               at("A1"), at("A2"), share_text(arena.null_high[rule].rolled_back),
               keeps_the_bar(arena.null_high[rule].rolled_back) ? "" : " ✗", at("A3"), blame);
  }
}

// ---- the bars

class Bars {
 public:
  void share_at_most(const std::string& row, const std::string& what, const Estimate& e, double bar) {
    put(row, what, share_text(e), fmt::format("≤ {:.2f}", bar), e.mean <= bar + 2 * share_error(bar, e.runs), e.runs);
  }
  void share_at_least(const std::string& row, const std::string& what, const Estimate& e, double bar) {
    put(row, what, share_text(e), fmt::format("≥ {:.2f}", bar), e.mean >= bar - 2 * share_error(bar, e.runs), e.runs);
  }
  void delay(const std::string& row, const std::string& what, const Estimate& e, double times, double bound) {
    put(row, what, fmt::format("{}, {:.2f} × {:.0f}", delay_text(e), e.mean / bound, bound),
        fmt::format("≤ {:.2f} ×", times), e.mean <= times * bound + 2 * e.error, e.runs);
  }
  void at_most(const std::string& row, const std::string& what, const Estimate& e, double bar) {
    put(row, what, fmt::format("{:.1f} ± {:.1f}", e.mean, e.error), fmt::format("≤ {:.0f}", bar),
        e.mean <= bar + 2 * e.error, e.runs);
  }
  void ratio(const std::string& row, const std::string& what, double ours, double theirs, double bar, int runs) {
    put(row, what, fmt::format("{:.0f} / {:.0f} = {:.2f}", ours, theirs, ours / theirs), fmt::format("≤ {:.2f}", bar),
        ours <= bar * theirs, runs);
  }
  void print() {
    std::ranges::stable_sort(rows_, {}, &Row::number);
    fmt::print("| | what | measured | bar | kept | runs |\n|---|---|---|---|---|---|\n");
    for (const Row& row : rows_) fmt::print("{}\n", row.text);
  }

 private:
  void put(const std::string& row, const std::string& what, const std::string& measured, const std::string& bar,
           bool kept, int runs) {
    rows_.push_back({std::stoi(row.substr(1)), fmt::format("| {} | {} | {} | {} | {} | {} |", row, what, measured, bar,
                                                           kept ? "yes" : "**no**", runs)});
  }
  struct Row {
    int number = 0;
    std::string text;
  };
  std::vector<Row> rows_;
};

double bound_of(const Scenario& s) { return least_delay(s.p_culprit, s.p_stable, s.share, s.capabilities); }

void bars_against_peers(Bars& bars, const std::map<double, Arena>& arenas) {
  for (const auto& [share, arena] : arenas) {
    const std::string at = fmt::format(" at {:.0f} %", 100 * share);
    bars.share_at_most("B2", "healthy, rolled back" + at, arena.null[0].rolled_back, kBar);
    for (const auto& [name, detections] : arena.bad) {
      bars.delay("B3", name + at + ", delay", detections[0].delay, share < 0.5 ? 1.45 : 1.50, arena.bound.at(name));
      bars.share_at_least("B3", name + at + ", right blame", detections[0].right_blame, 0.99);
    }
  }
  for (const auto& [share, arena] : arenas) {
    for (const auto& [name, detections] : arena.bad) {
      const std::optional<std::size_t> best = best_peer(arena, name);
      if (!best) continue;
      if (share > 0.4 && name != "A2") continue;
      const std::string what =
          fmt::format("{} at {:.0f} %, ours / fastest peer ({})", name, 100 * share, arena.names[*best]);
      bars.ratio("B15", what, detections[0].delay.mean, detections[*best].delay.mean, share > 0.4 ? 0.95 : 0.70,
                 detections[0].delay.runs);
    }
  }
}

void bars_alone(Bars& bars, const Options& o) {
  const auto some = [&](int part) { return Effort{std::max(10, o.runs / part), o.threads}; };
  using Unit = SessionStream::Unit;
  progress("other rates");
  bars.share_at_most("B4", h1().name, detect(h1(), some(2)).rolled_back, kBar);
  bars.share_at_most("B4", h2().name, detect(h2(), some(4)).rolled_back, kBar);
  bars.delay("B5", h3().name, detect(h3(), some(2)).delay, 1.5, bound_of(h3()));
  bars.delay("B5", h4().name, detect(h4(), some(2)).delay, 1.6, bound_of(h4()));
  bars.delay("B5", h5().name, detect(h5(), some(2)).delay, 1.5, bound_of(h5()));
  bars.delay("B5", h7().name, detect(h7(), some(1)).delay, 1.6, bound_of(h7()));
  const Detection later = detect(h6(), some(2));
  bars.delay("B6", h6().name, later.delay, 2.3, bound_of(h6()));
  bars.share_at_most("B6", h6().name + ", rolled back before the drop", later.early, kBar);
  bars.share_at_least("B6", h8().name + ", found", detect(h8(), some(2)).rolled_back, 0.75);
  progress("ramp, sessions, lost scrapes, late scores");
  bars.share_at_most("B7", "ramp and drift, healthy", detect(ramp_and_drift(), some(4)).rolled_back, kBar);
  bars.share_at_least("B7", "the same by running totals", detect_by_totals(ramp_and_drift(), some(4)).rolled_back,
                      0.95);
  bars.share_at_least("B8", "sessions, interactions taken as independent, healthy",
                      detect_sessions(null_at(.1), .3, Unit::Interaction, some(4)).rolled_back, 0.5);
  bars.share_at_most("B8", "sessions judged as one, healthy",
                     detect_sessions(null_at(.1), .3, Unit::Session, some(4)).rolled_back, kBar);
  bars.at_most("B8", "sessions judged as one, A2, delay", detect_sessions(a2(.1), .3, Unit::Session, some(4)).delay,
               600);
  const Detection clean = detect(a2(.1), some(4));
  const Detection lossy = detect_through_counters(a2(.1), some(4));
  bars.share_at_most("B9", "a fifth of the scrapes lost, pods restart, healthy",
                     detect_through_counters(null_at(.1), some(4)).rolled_back, kBar);
  bars.ratio("B9", "the same, A2, delay against clean counters", lossy.delay.mean, clean.delay.mean, 1.10,
             clean.delay.runs);
  bars.share_at_most("B10", "failures scored early, healthy, by cohort", detect_delayed(true, some(4)).rolled_back,
                     kBar);
  bars.share_at_least("B10", "the same by revision alone", detect_delayed(false, some(4)).rolled_back, 0.30);
  progress("200 capabilities");
  bars.share_at_most("B11", zipf(false).name, detect(zipf(false), some(8)).rolled_back, kBar);
  bars.delay("B11", zipf(true).name, detect(zipf(true), some(4)).delay, 1.5, bound_of(zipf(true)));
  progress("graded scores");
  struct Case {
    double from, to, concentration, times;
  };
  for (const Case& c : {Case{0.8, 0.76, 6, 1.5}, Case{0.8, 0.76, 20, 1.8}, Case{0.7, 0.65, 3, 1.35}}) {
    const GradedScenario scenario = graded(c.from, c.to, c.concentration, 0.05);
    const std::string what = fmt::format("graded, {:.2f}, sd {:.3f}", c.from, std::sqrt(scenario.variance()));
    bars.share_at_most("B12", what + ", healthy",
                       detect(graded_null(c.from, c.concentration, 0.05), some(8)).rolled_back, kBar);
    bars.delay("B12", fmt::format("{}, to {:.2f}", what, c.to), detect(scenario, some(4)).delay, c.times,
               least_delay_graded(c.from - c.to, scenario.variance(), 0.05, 20));
  }
  progress("promotion and guardrail");
  const Promotion healthy = promote(0, some(4));
  bars.share_at_least("B13", "healthy, promoted", healthy.promoted, 0.93);
  bars.at_most("B13", "healthy, canary interactions of a capability until promoted", healthy.interactions, 1100);
  bars.share_at_most("B13", "exactly at the margin, declared not inferior (one capability)",
                     declared_non_inferior(.05, {4 * o.runs, o.threads}), kBar);
  bars.share_at_most("B13", "twice the margin, promoted", promote(.10, some(2)).promoted, 0);
  bars.share_at_most("B14", "rate at the limit, alarmed", guard(1, {4 * o.runs, o.threads}).alarmed, 0.01);
  bars.at_most("B14", "ten times the limit, events until the alarm", guard(10, {4 * o.runs, o.threads}).events, 5);
}

/// What the oracle's settings are worth once the common rate swings.
void print_swing(const std::map<double, Arena>& arenas, const Options& o, Bars& bars) {
  fmt::print(
      "\n## When both arms swing together\n\n"
      "Healthy canaries; the pass rate of both arms swings twice by the amplitude. Share rolled back.\n\n"
      "| share | amplitude | pawl | Flagger tuned, 30 min | Flagger tuned, 120 min | Argo tuned, 30 min | Argo tuned, 120 min |\n|---|---|---|---|---|---|---|\n");
  for (const auto& [share, arena] : arenas) {
    for (const double amplitude : {0.02, 0.04}) {
      progress(fmt::format("common swing of {} at {:.0f} %", amplitude, 100 * share));
      const Scenario scenario = common_swing(share, amplitude);
      std::vector<Contestant> told;
      for (const Contestant& c : contestants(scenario, 0.85, arena.tuned)) {
        if (c.told) told.push_back(c);
      }
      const std::vector<Detection> all = contest(scenario, told, {std::max(10, o.runs / 4), o.threads, 3001});
      fmt::print("| {:.0f} % | ± {:.2f} |", 100 * share, amplitude);
      for (const Detection& d : all) fmt::print(" {} |", share_text(d.rolled_back));
      fmt::print("\n");
      if (amplitude < 0.03) continue;
      const std::string at = fmt::format(" at {:.0f} %, swing ± .04", 100 * share);
      bars.share_at_most("B15", "ours" + at, all[0].rolled_back, kBar);
      const std::size_t window = share < 0.4 ? 1 : 0;  // the one that found drops sooner
      bars.share_at_least("B15", fmt::format("Flagger tuned, {} min,{}", kTunedWindows[window] / kMinute, at),
                          all[1 + window].rolled_back, 0.60);
    }
  }
}

void print_honest_lines(const std::map<double, Arena>& arenas) {
  fmt::print("\n## Where a peer wins\n\n");
  bool any = false;
  for (const auto& [share, arena] : arenas) {
    for (const auto& [name, detections] : arena.bad) {
      for (std::size_t rule = 1; rule < detections.size(); ++rule) {
        if (!keeps_the_bar(null_of(arena, name)[rule].rolled_back)) continue;
        if (detections[rule].delay.mean >= detections[0].delay.mean) continue;
        any = true;
        fmt::print("- {} at {:.0f} %: {} needs {} where pawl needs {}.{}\n", name, 100 * share, arena.names[rule],
                   delay_text(detections[rule].delay), delay_text(detections[0].delay),
                   arena.told[rule] ? " Its setting was read off healthy streams with exactly these rates." : "");
      }
    }
  }
  if (!any) fmt::print("Nowhere in these runs.\n");
  fmt::print(
      "\nAn absolute threshold that is told the base rate solves an easier question: it compares one arm with a number, not two arms.\n"
      "The section above shows what happens when the number is no longer true.\n");
}

void print_settings(const std::map<double, Arena>& arenas) {
  fmt::print("\nSettings found for ‡ at .90:");
  for (const auto& [share, arena] : arenas) {
    for (const auto& [window, threshold] : arena.tuned.flagger) {
      fmt::print(" {:.0f} %, {} min: threshold {:.2f}, tolerance {:.2f};", 100 * share, window / kMinute, threshold,
                 arena.tuned.argo.at(window));
    }
  }
  fmt::print("\n");
}

void run(const Options& o) {
  std::map<double, Arena> arenas;
  for (const double share : {0.05, 0.10, 0.50}) arenas[share] = arena(share, o);
  fmt::print(
      "# The statistics, measured\n\n"
      "Written by `make bench-statistics RUNS={}`: seeded streams, so the same command gives the same page. ± is the Monte Carlo standard\n"
      "error of what stands before it. A bar counts as kept within two of them.\n\n"
      "Setting: 20 capabilities with 30 interactions a minute each, a scrape and a decision every 15 s, up to 3 000 canary interactions of a\n"
      "capability. In A1 (.90 to .85), A2 (.90 to .80) and A3 (.95 to .90) one capability drops while the other 19 rise by .02, so the aggregate\n"
      "rises too. Delay is counted in canary interactions of the capability that dropped; a run in which it was not found counts with all 3 000.\n"
      "The bound is Wald's and Lorden's: no rule that watches 20 capabilities with 5 % false rollbacks can be faster on average. All rules of a\n"
      "table saw the same streams in the same run: {} healthy, {} bad ones.\n",
      o.runs, o.runs, std::max(1, o.runs / 2));
  fmt::print(
      "\n## Against the rules of other tools\n\n"
      "Delays in brackets are multiples of the bound. ✗: rolls back more than 5 % of healthy canaries, and then a delay has no meaning (–).\n"
      "Thresholds that a rule needs sit midway between the healthy and the bad rate.\n"
      "‡ The setting was read off the healthy streams of this very table, so that 5 % of them are rolled back; checks begin with a full\n"
      "window. Nobody can do that in production.\n");
  for (const auto& [share, arena] : arenas) print_arena(share, arena);
  print_settings(arenas);
  Bars bars;
  bars_against_peers(bars, arenas);
  print_swing(arenas, o, bars);
  print_honest_lines(arenas);
  bars_alone(bars, o);
  fmt::print("\n## The acceptance table\n\n");
  bars.print();
  fmt::print("\nB0 and B1 (vectors, properties) and B16 (cost) are tests and `make bench`.\n");
}

}  // namespace
}  // namespace pawl::statistics

int main(int argc, char** argv) {
  pawl::statistics::Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const int value = std::atoi(argv[i + 1]);
    if (name == "--runs") options.runs = value;
    if (name == "--threads") options.threads = value;
  }
  if (options.runs < 20 || options.threads < 1 || argc % 2 == 0) {
    fmt::print(stderr, "usage: bench_statistics [--runs N] [--threads N]; at least 20 runs and one thread\n");
    return 2;
  }
  pawl::statistics::run(options);
  return 0;
}

#include "bench/statistics/page.h"

#include <fmt/format.h>

#include <algorithm>

namespace pawl::statistics {
namespace {

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

/// A bar that is missed, and who is fastest of those that nobody told anything.
void print_miss(const Arena& arena, const Duel& duel) {
  const Estimate& healthy = null_of(arena, duel.scenario)[duel.peer].rolled_back;
  fmt::print("- {} at {:.0f} % misses its bar of {:.2f}: pawl needs {:.0f}, {} {:.0f}, {:.2f} of it.", duel.scenario,
             100 * duel.share, duel.bar, duel.ours, arena.names[duel.peer], duel.theirs, duel.ours / duel.theirs);
  if (arena.told[duel.peer]) {
    fmt::print(" Its setting was read off the healthy streams, of which it rolled back {}.", share_text(healthy));
  }
  const auto untold = best_peer(arena, duel.scenario, [&](std::size_t rule) { return !arena.told[rule]; });
  if (untold && *untold != duel.peer) {
    const double theirs = arena.bad.at(duel.scenario)[*untold].delay.mean;
    fmt::print(" The fastest peer without an oracle, {}, needs {:.0f}: {:.2f}.", arena.names[*untold], theirs,
               duel.ours / theirs);
  }
  fmt::print("\n");
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
  for (const Duel& duel : duels(arenas)) {
    if (duel.kept()) continue;
    any = true;
    print_miss(arenas.at(duel.share), duel);
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

void print_introduction(const Options& o) {
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
}

}  // namespace

void print_page(const Options& o) {
  std::map<double, Arena> arenas;
  for (const double share : {0.05, 0.10, 0.50}) arenas[share] = arena(share, o);
  print_introduction(o);
  for (const auto& [share, arena] : arenas) print_arena(share, arena);
  print_settings(arenas);
  Bars bars;
  bars_against_peers(bars, arenas, o);
  print_swing(arenas, o, bars);
  print_honest_lines(arenas);
  bars_alone(bars, o);
  fmt::print("\n## The acceptance table\n\n");
  bars.print();
  fmt::print(
      "\nB12, bets alone: what the bar was set by. Only the capabilities, all weighing the same, and only drops that are there from the\n"
      "start. A rollout also keeps a quarter of each bet for drops that begin later (0.29 nats) and an eighth of its capital for all\n"
      "capabilities together (0.13 nats), of 6 nats that it must win in all; and it knows stable's variance from a day of scores. The\n"
      "horizon of 2 000 canary interactions and the 20 capabilities are the same in both. The simulation that the bars were drawn up from\n"
      "had 232, 97 and 305 in its 100 runs, with standard errors of about one in eighteen; the last of them is\n"
      "two such errors below what more runs give.\n");
  fmt::print("\nB0 and B1 (vectors, properties) and B16 (cost) are tests and `make bench`.\n");
}

}  // namespace pawl::statistics

#include "bench/statistics/arena.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "bench/peers/argo.h"
#include "bench/peers/flagger.h"
#include "bench/peers/kayenta.h"
#include "bench/statistics/oracle.h"
#include "statistics/bounds.h"
#include "statistics/pawl_rule.h"

namespace pawl::statistics {

void progress(const std::string& what) { fmt::print(stderr, "[bench-statistics] {}\n", what); }

bool keeps_the_bar(const Estimate& share) { return share.mean <= kBar + 2 * share_error(kBar, share.runs); }

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

std::optional<std::size_t> best_peer(const Arena& arena, const std::string& scenario,
                                     const std::function<bool(std::size_t)>& admits) {
  std::optional<std::size_t> best;
  const std::vector<Detection>& bad = arena.bad.at(scenario);
  for (std::size_t rule = 1; rule < bad.size(); ++rule) {
    if (!keeps_the_bar(null_of(arena, scenario)[rule].rolled_back) || !admits(rule)) continue;
    if (!best || bad[rule].delay.mean < bad[*best].delay.mean) best = rule;
  }
  return best;
}

std::vector<Duel> duels(const std::map<double, Arena>& arenas) {
  std::vector<Duel> all;
  for (const auto& [share, arena] : arenas) {
    const auto fight = [&](const std::string& scenario, const std::string& against, double bar,
                           const std::function<bool(std::size_t)>& admits) {
      const std::optional<std::size_t> peer = best_peer(arena, scenario, admits);
      if (!peer) return;
      const std::vector<Detection>& bad = arena.bad.at(scenario);
      all.push_back(
          {scenario, share, against, *peer, bar, bad[0].delay.mean, bad[*peer].delay.mean, bad[0].delay.runs});
    };
    const auto anyone = [](std::size_t) { return true; };
    const auto called = [&](const std::string& name) {
      return [&arena = arena, name](std::size_t rule) { return arena.names[rule].starts_with(name); };
    };
    if (share < 0.4) {
      for (const char* scenario : {"A1", "A2", "A3"}) fight(scenario, "fastest peer", 0.70, anyone);
      continue;
    }
    fight("A2", "tuned Flagger", 0.90, called("Flagger tuned"));
    fight("A2", "Kayenta of 1 min points", 0.95, called("Kayenta, all critical, 1 min"));
  }
  return all;
}

}  // namespace pawl::statistics

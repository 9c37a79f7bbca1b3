#include "bench/statistics/oracle.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>

namespace pawl::statistics {
namespace {

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

}  // namespace

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

}  // namespace pawl::statistics

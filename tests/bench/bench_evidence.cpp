// What the evidence costs: one scrape of a thousand hypotheses (200 capabilities x 5 metrics, 4 sizes of effect each),
// how often it allocates, how large a hypothesis is, and a day of samples folded again, as after a restart.
//
//   bench_evidence                 Google Benchmark
//   bench_evidence --scrapes N     N scrapes and nothing else, for counting instructions
//   (tests/bench/count_instructions)
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "domain/evidence/evidence.h"
#include "domain/evidence/trial.h"
#include "statistics/allocations.h"
#include "statistics/busy_trial.h"
#include "statistics/streams.h"

namespace pawl::statistics {
namespace {

constexpr int kCapabilities = 200;
void judge_a_scrape(benchmark::State& state) {
  BusyTrial trial;
  for (int i = 0; i < 4; ++i) trial.scrape();
  const std::size_t before = allocations();
  for (auto _ : state) {
    trial.scrape();
    benchmark::DoNotOptimize(trial.decision());
  }
  state.counters["hypotheses"] = kHypotheses;
  state.counters["allocations"] = static_cast<double>(allocations() - before) / static_cast<double>(state.iterations());
}
BENCHMARK(judge_a_scrape)->Unit(benchmark::kMillisecond);

/// Of everything a trial keeps, names included, per hypothesis.
void keep_a_hypothesis(benchmark::State& state) {
  double bytes = 0;
  for (auto _ : state) {
    const std::size_t before = live_bytes();
    const domain::Trial trial = BusyTrial::empty();
    benchmark::DoNotOptimize(&trial);
    bytes = static_cast<double>(live_bytes() - before) / kHypotheses;
  }
  state.counters["bytes_each"] = bytes;
  state.counters["sizeof"] = sizeof(domain::Hypothesis);
}
BENCHMARK(keep_a_hypothesis)->Unit(benchmark::kMicrosecond);

/// Raw samples of a rollout with one pod per arm, in ranges of `scrapes_per_range`.
std::vector<std::vector<domain::Series>> recorded(int capabilities, int scrapes, int scrapes_per_range, Instant began,
                                                  Duration interval) {
  Scenario scenario = null_at(0.1);
  scenario.capabilities = capabilities;
  scenario.rates.assign(static_cast<std::size_t>(capabilities), kRate);
  BinaryStream stream(scenario, 1);
  std::vector<domain::Block> totals(static_cast<std::size_t>(capabilities));
  std::vector<std::vector<domain::Series>> ranges;
  for (int t = 1; t <= scrapes; ++t) {
    if ((t - 1) % scrapes_per_range == 0) {
      std::vector<domain::Series>& range = ranges.emplace_back();
      for (int k = 0; k < capabilities; ++k) {
        for (const char* digest : {kCanaryDigest, kStableDigest}) {
          for (const char* metric : {"pawl_score_count_total", "pawl_score_sum_total", "pawl_score_sumsq_total"}) {
            range.push_back({metric,
                             {{"revision", digest},
                              {"capability", "capability-" + std::to_string(k)},
                              {"evaluator", "judge"},
                              {"evaluator_version", "1"},
                              {"rollout", "r"},
                              {"instance", digest}},
                             {}});
          }
        }
      }
    }
    const auto blocks = stream.next();
    const Instant at = began + interval * t;
    for (std::size_t k = 0; k < totals.size(); ++k) {
      totals[k] += blocks[k];
      domain::Series* series = &ranges.back()[6 * k];
      for (const domain::ArmCounts& arm : {totals[k].canary, totals[k].stable}) {
        for (const double value : {arm.n, arm.sum, arm.sumsq}) (series++)->samples.push_back({at, value});
      }
    }
  }
  return ranges;
}

/// A day at 15 s scrapes with 200 capabilities, in ranges of an hour.
void replay_a_day(benchmark::State& state) {
  constexpr int kHour = 240;
  constexpr Duration kInterval = std::chrono::seconds{15};
  const Instant began{Duration{1'795'489'200'000}};
  const auto hours = recorded(kCapabilities, 24 * kHour, kHour, began, kInterval);
  for (auto _ : state) {
    domain::EvidenceFold fold(domain::EvidencePolicy{}, kCanaryDigest, kStableDigest, began);
    for (const auto& hour : hours) fold.add(hour, {{began, 1000}});
    benchmark::DoNotOptimize(fold.verdict(began + kInterval * 24 * kHour));
  }
}
BENCHMARK(replay_a_day)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace
}  // namespace pawl::statistics

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "--scrapes") {
    pawl::statistics::BusyTrial trial;
    for (int i = 0, n = std::atoi(argv[2]); i < n; ++i) trial.scrape();
    return trial.decision() == pawl::domain::Verdict::Kind::RollBackGuardrail ? 1 : 0;
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

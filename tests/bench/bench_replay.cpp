// How fast the past is judged again: a day of raw samples folded as after a restart of the operator, and rows of
// `pawl replay --stream`, through the code of both.
#include <benchmark/benchmark.h>

#include <chrono>
#include <sstream>
#include <string>
#include <vector>

#include "cli/replay/replay_stream.h"
#include "domain/evidence/evidence.h"
#include "statistics/streams.h"

namespace pawl::statistics {
namespace {

constexpr int kHour = 240;  // scrapes
constexpr Duration kInterval = std::chrono::seconds{15};
const Instant kBegan{Duration{1'795'489'200'000}};

/// The series of an hour, of one pod that counts for both arms: of each capability six.
std::vector<domain::Series> empty_hour(int capabilities) {
  std::vector<domain::Series> hour;
  for (int k = 0; k < capabilities; ++k) {
    for (const char* digest : {kCanaryDigest, kStableDigest}) {
      for (const char* metric : {"pawl_score_count_total", "pawl_score_sum_total", "pawl_score_sumsq_total"}) {
        hour.push_back({metric,
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
  return hour;
}

/// Raw samples as a metrics source gives them, hour by hour.
std::vector<std::vector<domain::Series>> recorded(int capabilities, int hours) {
  Scenario scenario = null_at(0.1);
  scenario.capabilities = capabilities;
  scenario.rates.assign(static_cast<std::size_t>(capabilities), kRate);
  BinaryStream stream(scenario, 1);
  std::vector<domain::Block> totals(static_cast<std::size_t>(capabilities));
  std::vector<std::vector<domain::Series>> all;
  for (int t = 0; t < hours * kHour; ++t) {
    if (t % kHour == 0) all.push_back(empty_hour(capabilities));
    const auto blocks = stream.next();
    const Instant at = kBegan + kInterval * (t + 1);
    for (std::size_t k = 0; k < totals.size(); ++k) {
      totals[k] += blocks[k];
      domain::Series* series = &all.back()[6 * k];
      for (const domain::ArmCounts& arm : {totals[k].canary, totals[k].stable}) {
        for (const double value : {arm.n, arm.sum, arm.sumsq}) (series++)->samples.push_back({at, value});
      }
    }
  }
  return all;
}

void fold_a_day_of_200_capabilities(benchmark::State& state) {
  constexpr int kHours = 24;
  const auto hours = recorded(200, kHours);
  for (auto _ : state) {
    domain::EvidenceFold fold(domain::EvidencePolicy{}, kCanaryDigest, kStableDigest, kBegan);
    for (const auto& hour : hours) fold.add(hour, {{kBegan, 1000}});
    benchmark::DoNotOptimize(fold.verdict(kBegan + kInterval * kHours * kHour));
  }
}
BENCHMARK(fold_a_day_of_200_capabilities)->Unit(benchmark::kMillisecond)->Iterations(3);

struct Rows {
  std::string text;
  double count = 0;
};

/// Runs of twenty capabilities with equal arms, with stable's history.
Rows stream_text(double share, double at_least) {
  Rows rows{std::string(domain::kStreamHeader) + "\n", 0};
  const Scenario scenario = null_at(share);
  const auto write = [&](int run, int t, int capability, const domain::Block& block) {
    rows.text += std::to_string(run) + ',' + std::to_string(t) + ",capability-" + std::to_string(capability);
    for (const double n : {block.canary.n, block.canary.sum, block.stable.n, block.stable.sum}) {
      rows.text += ',' + std::to_string(static_cast<std::int64_t>(n));
    }
    rows.text += '\n';
    rows.count += 1;
  };
  for (int run = 0; rows.count < at_least; ++run) {
    BinaryStream stream(scenario, static_cast<std::uint64_t>(run) + 1);
    for (int k = 0; k < scenario.capabilities; ++k) write(run, -1, k, {{}, domain::binary_counts(200, 180)});
    for (int t = 0; t < stream.scrapes(); ++t) {
      const auto blocks = stream.next();
      for (int k = 0; k < scenario.capabilities; ++k) write(run, t, k, blocks[static_cast<std::size_t>(k)]);
    }
  }
  return rows;
}

/// The range is the canary's share in percent. `early`: a run ends when it is decided, as in the command; otherwise
/// every row is bet on, which is the dearest a stream can be.
void read_a_stream(benchmark::State& state, bool early) {
  const Rows rows = stream_text(static_cast<double>(state.range(0)) / 100, 2e6);
  domain::EvidencePolicy policy;
  if (!early) {
    policy.alpha = 1e-12;
    policy.min_age = policy.max_duration = std::chrono::hours{100'000};
    policy.max_samples = 1'000'000;
  }
  for (auto _ : state) {
    std::istringstream in(rows.text);
    std::ostringstream out;
    if (!cli::replay_stream(in, policy, out)) state.SkipWithError("the stream cannot be read");
    benchmark::DoNotOptimize(out.str());
  }
  state.counters["rows_per_second"] =
      benchmark::Counter(rows.count * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK_CAPTURE(read_a_stream, decided_early, true)->Arg(5)->Arg(50)->Unit(benchmark::kMillisecond)->Iterations(3);
BENCHMARK_CAPTURE(read_a_stream, every_row_bet_on, false)
    ->Arg(5)
    ->Arg(50)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(3);

}  // namespace
}  // namespace pawl::statistics

BENCHMARK_MAIN();

// What the pure parts cost: one scrape into the fold, one verdict, one decision, one object decoded.
#include <benchmark/benchmark.h>

#include <nlohmann/json.hpp>

#include "adapters/objects.h"
#include "domain/evidence/evidence.h"
#include "domain/rollout/advance.h"
#include "domain/rollout/converge.h"
#include "support/rollout_builders.h"
#include "unit/domain/evidence/fake_metrics.h"

namespace pawl {
namespace {

domain::fake::Rates rates(int capabilities) {
  domain::fake::Rates out;
  for (int i = 0; i < capabilities; ++i) out.pass["capability-" + std::to_string(i)] = 0.9;
  return out;
}

/// One scrape of both arms, each with `capabilities` of three counters.
void fold_a_scrape(benchmark::State& state) {
  using namespace domain::fake;
  const Rates all = rates(static_cast<int>(state.range(0)));
  Metrics metrics(1);
  domain::EvidenceFold fold(policy({}), kCanary, kStable, kBegan);
  Instant at = kBegan;
  for (auto _ : state) {
    state.PauseTiming();
    metrics.interact(kCanary, all, 2);
    metrics.interact(kStable, all, 2);
    const auto raw = metrics.scrape(at += kInterval);
    state.ResumeTiming();
    fold.add(raw, {});
  }
}
BENCHMARK(fold_a_scrape)->Arg(6)->Arg(200)->Unit(benchmark::kMicrosecond);

/// Twenty blocks, the end of their scrape and the decision: what a replay does for each scrape.
void judge_a_scrape(benchmark::State& state) {
  domain::Trial trial(domain::fake::policy({}));
  std::vector<domain::Trial::Subject> subjects;
  for (int i = 0; i < 20; ++i) subjects.push_back(trial.subject("capability-" + std::to_string(i)).value());
  Random random(1);
  std::vector<domain::Block> blocks;
  for (int i = 0; i < 4096; ++i) {
    const double canary = random.chance(0.9) ? 1 : 0;
    blocks.push_back(
        {domain::binary_counts(1, canary), domain::binary_counts(9, static_cast<double>(7 + random.below(3)))});
  }
  std::size_t next = 0;
  for (auto _ : state) {
    for (const domain::Trial::Subject subject : subjects) trial.add(subject, blocks[next++ % blocks.size()]);
    trial.end_of_scrape();
    benchmark::DoNotOptimize(trial.decision(std::chrono::minutes{1}));
  }
  state.counters["blocks"] =
      benchmark::Counter(20.0 * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(judge_a_scrape)->Unit(benchmark::kMicrosecond);

void give_a_verdict(benchmark::State& state) {
  using namespace domain::fake;
  const Rates all = rates(static_cast<int>(state.range(0)));
  Metrics metrics(1);
  domain::EvidenceFold fold(policy({}), kCanary, kStable, kBegan);
  for (int i = 0; i < 50; ++i) {
    metrics.interact(kCanary, all, 5);
    metrics.interact(kStable, all, 20);
    fold.add(metrics.scrape(kBegan + kInterval * i), {});
  }
  for (auto _ : state) benchmark::DoNotOptimize(fold.verdict(kBegan + kInterval * 50));
}
BENCHMARK(give_a_verdict)->Arg(6)->Arg(200)->Unit(benchmark::kMicrosecond);

/// A rollout at rest: what an idle look costs.
void advance_and_converge(benchmark::State& state) {
  const domain::Observation seen = testing::RolloutBuilder().serving().build();
  for (auto _ : state) {
    const domain::Advance answer = domain::advance(seen, testing::kStart);
    benchmark::DoNotOptimize(domain::converge(seen.spec, answer.status, seen.world, seen.deleting));
  }
}
BENCHMARK(advance_and_converge)->Unit(benchmark::kMicrosecond);

void decode_a_rollout(benchmark::State& state) {
  const std::string text =
      R"({"apiVersion":"pawl.dev/v1alpha1","kind":"AgentRollout","metadata":{"name":"support","namespace":"shop","uid":"u",
    "resourceVersion":"12","generation":1,"finalizers":["pawl.dev/traffic"]},"spec":{"agent":"support","traffic":{"mode":"Adopt",
    "route":{"kind":"HTTPRoute","name":"support","rule":"agent"},"stableService":"s","canaryService":"c","port":80},
    "delivery":{"podTemplate":"support","mountPath":"/etc/agent","port":"http","replicas":{"stable":3,"canary":1}},
    "steps":[{"name":"ten","weight":"10%","soak":"5m"},{"name":"half","weight":"50%","soak":"10m"}],
    "evidence":{"prometheus":{"address":"http://prometheus:9090"},"interval":"15s","capabilities":[{"name":"refunds"},{"name":"tone"}]}}})";
  const auto object = nlohmann::json::parse(text);
  for (auto _ : state) benchmark::DoNotOptimize(adapters::decode_rollout(object));
}
BENCHMARK(decode_a_rollout)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace pawl

BENCHMARK_MAIN();

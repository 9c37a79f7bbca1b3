// What the contamination scan costs: a suite of 5 000 cases, an edit of 900 KiB (the largest a revision may hold).
#include <benchmark/benchmark.h>

#include "domain/gate/contamination.h"
#include "unit/domain/gate/encodings.h"
#include "unit/domain/gate/texts.h"

namespace pawl::domain {
namespace {

constexpr std::size_t kEditBytes = 900 * 1024;

std::vector<SecretTexts> suite() {
  Random random(1);
  std::vector<SecretTexts> cases;
  for (int i = 0; i < 5000; ++i) {
    std::string prompt = question(random);
    for (int j = 0; j < 3; ++j) prompt += " " + question(random);
    cases.push_back({{prompt}, {question(random)}, "pawl-canary-" + std::to_string(random.next())});
  }
  return cases;
}

std::string prose(Random& random) {
  std::string text;
  while (text.size() < kEditBytes) text += question(random) + "\n";
  text.resize(kEditBytes);
  return text;
}

std::string as_json_strings(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '\n' ? std::string("\\n") : std::string(1, c);
  return out;
}

void index_a_suite(benchmark::State& state) {
  const auto cases = suite();
  for (auto _ : state) benchmark::DoNotOptimize(LeakIndex(cases));
}

template <class Disguise>
void scan(benchmark::State& state, const Disguise& disguise) {
  const LeakIndex index(suite());
  Random random(2);
  std::string text = disguise(prose(random));
  text.resize(std::min(text.size(), kEditBytes));
  for (auto _ : state) benchmark::DoNotOptimize(index.scan({{"prompt/system.md", text}}));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(text.size()));
}

void scan_prose(benchmark::State& state) {
  scan(state, [](const std::string& text) { return text; });
}
void scan_json(benchmark::State& state) { scan(state, as_json_strings); }
void scan_base64(benchmark::State& state) { scan(state, base64); }
void scan_leaked_suite(benchmark::State& state) {
  scan(state, [](const std::string& /*text*/) {
    std::string all;
    for (const SecretTexts& one : suite()) all += one.prompts[0] + "\n";
    return all;
  });
}

/// As the gate does it for each candidate: the suite is read, then the edit. This is the figure with a bar, 1 s.
void index_and_scan(benchmark::State& state) {
  const auto cases = suite();
  Random random(2);
  const std::string text = prose(random);
  for (auto _ : state) benchmark::DoNotOptimize(LeakIndex(cases).scan({{"prompt/system.md", text}}));
}

/// The same with cases that are looked for as a whole.
void index_and_scan_short_cases(benchmark::State& state) {
  Random words(3);
  std::vector<SecretTexts> cases;
  for (int i = 0; i < 5000; ++i) {
    cases.push_back({{"Where does " + made_up_word(words) + " live now?"}, {made_up_sentence(words, 2)}, ""});
  }
  Random random(2);
  std::string text = prose(random);
  for (int i = 0; i < 5000; ++i) text += cases[static_cast<std::size_t>(i)].prompts[0] + "\n";
  text.erase(0, text.size() - kEditBytes);
  for (auto _ : state) benchmark::DoNotOptimize(LeakIndex(cases).scan({{"prompt/system.md", text}}));
}

BENCHMARK(index_and_scan)->Unit(benchmark::kMillisecond);
BENCHMARK(index_and_scan_short_cases)->Unit(benchmark::kMillisecond);
BENCHMARK(index_a_suite)->Unit(benchmark::kMillisecond);
BENCHMARK(scan_prose)->Unit(benchmark::kMillisecond);
BENCHMARK(scan_json)->Unit(benchmark::kMillisecond);
BENCHMARK(scan_base64)->Unit(benchmark::kMillisecond);
BENCHMARK(scan_leaked_suite)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace pawl::domain

BENCHMARK_MAIN();

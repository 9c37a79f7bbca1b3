// A small agent with two arms, whose counters are scraped: the source of raw samples for the tests of the fold.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/random.h"
#include "domain/evidence/evidence.h"

namespace pawl::domain::fake {

inline const Instant kBegan{Duration{1'795'489'200'000}};
inline constexpr Duration kInterval = std::chrono::seconds{15};
inline const std::string kCanary = "sha256:canary";
inline const std::string kStable = "sha256:stable";

inline EvidencePolicy policy(const std::vector<std::string>& required) {
  EvidencePolicy result;
  for (const std::string& name : required) result.capabilities.push_back({name, 0.05, 0, true});
  return result;
}

struct Rates {
  std::map<std::string, double> pass;  ///< by capability
};

/// Counters of one scorer pod for both arms.
class Metrics {
 public:
  explicit Metrics(std::uint64_t seed) : random_(seed) {}

  /// `n` interactions of each capability arrive at an arm.
  void interact(const std::string& revision, const Rates& rates, int n) {
    for (const auto& [capability, rate] : rates.pass) {
      double passes = 0;
      for (int i = 0; i < n; ++i) passes += random_.chance(rate) ? 1 : 0;
      counters_[key("pawl_score_count_total", revision, capability)] += n;
      counters_[key("pawl_score_sum_total", revision, capability)] += passes;
      counters_[key("pawl_score_sumsq_total", revision, capability)] += passes;
    }
  }
  /// Poisson-like: on average `mean`, at most 2 * mean + 2.
  int arrivals(double mean) {
    int n = 0;
    const int tries = static_cast<int>(2 * mean) + 2;
    for (int i = 0; i < tries; ++i) n += random_.chance(mean / tries) ? 1 : 0;
    return n;
  }
  double& counter(const std::string& metric, std::map<std::string, std::string> labels) {
    labels["instance"] = "scorer-0";
    return counters_[{metric, std::move(labels)}];
  }
  void restart() {
    for (auto& [name, value] : counters_) value = 0;
  }
  /// One sample of everything.
  [[nodiscard]] std::vector<Series> scrape(Instant at) const {
    std::vector<Series> result;
    for (const auto& [name, value] : counters_) result.push_back({name.first, name.second, {{at, value}}});
    return result;
  }
  Random& random() { return random_; }

  using Key = std::pair<std::string, std::map<std::string, std::string>>;
  static Key key(const std::string& metric, const std::string& revision, const std::string& capability) {
    return {metric,
            {{"revision", revision},
             {"capability", capability},
             {"evaluator", "judge"},
             {"evaluator_version", "1"},
             {"instance", "scorer-0"}}};
  }
  std::map<Key, double>& counters() { return counters_; }

 private:
  Random random_;
  std::map<Key, double> counters_;
};

/// Joins samples of equal series, as a range query returns them.
inline std::vector<Series> merged(const std::vector<std::vector<Series>>& scrapes) {
  std::map<Metrics::Key, std::vector<Sample>> samples;
  for (const auto& scrape : scrapes) {
    for (const Series& s : scrape) {
      auto& list = samples[{s.metric, s.labels}];
      list.insert(list.end(), s.samples.begin(), s.samples.end());
    }
  }
  std::vector<Series> result;
  for (auto& [name, list] : samples) result.push_back({name.first, name.second, std::move(list)});
  return result;
}

}  // namespace pawl::domain::fake

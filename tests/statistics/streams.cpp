#include "statistics/streams.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "domain/evidence/stable_history.h"

namespace pawl::statistics {
namespace {

using domain::ArmCounts;
using domain::Block;

constexpr double kHistory = 200;  // pseudo scores
constexpr double kSessionMean = 4;
constexpr int kSessionMost = 8;
constexpr double kSessionGap = 1.4;  // scrapes between two interactions of one session
constexpr std::size_t kCanaryPods = 2;
constexpr std::size_t kStablePods = 4;

Scenario drop(std::string name, double share, double from, double to, double others) {
  Scenario scenario;
  scenario.name = std::move(name);
  scenario.share = share;
  scenario.p_stable = from;
  scenario.p_culprit = to;
  scenario.p_others = others;
  return scenario;
}

Scenario null(std::string name, double share, double p) { return drop(std::move(name), share, p, p, p); }

Scenario with_capabilities(Scenario scenario, int capabilities) {
  scenario.capabilities = capabilities;
  scenario.rates.assign(static_cast<std::size_t>(capabilities), kRate);
  return scenario;
}

void clear(std::vector<Block>& blocks) { std::ranges::fill(blocks, Block{}); }

}  // namespace

int Scenario::scrapes() const { return static_cast<int>(std::lround(horizon / (kRate * share))); }

Scenario Scenario::named(std::string other) const {
  Scenario copy = *this;
  copy.name = std::move(other);
  return copy;
}

Scenario null_at(double share) { return null("null", share, 0.90); }
Scenario a1(double share) { return drop("A1 .90 to .85", share, 0.90, 0.85, 0.92); }
Scenario a2(double share) { return drop("A2 .90 to .80", share, 0.90, 0.80, 0.92); }
Scenario a3(double share) { return drop("A3 .95 to .90", share, 0.95, 0.90, 0.97); }
Scenario a3_null(double share) { return null("null at .95", share, 0.95); }
Scenario h1() { return null("H1 null, .93", 0.07, 0.93); }
Scenario h2() { return with_capabilities(null("H2 null, .99, 50 capabilities", 0.05, 0.99), 50); }
Scenario h3() { return drop("H3 .93 to .86", 0.07, 0.93, 0.86, 0.945); }
Scenario h4() { return with_capabilities(drop("H4 .97 to .92, 50 capabilities", 0.20, 0.97, 0.92, 0.98), 50); }
Scenario h5() { return drop("H5 .60 to .50", 0.10, 0.60, 0.50, 0.63); }
Scenario h7() { return drop("H7 .90 to .70", 0.05, 0.90, 0.70, 0.92); }
Scenario h8() { return drop("H8 canary has 90 %, .90 to .80", 0.90, 0.90, 0.80, 0.92); }

Scenario h6() {
  Scenario scenario = drop("H6 .93 to .83 after 800", 0.10, 0.93, 0.83, 0.945);
  scenario.drop_after = 800;
  return scenario;
}

Scenario ramp_and_drift() {
  Scenario scenario = null("ramp and drift", 0.10, 0.90);
  scenario.ramp = [](int scrape, int scrapes) {
    constexpr double steps[] = {0.05, 0.10, 0.25, 0.50};
    return steps[std::min(3, 4 * scrape / scrapes)];
  };
  scenario.drift = [](int scrape, int scrapes) { return 0.05 - 0.15 * scrape / (scrapes - 1.0); };
  return scenario;
}

Scenario common_swing(double share, double amplitude) {
  Scenario scenario = null("common swing", share, 0.90);
  scenario.drift = [amplitude](int scrape, int scrapes) {
    return -amplitude * std::sin(scrape * 4 * std::numbers::pi / scrapes);
  };
  return scenario;
}

Scenario zipf(bool with_drop) {
  constexpr int capabilities = 200;
  Scenario scenario = with_drop ? drop("200 capabilities, Zipf", 0.10, 0.90, 0.80, 0.92)
                                : null("200 capabilities, Zipf, null", 0.10, 0.90);
  scenario.capabilities = capabilities;
  scenario.culprit = 19;
  scenario.rates.clear();
  double total = 0;
  for (int k = 1; k <= capabilities; ++k) total += 1.0 / k;
  for (int k = 1; k <= capabilities; ++k) scenario.rates.push_back(600 / total / k);  // 2400 a minute in all
  return scenario;
}

Scenario promotion(double loss) { return drop("promotion", 0.05, 0.90, 0.90 - loss, 0.90); }

// ---- pass/fail

BinaryStream::BinaryStream(Scenario scenario, std::uint64_t seed)
    : scenario_(std::move(scenario)),
      random_(seed),
      scrapes_(scenario_.scrapes()),
      drop_at_(static_cast<int>(scenario_.drop_after / (kRate * scenario_.share))),
      blocks_(static_cast<std::size_t>(scenario_.capabilities)) {
  at_share(scenario_.share);
}

void BinaryStream::at_share(double share) {
  if (share == share_) return;
  share_ = share;
  canary_arrivals_.clear();
  stable_arrivals_.clear();
  for (const double rate : scenario_.rates) {
    canary_arrivals_.emplace_back(rate * share);
    stable_arrivals_.emplace_back(rate * (1 - share));
  }
}

std::span<const Block> BinaryStream::next() {
  if (scenario_.ramp) at_share(scenario_.ramp(at_, scrapes_));
  const double moved = scenario_.drift ? scenario_.drift(at_, scrapes_) : 0;
  const bool changed = at_ >= drop_at_;
  const double stable = std::clamp(scenario_.p_stable + moved, 0.0, 1.0);
  for (std::size_t k = 0; k < blocks_.size(); ++k) {
    const double later = static_cast<int>(k) == scenario_.culprit ? scenario_.p_culprit : scenario_.p_others;
    const double canary = std::clamp((changed ? later : scenario_.p_stable) + moved, 0.0, 1.0);
    const int n_canary = canary_arrivals_[k](random_);
    const int n_stable = stable_arrivals_[k](random_);
    blocks_[k] = {domain::binary_counts(n_canary, heads(random_, n_canary, canary)),
                  domain::binary_counts(n_stable, heads(random_, n_stable, stable))};
  }
  interactions_ += blocks_[static_cast<std::size_t>(scenario_.culprit)].canary.n;
  ++at_;
  return blocks_;
}

Histories history_of(const Scenario& scenario, std::uint64_t seed) {
  Random random(~seed);
  Histories histories;
  for (int k = 0; k < scenario.capabilities; ++k) {
    const double mean = heads(random, static_cast<int>(kHistory), scenario.p_stable) / kHistory;
    histories.push_back({kHistory, mean, mean * (1 - mean)});
  }
  return histories;
}

// ---- sessions

SessionStream::SessionStream(Scenario scenario, double icc, Unit unit, std::uint64_t seed)
    : scenario_(std::move(scenario)),
      kappa_(1 / icc - 1),
      unit_(unit),
      random_(seed),
      scrapes_(static_cast<int>(scenario_.horizon / (kRate * scenario_.share))),
      interactions_later_(16, 0.0),
      pending_(16, std::vector<Block>(static_cast<std::size_t>(scenario_.capabilities))) {}

Block& SessionStream::later(int scrapes, int capability) {
  return pending_[static_cast<std::size_t>(at_ + scrapes) % pending_.size()][static_cast<std::size_t>(capability)];
}

void SessionStream::session(int capability, bool canary, double p) {
  const double quality = beta(random_, p * kappa_, (1 - p) * kappa_);
  int size = 1;
  while (size < kSessionMost && random_.chance(1 - 1 / kSessionMean)) ++size;
  double passed = 0;
  int after = 0;
  for (int i = 0; i < size; ++i) {
    after = static_cast<int>(i * kSessionGap);
    const double pass = random_.chance(quality) ? 1 : 0;
    passed += pass;
    if (canary && capability == scenario_.culprit) {
      interactions_later_[static_cast<std::size_t>(at_ + after) % interactions_later_.size()] += 1;
    }
    if (unit_ == Unit::Session) continue;
    Block& block = later(after, capability);
    (canary ? block.canary : block.stable) += domain::binary_counts(1, pass);
  }
  if (unit_ == Unit::Interaction) return;
  const double mean = passed / size;
  Block& block = later(after, capability);
  (canary ? block.canary : block.stable) += {1, mean, mean * mean};
}

std::span<const Block> SessionStream::next() {
  // What is due further on than a session can last is the block handed out last time: free it for reuse.
  clear(pending_[static_cast<std::size_t>(at_ + 15) % pending_.size()]);
  const Poisson canary_sessions(kRate * scenario_.share / kSessionMean);
  const Poisson stable_sessions(kRate * (1 - scenario_.share) / kSessionMean);
  for (int k = 0; k < scenario_.capabilities; ++k) {
    const double canary = k == scenario_.culprit ? scenario_.p_culprit : scenario_.p_others;
    for (int i = 0, n = canary_sessions(random_); i < n; ++i) session(k, true, canary);
    for (int i = 0, n = stable_sessions(random_); i < n; ++i) session(k, false, scenario_.p_stable);
  }
  const std::size_t now = static_cast<std::size_t>(at_) % pending_.size();
  interactions_ += std::exchange(interactions_later_[now], 0.0);
  ++at_;
  return pending_[now];
}

// ---- scores that arrive later

DelayedStream::DelayedStream(Scenario scenario, double fail_delay, double pass_delay, bool cohort, int scrapes,
                             std::uint64_t seed)
    : scenario_(std::move(scenario)),
      fail_delay_(fail_delay),
      pass_delay_(pass_delay),
      random_(seed),
      scrapes_(scrapes),
      arrived_(static_cast<std::size_t>(scrapes),
               std::vector<Block>(static_cast<std::size_t>(scenario_.capabilities))) {
  constexpr int kFilled = 300;  // scrapes in which stable's pipeline came to rest
  if (cohort) return;
  for (int t = -kFilled; t < 0; ++t) arrive(t);
}

void DelayedStream::arrive(int scrape) {
  const Poisson canary(scrape < 0 ? 0 : kRate * scenario_.share);
  const Poisson stable(kRate * (1 - scenario_.share));
  for (std::size_t k = 0; k < static_cast<std::size_t>(scenario_.capabilities); ++k) {
    for (const bool of_canary : {true, false}) {
      for (int i = 0, n = (of_canary ? canary : stable)(random_); i < n; ++i) {
        const bool pass = random_.chance(of_canary ? scenario_.p_others : scenario_.p_stable);
        const double at = scrape + exponential(random_, pass ? pass_delay_ : fail_delay_);
        if (at < 0 || at >= scrapes_) continue;
        Block& block = arrived_[static_cast<std::size_t>(at)][k];
        (of_canary ? block.canary : block.stable) += domain::binary_counts(1, pass ? 1 : 0);
      }
    }
  }
}

std::span<const Block> DelayedStream::next() {
  arrive(at_);
  const std::vector<Block>& blocks = arrived_[static_cast<std::size_t>(at_++)];
  interactions_ += blocks[static_cast<std::size_t>(scenario_.culprit)].canary.n;
  return blocks;
}

// ---- scores in [0,1]

GradedScenario graded(double from, double to, double concentration, double share) {
  GradedScenario scenario = graded_null(from, concentration, share);
  scenario.culprit_mean = to;
  scenario.others_mean = from + 0.01;
  return scenario;
}

GradedScenario graded_null(double mean, double concentration, double share) {
  GradedScenario scenario;
  scenario.stable_mean = scenario.culprit_mean = scenario.others_mean = mean;
  scenario.concentration = concentration;
  scenario.share = share;
  return scenario;
}

Histories history_of(const GradedScenario& scenario) {
  constexpr double kDay = 20'000;  // scores
  const double mean = scenario.stable_mean;
  const domain::ArmCounts day{kDay, kDay * mean, kDay * (scenario.variance() + mean * mean)};
  const domain::History history = domain::stable_history({{"graded", "judge", day}}).at("graded");
  return Histories(static_cast<std::size_t>(scenario.capabilities), history);
}

GradedStream::GradedStream(GradedScenario scenario, std::uint64_t seed)
    : scenario_(std::move(scenario)),
      random_(seed),
      scrapes_(static_cast<int>(scenario_.horizon / (kRate * scenario_.share))),
      canary_arrivals_(kRate * scenario_.share),
      stable_arrivals_(kRate * (1 - scenario_.share)),
      blocks_(static_cast<std::size_t>(scenario_.capabilities)) {}

ArmCounts GradedStream::scores(const Poisson& arrivals, double mean) {
  ArmCounts arm;
  for (int i = 0, n = arrivals(random_); i < n; ++i) {
    const double x = beta(random_, mean * scenario_.concentration, (1 - mean) * scenario_.concentration);
    arm += {1, x, x * x};
  }
  return arm;
}

std::span<const Block> GradedStream::next() {
  for (std::size_t k = 0; k < blocks_.size(); ++k) {
    const double canary = k == 0 ? scenario_.culprit_mean : scenario_.others_mean;
    blocks_[k].canary = scores(canary_arrivals_, canary);
    blocks_[k].stable = scores(stable_arrivals_, scenario_.stable_mean);
  }
  interactions_ += blocks_[0].canary.n;
  return blocks_;
}

// ---- through counters

CounterStream::CounterStream(std::unique_ptr<Stream> truth, Loss loss, std::uint64_t seed)
    : truth_(std::move(truth)), loss_(loss), random_(seed), blocks_(static_cast<std::size_t>(truth_->capabilities())) {
  for (std::size_t k = 0; k < blocks_.size(); ++k) names_.push_back(std::to_string(k));
  for (std::size_t pod = 0; pod < kCanaryPods + kStablePods; ++pod) {
    pods_.push_back(
        {"pod-" + std::to_string(pod), pod < kCanaryPods, false, std::vector<ArmCounts>(blocks_.size()), {}});
  }
}

// Pass/fail only: every score goes to one pod by chance.
void CounterStream::count(std::size_t first, std::size_t pods, std::size_t capability, const ArmCounts& arm) {
  for (int i = 0; i < static_cast<int>(arm.n); ++i) {
    Pod& pod = pods_[first + random_.below(pods)];
    pod.totals[capability] += domain::binary_counts(1, i < static_cast<int>(arm.sum) ? 1 : 0);
  }
}

std::vector<domain::Series> CounterStream::scraped(Instant at) const {
  std::vector<domain::Series> all;
  for (const Pod& pod : pods_) {
    if (!pod.scraped) continue;
    for (std::size_t k = 0; k < names_.size(); ++k) {
      const std::map<std::string, std::string> labels{{"revision", pod.canary ? kCanaryDigest : kStableDigest},
                                                      {"capability", names_[k]},
                                                      {"evaluator", "judge"},
                                                      {"evaluator_version", "1"},
                                                      {"rollout", "r"},
                                                      {"pod", pod.name},
                                                      {"instance", pod.name}};
      const ArmCounts& total = pod.totals[k];
      all.push_back({"pawl_score_count_total", labels, {{at, total.n}}});
      all.push_back({"pawl_score_sum_total", labels, {{at, total.sum}}});
      all.push_back({"pawl_score_sumsq_total", labels, {{at, total.sumsq}}});
    }
  }
  return all;
}

std::span<const Block> CounterStream::next() {
  const std::span<const Block> truth = truth_->next();
  for (std::size_t k = 0; k < truth.size(); ++k) {
    count(0, kCanaryPods, k, truth[k].canary);
    count(kCanaryPods, kStablePods, k, truth[k].stable);
    happened_ += truth[k].canary.n;
  }
  clear(blocks_);
  for (Pod& pod : pods_) {
    if (random_.chance(loss_.restart)) std::ranges::fill(pod.totals, ArmCounts{});
    pod.scraped = !random_.chance(loss_.scrape);
    if (!pod.scraped) continue;
    std::vector<domain::Reading> exposition;
    for (std::size_t k = 0; k < names_.size(); ++k) {
      exposition.push_back({static_cast<std::uint32_t>(k), pod.totals[k], true, true});
    }
    const std::vector<ArmCounts> gained = pod.last.advance(exposition);
    for (std::size_t k = 0; k < names_.size(); ++k) {
      const ArmCounts& counts = gained[k];
      (pod.canary ? blocks_[k].canary : blocks_[k].stable) += counts;
      if (pod.canary) observed_ += counts.n;
    }
  }
  return blocks_;
}

}  // namespace pawl::statistics

#include "domain/evidence/non_inferiority.h"

#include <algorithm>

#include "domain/evidence/log_space.h"

namespace pawl::domain {
namespace {

constexpr double kHighestMean = 0.9995;
const double kLogBets = std::log(static_cast<double>(kGains));

struct Variances {
  double canary = 0;
  double stable = 0;
  double squared_gain = 0;  // graded scores: the second-order term of the stake
};

}  // namespace

NonInferiority::NonInferiority(const NonInferiorityConfig& config)
    : config_(config),
      stable_(stable_memory(config_.history, config_.memory)),
      canary_(canary_memory(config_.history, config_.memory)) {}

Bet NonInferiority::bet(double regained, const Block& block) const {
  const double margin = config_.margin;
  const double ratio = block.canary.n / block.stable.n;
  const double mu = std::clamp(stable_.mean(), std::min(margin + 0.005, kHighestMean), kHighestMean);
  const double gain = regained * margin;
  Variances v;
  if (graded_) {
    v = {canary_.variance(), stable_.variance(), gain * gain};
  } else {
    const double projected = (ratio * (mu + gain) + mu) / (1 + ratio);
    const double m0 = std::clamp(projected, std::min(margin + 0.002, kHighestMean), kHighestMean);
    v = {(m0 - margin) * (1 - m0 + margin), m0 * (1 - m0), 0};
  }
  Bet bet;
  bet.canary_stake = gain / (v.canary + v.stable * ratio + v.squared_gain);
  bet.stable_mean = std::min(mu + bet.canary_stake * ratio * v.stable, kHighestMean);
  bet.canary_mean = bet.stable_mean - margin;
  bet.canary_stake = std::min(bet.canary_stake, config_.cap / bet.canary_mean);
  bet.stable_stake = bet.canary_stake * ratio;
  const double limit = config_.cap / (1 - bet.stable_mean);
  if (bet.stable_stake > limit) {
    bet.stable_stake = limit;
    bet.canary_stake = limit / ratio;
  }
  return bet;
}

double NonInferiority::log_payoff(const Bet& bet, const Block& block) const {
  const auto& [canary, stable] = block;
  if (graded_ || block.graded()) {
    return least_payoff_of_high_scores(canary, bet.canary_stake, bet.canary_mean) +
           least_payoff_of_low_scores(stable, bet.stable_stake, bet.stable_mean);
  }
  return log_binary_payoff({.canary_pass = bet.canary_stake * (1 - bet.canary_mean),
                            .canary_fail = -bet.canary_stake * bet.canary_mean,
                            .stable_pass = bet.stable_stake * (bet.stable_mean - 1),
                            .stable_fail = bet.stable_stake * bet.stable_mean},
                           block);
}

void NonInferiority::add(const Block& block) {
  carried_ += block;
  if (!carried_.complete()) return;
  for (std::size_t j = 0; j < wealth_.size(); ++j) {
    wealth_[j] += log_payoff(bet(config_.regained[j], carried_), carried_) / config_.phi;
  }
  log_e_ = log_sum(wealth_) - kLogBets;
  best_ = std::max(best_, log_e_);
  stable_.add(carried_.stable);
  canary_.add(carried_.canary);
  graded_ = graded_ || carried_.graded();
  carried_ = {};
}

}  // namespace pawl::domain

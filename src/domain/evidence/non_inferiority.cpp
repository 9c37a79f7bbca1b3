#include "domain/evidence/non_inferiority.h"

#include <algorithm>

#include "domain/evidence/log_space.h"

namespace pawl::domain {
namespace {

constexpr double kHighestMean = 0.9995;

struct Variances {
  double canary = 0;
  double stable = 0;
  double squared_gain = 0;  // graded scores: the second-order term of the stake
};

BinaryPayoffs payoffs_of(const Bet& bet) {
  return {.canary_pass = bet.canary_stake * (1 - bet.canary_mean),
          .canary_fail = -bet.canary_stake * bet.canary_mean,
          .stable_pass = bet.stable_stake * (bet.stable_mean - 1),
          .stable_fail = bet.stable_stake * bet.stable_mean};
}

double least_payoff(const Bet& bet, const Block& block) {
  return least_payoff_of_high_scores(block.canary, bet.canary_stake, bet.canary_mean) +
         least_payoff_of_low_scores(block.stable, bet.stable_stake, bet.stable_mean);
}

std::array<double, kGains> gains_of(const NonInferiorityConfig& config) {
  std::array<double, kGains> gains = config.regained;
  for (double& gain : gains) gain *= config.unit > 0 ? config.unit : config.margin;
  return gains;
}

}  // namespace

NonInferiorityConfig narrowed_config(double margin, double left) {
  NonInferiorityConfig config;
  config.margin = left;
  config.unit = margin;
  config.regained = {std::max(left / margin, 0.25), left / margin + 0.5, left / margin + 1};
  return config;
}

NonInferiority::NonInferiority(const NonInferiorityConfig& config)
    : margin_(config.margin),
      phi_(config.phi),
      cap_(config.cap),
      gains_(gains_of(config)),
      stable_(stable_memory(config.history, config.memory)),
      canary_(canary_memory(config.history, config.memory)) {}

Bet NonInferiority::bet(double gain, const Block& block) const {
  const double ratio = block.canary.n / block.stable.n;
  const double mu = std::clamp(stable_.mean(), std::min(margin_ + 0.005, kHighestMean), kHighestMean);
  Variances v;
  if (graded_) {
    v = {canary_.variance(), stable_.variance(), gain * gain};
  } else {
    const double projected = (ratio * (mu + gain) + mu) / (1 + ratio);
    const double m0 = std::clamp(projected, std::min(margin_ + 0.002, kHighestMean), kHighestMean);
    v = {(m0 - margin_) * (1 - m0 + margin_), m0 * (1 - m0), 0};
  }
  Bet bet;
  bet.canary_stake = gain / (v.canary + v.stable * ratio + v.squared_gain);
  bet.stable_mean = std::min(mu + bet.canary_stake * ratio * v.stable, kHighestMean);
  bet.canary_mean = bet.stable_mean - margin_;
  if (bet.canary_stake * bet.canary_mean > cap_) bet.canary_stake = cap_ / bet.canary_mean;
  bet.stable_stake = bet.canary_stake * ratio;
  if (bet.stable_stake * (1 - bet.stable_mean) > cap_) {
    bet.stable_stake = cap_ / (1 - bet.stable_mean);
    bet.canary_stake = bet.stable_stake / ratio;
  }
  return bet;
}

void NonInferiority::add(const Block& block) {
  const bool moments = graded_ || block.graded();
  const bool multiplied = !moments && phi_ == 1 && few_and_binary(block);
  for (std::size_t j = 0; j < kGains; ++j) {
    const Bet bet = this->bet(gains_[j], block);
    if (multiplied) wealth_[j].multiply(binary_payoff(payoffs_of(bet), block));
    else {
      wealth_[j].multiply_by_exp((moments ? least_payoff(bet, block) : log_binary_payoff(payoffs_of(bet), block)) /
                                 phi_);
    }
  }
  Wealth all = wealth_[0];
  for (std::size_t j = 1; j < kGains; ++j) all.add(wealth_[j]);
  all.multiply(1.0 / kGains);
  log_e_ = all.log();
  best_ = std::max(best_, log_e_);
  stable_.add(block.stable);
  canary_.add(block.canary);
  graded_ = graded_ || block.graded();
}

}  // namespace pawl::domain

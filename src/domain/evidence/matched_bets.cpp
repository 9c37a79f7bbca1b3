#include "domain/evidence/matched_bets.h"

#include <algorithm>

#include "domain/evidence/log_space.h"

namespace pawl::domain {
namespace {

constexpr double kHighestMean = 0.9995;
constexpr double kLowestMean = 0.005;
constexpr double kNoRest = 1e-12;
const double kLogShare = -std::log(static_cast<double>(kEffects));

double lowest_mean(double tolerance) { return std::min(tolerance + kLowestMean, kHighestMean); }

// Both stakes shrink together, or the bet would no longer be matched.
Bet capped(Bet bet, double ratio, double cap) {
  bet.canary_stake = std::min(bet.canary_stake, cap / (1 - bet.canary_mean));
  bet.stable_stake = bet.canary_stake * ratio;
  const double limit = cap / bet.stable_mean;
  if (bet.stable_stake > limit) {
    bet.stable_stake = limit;
    bet.canary_stake = limit / ratio;
  }
  return bet;
}

// The odds of a fail grow by `odds_ratio`, e to the drop in log odds.
Bet bet_on_odds(double stable_mean, double tolerance, double odds_ratio, double ratio, double cap) {
  const double mu = std::clamp(stable_mean, lowest_mean(tolerance), kHighestMean);
  const double canary_null = mu - tolerance;
  const double theta = canary_null / (canary_null + (1 - canary_null) * odds_ratio);
  const double drop = canary_null - theta;
  const double m0 = (ratio * (theta + tolerance) + mu) / (1 + ratio);
  const double v_stable = m0 * (1 - m0);
  const double v_canary = (m0 - tolerance) * (1 - m0 + tolerance);
  Bet bet;
  bet.canary_stake = drop / (v_canary + v_stable * ratio);
  bet.stable_stake = bet.canary_stake * ratio;
  bet.stable_mean = mu - bet.stable_stake * v_stable;
  bet.canary_mean = bet.stable_mean - tolerance;
  return capped(bet, ratio, cap);
}

}  // namespace

Bet drop_bet(double stable_mean, double tolerance, double eta, double n_canary, double n_stable, double cap) {
  return bet_on_odds(stable_mean, tolerance, std::exp(eta), n_canary / n_stable, cap);
}

double drop_payoff(const Bet& bet, const Block& block) {
  return log_binary_payoff({.canary_pass = bet.canary_stake * (bet.canary_mean - 1),
                            .canary_fail = bet.canary_stake * bet.canary_mean,
                            .stable_pass = bet.stable_stake * (1 - bet.stable_mean),
                            .stable_fail = -bet.stable_stake * bet.stable_mean},
                           block);
}

MatchedBets::MatchedBets(const MatchedBetsConfig& config)
    : config_(config),
      stable_(stable_memory(config_.history, config_.memory)),
      canary_(canary_memory(config_.history, config_.memory)),
      rest_(1 - config_.start_mass),
      graded_(config_.graded) {
  for (std::size_t j = 0; j < kEffects; ++j) odds_ratios_[j] = std::exp(config_.log_odds_drops[j]);
  wealth_.fill(config_.start_mass > 0 ? std::log(config_.start_mass) : kLogZero);
}

Bet MatchedBets::graded_bet(double deviations, const Block& block) const {
  const double lowest = lowest_mean(config_.tolerance);
  const double mu = std::clamp(stable_.mean(), lowest, kHighestMean);
  const double v_stable = stable_.variance();
  const double drop = std::min(deviations * std::sqrt(v_stable), 0.95 * mu);
  const double ratio = block.canary.n / block.stable.n;
  Bet bet;
  bet.canary_stake = drop / (canary_.variance() + v_stable * ratio + drop * drop);
  bet.stable_stake = bet.canary_stake * ratio;
  bet.stable_mean = std::clamp(mu - bet.stable_stake * v_stable, lowest, kHighestMean);
  bet.canary_mean = bet.stable_mean - config_.tolerance;
  return capped(bet, ratio, config_.cap);
}

double MatchedBets::log_payoff(std::size_t j, const Block& block) const {
  const Bet bet = graded_ ? graded_bet(config_.deviations[j], block)
                          : bet_on_odds(stable_.mean(), config_.tolerance, odds_ratios_[j],
                                        block.canary.n / block.stable.n, config_.cap);
  if (!graded_ && !block.graded()) return drop_payoff(bet, block);
  return least_payoff_of_low_scores(block.canary, bet.canary_stake, bet.canary_mean) +
         least_payoff_of_high_scores(block.stable, bet.stable_stake, bet.stable_mean);
}

void MatchedBets::add(const Block& block) {
  carried_ += block;
  if (!carried_.complete()) return;
  bet_on(carried_);
  stable_.add(carried_.stable);
  canary_.add(carried_.canary);
  graded_ = graded_ || carried_.graded();  // from the next block on: a bet must not look at its own block
  carried_ = {};
}

void MatchedBets::bet_on(const Block& block) {
  double started = 0;
  if (rest_ > 0 && config_.planned > 0) {
    started = std::min(rest_, (1 - config_.start_mass) * block.canary.n / config_.planned);
  }
  const double log_started = started > 0 ? std::log(started) : kLogZero;
  std::array<double, kEffects + 1> parts{};
  for (std::size_t j = 0; j < kEffects; ++j) {
    if (started > 0) wealth_[j] = log_add(wealth_[j], log_started);
    wealth_[j] += log_payoff(j, block) / config_.phi;
    parts[j] = wealth_[j] + kLogShare;
  }
  rest_ -= started;
  parts[kEffects] = rest_ > kNoRest ? std::log(rest_) : kLogZero;
  log_e_ = log_sum(parts);
}

}  // namespace pawl::domain

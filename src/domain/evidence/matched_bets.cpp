#include "domain/evidence/matched_bets.h"

#include <algorithm>

#include "domain/evidence/log_space.h"

namespace pawl::domain {
namespace {

constexpr double kHighestMean = 0.9995;
constexpr double kLowestMean = 0.005;
constexpr double kNoRest = 1e-12;

double lowest_mean(double tolerance) { return std::min(tolerance + kLowestMean, kHighestMean); }

// Both stakes shrink together, or the bet would no longer be matched.
Bet capped(Bet bet, double ratio, double cap) {
  if (bet.canary_stake * (1 - bet.canary_mean) > cap) bet.canary_stake = cap / (1 - bet.canary_mean);
  bet.stable_stake = bet.canary_stake * ratio;
  if (bet.stable_stake * bet.stable_mean > cap) {
    bet.stable_stake = cap / bet.stable_mean;
    bet.canary_stake = bet.stable_stake / ratio;
  }
  return bet;
}

// The odds of a fail grow by `odds_ratio`, e to the drop in log odds.
Bet odds_bet(double stable_mean, double tolerance, double odds_ratio, double ratio, double cap) {
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

std::array<double, kEffects> odds_ratios(std::array<double, kEffects> log_odds) {
  for (double& drop : log_odds) drop = std::exp(drop);
  return log_odds;
}

BinaryPayoffs payoffs_of(const Bet& bet) {
  return {.canary_pass = bet.canary_stake * (bet.canary_mean - 1),
          .canary_fail = bet.canary_stake * bet.canary_mean,
          .stable_pass = bet.stable_stake * (1 - bet.stable_mean),
          .stable_fail = -bet.stable_stake * bet.stable_mean};
}

double least_payoff(const Bet& bet, const Block& block) {
  return least_payoff_of_low_scores(block.canary, bet.canary_stake, bet.canary_mean) +
         least_payoff_of_high_scores(block.stable, bet.stable_stake, bet.stable_mean);
}

}  // namespace

Bet drop_bet(double stable_mean, double tolerance, double eta, double n_canary, double n_stable, double cap) {
  return odds_bet(stable_mean, tolerance, std::exp(eta), n_canary / n_stable, cap);
}

double drop_payoff(const Bet& bet, const Block& block) { return log_binary_payoff(payoffs_of(bet), block); }

MatchedBets::MatchedBets(const MatchedBetsConfig& config)
    : tolerance_(config.tolerance),
      start_mass_(config.start_mass),
      planned_(config.planned),
      phi_(config.phi),
      cap_(config.cap),
      odds_ratios_(odds_ratios(config.log_odds_drops)),
      deviations_(config.deviations),
      stable_(stable_memory(config.history, config.memory)),
      canary_(canary_memory(config.history, config.memory)),
      wealth_{Wealth(start_mass_), Wealth(start_mass_), Wealth(start_mass_), Wealth(start_mass_)},
      rest_(1 - start_mass_),
      graded_(config.graded) {}

Bet MatchedBets::graded_bet(std::size_t j, const Block& block) const {
  const double lowest = lowest_mean(tolerance_);
  const double mu = std::clamp(stable_.mean(), lowest, kHighestMean);
  const double v_stable = stable_.variance();
  const double drop = std::min(deviations_[j] * std::sqrt(v_stable), 0.95 * mu);
  const double ratio = block.canary.n / block.stable.n;
  Bet bet;
  bet.canary_stake = drop / (canary_.variance() + v_stable * ratio + drop * drop);
  bet.stable_stake = bet.canary_stake * ratio;
  bet.stable_mean = std::clamp(mu - bet.stable_stake * v_stable, lowest, kHighestMean);
  bet.canary_mean = bet.stable_mean - tolerance_;
  return capped(bet, ratio, cap_);
}

void MatchedBets::bet_on_odds(const Block& block) {
  const double mu = stable_.mean();
  const double ratio = block.canary.n / block.stable.n;
  const bool graded = block.graded();
  const bool multiplied = !graded && phi_ == 1 && few_and_binary(block);
  for (std::size_t j = 0; j < kEffects; ++j) {
    const Bet bet = odds_bet(mu, tolerance_, odds_ratios_[j], ratio, cap_);
    if (multiplied) wealth_[j].multiply(binary_payoff(payoffs_of(bet), block));
    else wealth_[j].multiply_by_exp((graded ? least_payoff(bet, block) : drop_payoff(bet, block)) / phi_);
  }
}

void MatchedBets::bet_on_moments(const Block& block) {
  for (std::size_t j = 0; j < kEffects; ++j) {
    wealth_[j].multiply_by_exp(least_payoff(graded_bet(j, block), block) / phi_);
  }
}

void MatchedBets::add(const Block& block) {
  const double started = rest_ > 0 && planned_ > 0 ? std::min(rest_, (1 - start_mass_) * block.canary.n / planned_) : 0;
  const Wealth later(started);
  for (Wealth& wealth : wealth_) wealth.add(later);
  graded_ ? bet_on_moments(block) : bet_on_odds(block);
  rest_ -= started;
  Wealth all = wealth_[0];
  for (std::size_t j = 1; j < kEffects; ++j) all.add(wealth_[j]);
  all.multiply(1.0 / kEffects);
  if (rest_ > kNoRest) all.add(Wealth(rest_));
  log_e_ = all.log();
  stable_.add(block.stable);
  canary_.add(block.canary);
  graded_ = graded_ || block.graded();  // from the next block on: a bet must not look at its own block
}

}  // namespace pawl::domain

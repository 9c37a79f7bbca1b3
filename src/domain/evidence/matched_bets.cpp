#include "domain/evidence/matched_bets.h"

#include <algorithm>

#include "domain/evidence/log_space.h"

namespace pawl::domain {
namespace {

constexpr double kHighestMean = 0.9995;
constexpr double kLowestMean = 0.005;
constexpr double kNoRest = 1e-12;

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

}  // namespace

Bet drop_bet(double stable_mean, double tolerance, double eta, double n_canary, double n_stable, double cap) {
  const double mu = std::clamp(stable_mean, tolerance + kLowestMean, kHighestMean);
  const double ratio = n_canary / n_stable;
  const double canary_null = mu - tolerance;
  const double log_odds = std::log(canary_null / (1 - canary_null)) - eta;
  const double theta = 1 / (1 + std::exp(-log_odds));
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

double drop_payoff(const Bet& bet, const Block& block) {
  const auto& [canary, stable] = block;
  return times_log1p(canary.sum, bet.canary_stake * (bet.canary_mean - 1)) +
         times_log1p(canary.n - canary.sum, bet.canary_stake * bet.canary_mean) +
         times_log1p(stable.sum, bet.stable_stake * (1 - bet.stable_mean)) +
         times_log1p(stable.n - stable.sum, -bet.stable_stake * bet.stable_mean);
}

MatchedBets::MatchedBets(const MatchedBetsConfig& config)
    : config_(config),
      stable_(stable_memory(config_.history, config_.memory)),
      canary_(canary_memory(config_.history, config_.memory)),
      rest_(1 - config_.start_mass),
      graded_(config_.graded) {
  wealth_.fill(config_.start_mass > 0 ? std::log(config_.start_mass) : kLogZero);
}

Bet MatchedBets::graded_bet(double deviations, const Block& block) const {
  const double lowest = config_.tolerance + kLowestMean;
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
                          : drop_bet(stable_.mean(), config_.tolerance, config_.log_odds_drops[j], block.canary.n,
                                     block.stable.n, config_.cap);
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
  double total = kLogZero;
  const double log_share = -std::log(static_cast<double>(wealth_.size()));
  for (std::size_t j = 0; j < wealth_.size(); ++j) {
    if (started > 0) wealth_[j] = log_add(wealth_[j], std::log(started));
    wealth_[j] += log_payoff(j, block) / config_.phi;
    total = log_add(total, wealth_[j] + log_share);
  }
  rest_ -= started;
  log_e_ = rest_ > kNoRest ? log_add(total, std::log(rest_)) : total;
}

}  // namespace pawl::domain
